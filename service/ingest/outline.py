"""A page's headings become its title, its topics and the sections that its links stand in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from service.catalog.names import fold
from service.catalog.vocabulary import Vocabulary
from service.ingest.blocks import Block
from service.ingest.headings import HeadingName, read_heading, starts_with_bare_number
from service.ingest.page import PageTopic, PageWarning
from service.ingest.symbols import without_emoji

LONGEST_LABEL = 160  # characters: longer headings are sentences, and are cut


@dataclass(frozen=True)
class Section:
    """Where a block stands."""

    topic: int | None = None  # index into the outline's topics
    media_type: str | None = None  # what the heading names, "## Books"
    is_type_certain: bool = False  # the heading names nothing but the media type
    heading: str = ""
    is_furniture: bool = False  # about the page itself
    is_prerequisites: bool = False  # a list of what comes before `topic`


@dataclass(frozen=True)
class Outline:
    """The page's skeleton; `sections` has one entry for each block."""

    title: str
    title_block: int | None
    topics: tuple[PageTopic, ...]
    sections: tuple[Section, ...]
    warnings: tuple[PageWarning, ...]


def read_outline(blocks: Sequence[Block], front_matter: Mapping[str, Any], vocabulary: Vocabulary) -> Outline:
    """Read the headings. The title is "" when neither front matter nor a heading gives one."""
    headings = [(i, block) for i, block in enumerate(blocks) if block.kind == "heading"]
    numbered = sum(starts_with_bare_number(block.text) for _, block in headings) >= 2
    names = {i: read_heading(block.text, vocabulary.page_words, numbered) for i, block in headings}
    title_block = _title_block(blocks, [(i, block) for i, block in headings if names[i].printed], vocabulary)
    builder = _Builder(vocabulary, names, title_block)
    for index, block in enumerate(blocks):
        builder.read(index, block)
    stated = front_matter.get("title")
    printed = names[title_block].printed if title_block is not None else ""
    title = " ".join(str(stated).split()) if isinstance(stated, str) and stated.strip() else printed
    topics = _qualified(builder.topics, title)
    return Outline(title, title_block, topics, tuple(builder.sections), tuple(builder.warnings))


def _title_block(blocks: Sequence[Block], headings: list[tuple[int, Block]], vocabulary: Vocabulary) -> int | None:
    """The heading that names the page: the first one, if all others are below it.

    Where others are on its level, it names the page only if nothing is filed under it.
    """
    if not headings:
        return None
    index, first = headings[0]
    levels = [block.level for _, block in headings]
    if first.level > min(levels) or _is_furniture(first, vocabulary):
        return None
    if levels.count(first.level) == 1:
        return index if len(levels) > 1 or first.level == 1 else None
    following = headings[1][0]
    holds_nothing = headings[1][1].level == first.level and not any(
        block.kind in ("item", "row") and any(block.links) for block in blocks[index + 1 : following]
    )
    return index if holds_nothing and first.level == 1 else None


def _is_furniture(block: Block, vocabulary: Vocabulary) -> bool:
    text = without_emoji(block.text)
    return any(vocabulary.page_words.has(kind, text) for kind in ("furniture_headings", "contents_headings"))


