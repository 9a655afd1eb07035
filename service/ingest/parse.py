"""A page's text becomes a frozen Page: blocks, legend, outline, then every link with what is said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from service.catalog.vocabulary import Vocabulary
from service.errors import PageError
from service.ingest.blocks import Block, Piece, cell_text
from service.ingest.facts import is_date
from service.ingest.legend import Legend, read_legend
from service.ingest.links import MalformedUrl, Target, is_picture_only, is_relative, target_of
from service.ingest.markup import read_markup
from service.ingest.mentions import Setting, read_cell
from service.ingest.naming import WORDS_BEFORE
from service.ingest.notes import LONGEST_NOTE, is_noteworthy, names_in, prerequisites_in
from service.ingest.outline import Outline, Section, read_outline
from service.ingest.page import Note, Page, PageMention, PageTopic, PageWarning, StatedPrerequisite
from service.ingest.symbols import without_emoji
from service.ingest.titles import read_before

MOST_CELLS = 6  # of a row, where what it is about is looked for
LONGEST_LINE = 2_000  # characters of `raw` and `text`: a page may be one endless line


def decode_page(content: bytes, source: str) -> str:
    """A page's bytes as text: UTF-8, with or without a byte order mark; line ends become line feeds.

    Raises PageError with the line and the byte where it is something else.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PageError(source, f"not UTF-8: byte {error.start} is 0x{content[error.start]:02x}.", line) from error
    return _with_plain_line_ends(text)


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_page(text: str, *, name: str, source: str, url: str | None, vocabulary: Vocabulary) -> Page:
    """Read a page of links; `url`, where it is published, lets relative links lead somewhere."""
    text = _with_plain_line_ends(text.removeprefix("\ufeff"))
    markup = read_markup(text)
    legend = read_legend(markup.blocks, vocabulary)
    outline = read_outline(markup.blocks, markup.front_matter, vocabulary)
    reader = _Reader(text.split("\n"), url, vocabulary, markup.blocks, legend, outline)
    reader.read()
    if markup.cut_line:
        reader.warn(markup.cut_line, "too_deep", "What is nested deeper than this was not read.")
    return Page(
        name=name,
        title=outline.title or name.replace("-", " ").strip() or name,
        source=source,
        text=text,
        url=url,
        language=_language(markup.front_matter),
        topics=_with_notes(outline.topics, reader.notes),
        mentions=_with_borrowed_titles(reader.mentions, reader.ids),
        prerequisites=tuple(reader.prerequisites),
        warnings=tuple(sorted([*legend.warnings, *outline.warnings, *reader.warnings], key=lambda w: w.line)),
    )


def _language(front_matter: Any) -> str | None:
    stated = front_matter.get("lang") or front_matter.get("language")
    return stated if isinstance(stated, str) else None


def _with_notes(topics: Sequence[PageTopic], notes: Sequence[tuple[int, Note]]) -> tuple[PageTopic, ...]:
    by_topic: dict[int, list[Note]] = {}
    for topic, note in notes:
        by_topic.setdefault(topic, []).append(note)
    return tuple(replace(topic, notes=tuple(by_topic.get(i, ()))) for i, topic in enumerate(topics))


def _with_borrowed_titles(mentions: Sequence[PageMention], ids: Mapping[str, str]) -> tuple[PageMention, ...]:
    """Mentions without a good title of their own take the best one that the page has for the same resource.

    `ids` are the resources' ids by the URLs that the mentions print.
    """
    best: dict[str, PageMention] = {}
    for mention in mentions:
        known = best.setdefault(ids[mention.url], mention)
        if mention.title_evidence.confidence > known.title_evidence.confidence:
            best[ids[mention.url]] = mention
    return tuple(_borrowing(mention, best[ids[mention.url]]) for mention in mentions)


def _borrowing(mention: PageMention, best: PageMention) -> PageMention:
    if mention.title_evidence.confidence >= WORDS_BEFORE or best.title_evidence.confidence < WORDS_BEFORE:
        return mention
    evidence = replace(best.title_evidence, detail=f"as line {best.line} names it")
    return replace(mention, title=best.title, title_evidence=evidence, is_title_weak=False)


