"""What an ingest did, or would do: a report that a curator can act on."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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
class IngestReport:
    """A page's new edition held against the catalog."""

    page: str
    title: str
    edition: int
    revision: int  # of the catalog, after it
    is_changed: bool  # False: the catalog said all this already
    topics: Sequence[Change]
    resources: Sequence[Change]  # one entry a mention
    warnings: Sequence[PageWarning]
    prerequisites_accepted: int
    prerequisites_proposed: int
    proposals: int  # open questions to a curator about this page

    def counts(self, changes: Sequence[Change]) -> dict[str, int]:
        """How many there are of each change."""
        counted = Counter(change.change for change in changes)
        return {name: counted[name] for name in CHANGES}