@dataclass
class _Builder:
    """Walks the blocks; `path` holds the headings above the current block."""

    vocabulary: Vocabulary
    names: Mapping[int, HeadingName]
    title_block: int | None
    topics: list[PageTopic] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    warnings: list[PageWarning] = field(default_factory=list)
    path: list[tuple[int, Section]] = field(default_factory=list)
    known: dict[tuple[int | None, str], int] = field(default_factory=dict)  # (parent, folded label) to topic

    def read(self, index: int, block: Block) -> None:
        if block.kind == "heading" and index != self.title_block:
            while self.path and self.path[-1][0] >= block.level:
                self.path.pop()
            above = self.enclosing()
            self.path.append((block.level, self.section(block, self.names[index], above)))
        self.sections.append(self.path[-1][1] if self.path else Section())

    def enclosing(self) -> Section:
        """The section of the nearest heading above; a table of contents encloses nothing, whatever its level."""
        contents = "contents_headings"
        words = self.vocabulary.page_words
        return next((s for _, s in reversed(self.path) if not words.has(contents, s.heading)), Section())

    def section(self, block: Block, name: HeadingName, above: Section) -> Section:
        words = self.vocabulary.page_words
        label = name.label or name.printed
        if not name.printed:
            return above
        if above.is_furniture or words.has("furniture_headings", label) or words.has("contents_headings", label):
            return replace(above, is_furniture=True, heading=name.printed)
        if words.has("prerequisite_leads", name.label) and above.topic is not None:
            return replace(above, is_prerequisites=True, heading=name.printed)
        kinds = media_types_named(name.label, self.vocabulary)
        if kinds:
            return replace(
                above, media_type=kinds[0] if len(kinds) == 1 else None, is_type_certain=True, heading=name.printed
            )
        return self.topic_section(block, name, above)

    def topic_section(self, block: Block, name: HeadingName, above: Section) -> Section:
        label = name.label or name.printed
        key = (above.topic, fold(label))
        if key not in self.known:
            self.known[key] = len(self.topics)
            self.topics.append(self.topic(block, name, above.topic))
        if name.hidden_labels:
            self.warnings.append(PageWarning(block.line, "typo", f"{name.hidden_labels[0]!r} was read as {label!r}."))
        kind = _last_word_type(label, self.vocabulary)
        return replace(
            above,
            topic=self.known[key],
            media_type=kind or (above.media_type if above.is_type_certain else None),
            is_type_certain=above.is_type_certain and not kind,
            heading=name.printed,
            is_prerequisites=False,
        )

    def topic(self, block: Block, name: HeadingName, parent: int | None) -> PageTopic:
        return PageTopic(
            label=(name.label or name.printed)[:LONGEST_LABEL],
            raw=block.text,
            line=block.line,
            level=self.topics[parent].level + 1 if parent is not None else 1,
            parent=parent,
            lecture=name.lecture,
            aliases=name.aliases,
            hidden_labels=name.hidden_labels,
            is_bland=not name.label or self.vocabulary.page_words.has("bland_headings", name.label),
        )


def media_types_named(label: str, vocabulary: Vocabulary) -> list[str]:
    """The media types a heading names, if it names nothing else: "Free Online Books", "Videos and Lectures"."""
    words = fold(label.replace("&", " and ").replace("/", " and ")).split()
    kinds: list[str] = []
    start = 0
    while start < len(words):
        kind, length = _longest_type(words, start, vocabulary)
        if kind:
            kinds.append(kind)
        elif not vocabulary.page_words.has("heading_qualifiers", words[start]):
            return []
        start += length
    return list(dict.fromkeys(kinds))


def _longest_type(words: list[str], start: int, vocabulary: Vocabulary) -> tuple[str | None, int]:
    for length in (3, 2, 1):
        kind = vocabulary.media_type_named(" ".join(words[start : start + length]))
        if kind and start + length <= len(words):
            return kind, length
    return None, 1


def _last_word_type(label: str, vocabulary: Vocabulary) -> str | None:
    """The media type of a topic's links, as in "Deep Learning Books"."""
    words = label.split()
    return vocabulary.media_type_named(words[-1]) if len(words) > 1 and words[-1][0].isupper() else None


def _qualified(topics: Sequence[PageTopic], page_title: str) -> tuple[PageTopic, ...]:
    """Bland and repeated labels get their parent's in front; parents come before their children."""
    counts = Counter(fold(topic.label) for topic in topics)
    done: list[PageTopic] = []
    for topic in topics:
        is_bland = topic.is_bland or counts[fold(topic.label)] > 1
        above = done[topic.parent].label if topic.parent is not None else page_title
        label = f"{above}: {topic.label}" if is_bland and above else topic.label
        done.append(replace(topic, label=label[-LONGEST_LABEL:], is_bland=is_bland))
    return tuple(done)