@dataclass
class _Reader:
    """Walks the blocks of a page and gathers what is not headings."""

    lines: Sequence[str]
    url: str | None
    vocabulary: Vocabulary
    blocks: Sequence[Block]
    legend: Legend
    outline: Outline
    mentions: list[PageMention] = field(default_factory=list)
    notes: list[tuple[int, Note]] = field(default_factory=list)
    prerequisites: list[StatedPrerequisite] = field(default_factory=list)
    warnings: list[PageWarning] = field(default_factory=list)
    outer: dict[int, str] = field(default_factory=dict)  # titles of enclosing bullets, by block
    ids: dict[str, str] = field(default_factory=dict)  # of resources, by the URLs that the page prints
    relative_links: int = 0

    def warn(self, line: int, code: str, message: str) -> None:
        self.warnings.append(PageWarning(line, code, message))

    def read(self) -> None:
        parents = {block.parent for block in self.blocks}
        for index, block in enumerate(self.blocks):
            section = self.outline.sections[index]
            if index in self.legend.blocks or section.is_furniture:
                continue
            targets = self.targets(block, index)
            self.read_prerequisites(block, section)
            self.read_typos(block)
            if targets:
                self.read_mentions(block, section, targets)
            elif block.kind in ("item", "paragraph") and index not in parents:
                self.read_note(block, section)
        if self.relative_links:
            message = (
                f"{self.relative_links} links lead elsewhere on the page's own site; its URL would make them readable."
            )
            self.warn(1, "relative_links", message)

    def targets(self, block: Block, index: int) -> dict[int, Target]:
        """The resources among a block's links, by the `id` of the piece."""
        targets: dict[int, Target] = {}
        for link in block.links:
            target = self.target(link, index)
            if target:
                targets[id(link)] = target
                self.ids[target.url] = target.parts.id
        return targets

    def target(self, link: Piece, index: int) -> Target | None:
        href = link.href or ""
        if not href:
            self.warn(link.line, "empty_link", f"The link {link.text!r} leads nowhere.")
            return None
        is_title = index == self.outline.title_block
        if is_relative(href) and (self.url is None or is_title):
            self.relative_links += not is_title
            return None
        try:
            target = target_of(href, self.url)
        except MalformedUrl as error:
            self.warn(link.line, "malformed_url", str(error))
            return None
        if target and is_picture_only(link, target, self.vocabulary, self.outline.sections[index].topic is None):
            return None
        return target

    def read_mentions(self, block: Block, section: Section, targets: dict[int, Target]) -> None:
        setting = Setting(
            self.vocabulary,
            self.legend.types,
            section,
            topic=self.outline.topics[section.topic].label if section.topic is not None else "",
            outer=self.outer_title(block),
        )
        text = without_emoji(_cut(block.text))
        left = ""
        for number, cell in enumerate(block.cells):
            column = block.columns[number] if number < len(block.columns) else ""
            is_of_people = self.vocabulary.page_words.has("people_columns", column)
            if is_of_people or not any(id(piece) in targets for piece in cell):
                left += cell_text(cell)
                continue
            for mention in read_cell(cell, targets, replace(setting, column=column, emoji_before=left)):
                self.add(replace(mention, raw=self.raw(mention.line), text=text))
            left += cell_text(cell)

    def add(self, mention: PageMention) -> None:
        if mention.is_hidden:
            self.warn(mention.line, "hidden_link", f"Nobody sees the link to {mention.url} on the published page.")
        if mention.is_title_weak:
            self.warn(mention.line, "weak_title", f"No better title than {mention.title!r} was found.")
        self.mentions.append(mention)

    def raw(self, line: int) -> str:
        return _cut(self.lines[line - 1] if line <= len(self.lines) else "")

    def outer_title(self, block: Block) -> str:
        """What the enclosing bullet, or the row's first telling cell, is about."""
        if block.kind == "row":
            return next((t for cell in block.cells[:MOST_CELLS] if (t := self.subject(cell))), "")
        if block.parent is None:
            return ""
        if block.parent not in self.outer:
            self.outer[block.parent] = self.subject(self.blocks[block.parent].cells[0])
        return self.outer[block.parent]

    def subject(self, cell: Sequence[Piece]) -> str:
        """What a bullet or a cell names; its way back to the top of the page is no part of that."""
        words = self.vocabulary.page_words
        own = tuple(p for p in cell if not (p.href or "").startswith("#") or not words.has("lead_ins", p.text))
        text = without_emoji(_cut(cell_text(own)))
        title = read_before(text, "", self.vocabulary).title
        has_words = sum(c.isalpha() for c in title) > 1 and not is_date(title)
        return title if has_words and not words.has("nameless", title) else ""

    def read_typos(self, block: Block) -> None:
        for found in self.vocabulary.page_words.typo_pattern.finditer(block.text) if block.kind != "heading" else ():
            meant = self.vocabulary.page_words.typos[found.group().casefold()]
            self.warn(block.line, "typo", f"{found.group()!r} is perhaps {meant!r}; it was left as printed.")

    def read_note(self, block: Block, section: Section) -> None:
        text = without_emoji(_cut(block.text))
        if section.topic is not None and is_noteworthy(text, self.vocabulary.page_words):
            self.notes.append((section.topic, Note(text[:LONGEST_NOTE], block.line)))

    def read_prerequisites(self, block: Block, section: Section) -> None:
        if section.topic is None or block.kind == "heading":
            return
        text = without_emoji(_cut(block.text))
        words = self.vocabulary.page_words
        names = names_in(text) if section.is_prerequisites else prerequisites_in(text, words)
        for prerequisite in names:
            self.prerequisites.append(StatedPrerequisite(prerequisite, section.topic, block.line, self.raw(block.line)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"
