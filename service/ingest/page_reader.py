"""The links, notes and stated prerequisites of a page, block by block."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from service.catalog.vocabulary import Vocabulary
from service.ingest.blocks import Block, Piece, cell_text
from service.ingest.facts import is_date
from service.ingest.legend import Legend
from service.ingest.links import MalformedUrl, Target, is_picture_only, is_relative, target_of
from service.ingest.mentions import Setting, cut, read_cell
from service.ingest.notes import LONGEST_NOTE, is_noteworthy, names_in, prerequisites_in
from service.ingest.outline import Outline, Section
from service.ingest.page import Note, PageMention, PageWarning, StatedPrerequisite
from service.ingest.symbols import without_emoji
from service.ingest.wording import read_before

MOST_CELLS = 6  # of a row, where what it is about is looked for


@dataclass
class PageReader:
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
    known: dict[str, Target | None] = field(default_factory=dict)  # where links lead, as printed
    relative_links: int = 0

    def _warn(self, line: int, code: str, message: str) -> None:
        self.warnings.append(PageWarning(line, code, message))

    def read(self) -> None:
        """Read all blocks; what they hold is in `mentions`, `notes`, `prerequisites` and `warnings`."""
        parents = {block.parent for block in self.blocks}
        for index, block in enumerate(self.blocks):
            section = self.outline.sections[index]
            if index in self.legend.blocks or section.is_furniture:
                continue
            targets = self._targets(block, index)
            self._read_prerequisites(block, section)
            self._read_typos(block)
            if targets:
                self._read_mentions(block, section, targets)
            elif block.kind in ("item", "paragraph") and index not in parents:
                self._read_note(block, section)
        if self.relative_links:
            message = (
                f"{self.relative_links} links lead elsewhere on the page's own site; its URL would make them readable."
            )
            self._warn(1, "relative_links", message)

    def _targets(self, block: Block, index: int) -> dict[int, Target]:
        """The resources among a block's links, by the `id` of the piece."""
        targets: dict[int, Target] = {}
        for link in block.links:
            target = self._target(link, index)
            if target:
                targets[id(link)] = target
                self.ids[target.url] = target.parts.id
        return targets

    def _target(self, link: Piece, index: int) -> Target | None:
        href = link.href or ""
        if not href:
            self._warn(link.line, "empty_link", f"The link {link.text!r} leads nowhere.")
            return None
        is_title = index == self.outline.title_block
        if is_relative(href) and (self.url is None or is_title):
            self.relative_links += not is_title
            return None
        try:
            if href not in self.known:
                self.known[href] = target_of(href, self.url)
        except MalformedUrl as error:
            self._warn(link.line, "malformed_url", str(error))
            return None
        target = self.known[href]
        if target and is_picture_only(link, target, self.vocabulary, self.outline.sections[index].topic is None):
            return None
        return target

    def _read_mentions(self, block: Block, section: Section, targets: dict[int, Target]) -> None:
        setting = Setting(
            self.vocabulary,
            self.legend.types,
            section,
            topic=self.outline.topics[section.topic].label if section.topic is not None else "",
            outer=self._outer_title(block),
            text=without_emoji(cut(block.text)),
            lines=self.lines,
        )
        if block.kind == "row":
            self._read_row(block, setting, targets)
        else:
            self._add(read_cell(block.cells[0], targets, setting))

    def _read_row(self, row: Block, setting: Setting, targets: dict[int, Target]) -> None:
        left = ""
        for number, cell in enumerate(row.cells):
            column = row.columns[number] if number < len(row.columns) else ""
            is_of_people = self.vocabulary.page_words.has("people_columns", column)
            if not is_of_people and any(id(piece) in targets for piece in cell):
                self._add(read_cell(cell, targets, replace(setting, column=column, emoji_before=left)))
            left += cell_text(cell)

    def _add(self, mentions: Sequence[PageMention]) -> None:
        for mention in mentions:
            if mention.is_hidden:
                self._warn(mention.line, "hidden_link", f"Nobody sees the link to {mention.url} on the published page.")
            if mention.is_title_weak:
                self._warn(mention.line, "weak_title", f"No better title than {mention.title!r} was found.")
        self.mentions += mentions

    def _outer_title(self, block: Block) -> str:
        """What the enclosing bullet, or the row's first telling cell, is about."""
        if block.kind == "row":
            return next((t for cell in block.cells[:MOST_CELLS] if (t := self._subject(cell))), "")
        if block.parent is None:
            return ""
        if block.parent not in self.outer:
            self.outer[block.parent] = self._subject(self.blocks[block.parent].cells[0])
        return self.outer[block.parent]

    def _subject(self, cell: Sequence[Piece]) -> str:
        """What a bullet or a cell names; its way back to the top of the page is no part of that."""
        words = self.vocabulary.page_words
        own = tuple(p for p in cell if not (p.href or "").startswith("#") or not words.has("lead_ins", p.text))
        text = without_emoji(cut(cell_text(own)))
        title = read_before(text, "", self.vocabulary).title
        has_words = sum(c.isalpha() for c in title) > 1 and not is_date(title)
        return title if has_words and not words.has("nameless", title) else ""

    def _read_typos(self, block: Block) -> None:
        for found in self.vocabulary.page_words.typo_pattern.finditer(block.text) if block.kind != "heading" else ():
            meant = self.vocabulary.page_words.typos[found.group().casefold()]
            self._warn(block.line, "typo", f"{found.group()!r} is perhaps {meant!r}; it was left as printed.")

    def _read_note(self, block: Block, section: Section) -> None:
        text = without_emoji(cut(block.text))
        if section.topic is not None and is_noteworthy(text, self.vocabulary.page_words):
            self.notes.append((section.topic, Note(text[:LONGEST_NOTE], block.line)))

    def _read_prerequisites(self, block: Block, section: Section) -> None:
        if section.topic is None or block.kind == "heading":
            return
        text = without_emoji(cut(block.text))
        words = self.vocabulary.page_words
        raw = cut(self.lines[block.line - 1])
        for names in names_in(text) if section.is_prerequisites else prerequisites_in(text, words):
            any_of = " or ".join(names) if len(names) > 1 else None
            self.prerequisites += [StatedPrerequisite(n, section.topic, block.line, raw, any_of) for n in names]
