"""What an ingest did, or would do: a report that a curator can act on."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.catalog.topics import PrerequisiteRow
from service.ingest.page import PageWarning

CHANGES = ("added", "changed", "moved", "removed", "unchanged")


@dataclass(frozen=True)
class Change:
    """What became of one mention of a resource, or of one topic."""

    change: str  # one of CHANGES
    id: str  # the resource's or the topic's
    title: str
    line: int  # in the new edition; for what was removed, in the old one
    detail: str = ""  # what is different, in words
    media_type: str | None = None
    confidence: float | None = None  # of the media type


@dataclass(frozen=True)
class Question:
    """Something that the page leaves open, for a curator to decide."""

    kind: str  # hidden_link, malformed_link, weak_title, media_type, same_topic, same_resource
    subject: str  # "resource:<id>", "topic:<id>" or "page:<id>"
    line: int
    detail: str
    confidence: float  # in what was assumed meanwhile
    suggestion: str | None = None  # what an approval puts in place: a title, a media type, the id of the other of two


@dataclass(frozen=True)
class IngestReport:
    """A page's new edition held against the catalog."""

    page: str  # its id
    title: str
    revision: int  # of the catalog, with this edition in it
    is_changed: bool  # False: the catalog said all this already
    topics: Sequence[Change]
    resources: Sequence[Change]  # one entry a mention
    prerequisites: Sequence[PrerequisiteRow]  # into the page's topics, accepted or proposed
    questions: Sequence[Question]  # put before a curator, and not decided yet
    warnings: Sequence[PageWarning]
    problems: Sequence[str] = ()  # of the service itself: what it could not do for this page

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many topics and resources there are of each change, and prerequisites of each status."""
        return {
            "topics": _count((change.change for change in self.topics), CHANGES),
            "resources": _count((change.change for change in self.resources), CHANGES),
            "prerequisites": _count((edge.status for edge in self.prerequisites), ("accepted", "proposed")),
        }


def _count(found: Iterable[str], names: Sequence[str]) -> dict[str, int]:
    counted = Counter(found)
    return {name: counted[name] for name in names}


def report_to_json(report: IngestReport) -> dict[str, Any]:
    """The report for machines: the API's answer and `coursegraph ingest --json`."""
    return {
        **{name: getattr(report, name) for name in ("page", "title", "revision", "is_changed", "counts")},
        **{name: [asdict(entry) for entry in getattr(report, name)] for name in _LISTS},
        "problems": list(report.problems),
    }


_LISTS = ("topics", "resources", "prerequisites", "questions", "warnings")
