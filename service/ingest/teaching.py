"""A page as a course: its topics in the order in which they are taught, and all that it says under each.

The input of `infer_prerequisites`; it knows the topics' ids, and nothing of the catalog.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.ingest.match_topics import MatchedTopic
from service.ingest.page import Page
from service.ingest.topic_names import bare_label


@dataclass(frozen=True)
class Said:
    """What a bullet or a note says, and where: one text may run over several printed lines."""

    text: str
    places: tuple[tuple[int, str], ...]  # (line, that line as printed)

    @property
    def line(self) -> int:
        """Where it begins."""
        return self.places[0][0]

    def line_of(self, words: str) -> int:
        """The line that prints these words; the first one, when none does."""
        return next((line for line, raw in self.places if words.casefold() in raw.casefold()), self.line)


@dataclass(frozen=True)
class TaughtTopic:
    """A topic where the page teaches it. A heading that goes on with an earlier one adds its lines to that."""

    id: str
    parent: str | None  # the id of the topic it is nested in
    heading: str  # its own words: "Definition", not "Logistic regression: Definition"
    line: int
    names: tuple[tuple[str, str], ...] = ()  # (name, kind), as in the catalog
    texts: tuple[Said, ...] = ()  # its links and notes, hidden ones too
    lecture: int | None = None
    is_bland: bool = False  # its names are made of its parent's


@dataclass(frozen=True)
class Stated:
    """The page's own words that one thing comes before another."""

    prerequisite: str  # the name as printed
    dependent: str  # the id of the topic that says so
    line: int
    raw: str
    any_of: str | None = None  # what it shares with its alternatives


@dataclass(frozen=True)
class TaughtPage:
    """A page, its topics in teaching order, and the prerequisites that it states."""

    id: str
    title: str
    topics: tuple[TaughtTopic, ...]
    stated: tuple[Stated, ...] = ()
    dropped: tuple[str, ...] = ()  # topics of its last edition that it has no more


def taught_page(page: Page, matched: Sequence[MatchedTopic], dropped: Iterable[str] = ()) -> TaughtPage:
    """Put together what the page says under each topic; `matched[i]` is the topic of `page.topics[i]`."""
    texts = _texts(page)
    topics: dict[str, TaughtTopic] = {}
    for index, found in enumerate(matched):
        before = topics.get(found.id)
        said = tuple(texts[index])
        topics[found.id] = replace(before, texts=before.texts + said) if before else _taught(found, said)
    stated = tuple(Stated(s.prerequisite, matched[s.topic].id, s.line, s.raw, s.any_of) for s in page.prerequisites)
    return TaughtPage(page.name, page.title, tuple(topics.values()), stated, tuple(dropped))


def _taught(found: MatchedTopic, texts: tuple[Said, ...]) -> TaughtTopic:
    topic = found.topic
    return TaughtTopic(
        id=found.id,
        parent=found.parent_id,
        heading=bare_label(topic) if topic.is_bland else topic.label,
        line=topic.line,
        names=tuple(found.names),
        texts=texts,
        lecture=topic.lecture,
        is_bland=topic.is_bland,
    )


def _texts(page: Page) -> Mapping[int, list[Said]]:
    """What is said under each topic, by its index, every text once. Lines that state a prerequisite say that alone."""
    stating = {stated.line for stated in page.prerequisites}
    places: defaultdict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    titles: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for mention in page.mentions:
        if mention.topic is not None:
            places[mention.topic, mention.text][mention.line] = mention.raw
            titles[mention.topic, mention.text] += [mention.title] if mention.title not in mention.text else []
    for index, topic in enumerate(page.topics):
        for note in topic.notes:
            places[index, note.text][note.line] = note.text
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for (index, text), lines in places.items():
        if not stating & lines.keys():
            found[index].append(Said(" · ".join([text, *titles[index, text]]), tuple(lines.items())))
    return found
