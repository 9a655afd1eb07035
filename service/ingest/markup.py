"""Markdown becomes blocks: markdown-it-py reads the markup, this file keeps what a page of links needs."""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.token import Token

from service.ingest.blocks import Block, Piece, cell_text
from service.ingest.front_matter import front_matter_plugin
from service.ingest.html import read_html
from service.ingest.inline import inline_rule, read_inline
from service.ingest.templates import without_templates

# "#2 Methods", "##Books": headings before CommonMark asked for a space. A single "#" may begin a hashtag.
_TIGHT_HEADING = re.compile(r"(#(?=\d+[. ] *[A-Z])|#{2,6}(?=[^\W_]))[^\n]{1,200}$")

# Lists and quotes this deep; markdown-it recurses, and Python's stack is finite. A list level counts twice.
DEEPEST = 60


@dataclass(frozen=True)
class Markup:
    """A page's blocks in order, and its front matter (the first one it has)."""

    blocks: tuple[Block, ...]
    front_matter: Mapping[str, Any]
    front_matter_lines: range
    cut_line: int | None  # where nesting deeper than DEEPEST was left unread


def read_markup(text: str) -> Markup:
    """Read a page's Markdown, and the HTML in it."""
    reader = _Reader()
    for token in _parser().parse(without_templates(text)):
        reader.read(token)
    return Markup(tuple(reader.blocks), reader.front_matter, reader.front_matter_lines, reader.cut_line)


def _read_inside_html(text: str, line: int) -> list[Block]:
    reader = _Reader()
    for token in _parser(html=False).parse(textwrap.dedent(text)):
        reader.read(token)
    return [_moved(block, line - 1) for block in reader.blocks]


def _moved(block: Block, lines: int) -> Block:
    cells = tuple(tuple(replace(piece, line=piece.line + lines) for piece in cell) for cell in block.cells)
    return replace(block, line=block.line + lines, end_line=block.end_line + lines, cells=cells, parent=None)


def _parser(html: bool = True) -> MarkdownIt:
    md = MarkdownIt("gfm-like", {"html": html, "linkify": True, "maxNesting": DEEPEST})
    # "README.md" and "deeplearning.ai" in a sentence are no links; only what has a scheme is.
    md.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    md.disable("linkify", ignoreInvalid=True)
    md.inline.ruler.enable("linkify")
    md.core.ruler.at("inline", inline_rule)
    return md.use(front_matter_plugin)


@dataclass
class _Reader:
    """Reads block tokens in order."""

    blocks: list[Block] = field(default_factory=list)
    front_matter: Mapping[str, Any] = field(default_factory=dict)
    front_matter_lines: range = range(0)
    cut_line: int | None = None
    items: list[int | None] = field(default_factory=list)  # the open list items' first blocks
    heading: Token | None = None
    cells: list[tuple[Piece, ...]] | None = None
    columns: tuple[str, ...] = ()
    is_table_head: bool = False

    def read(self, token: Token) -> None:
        if token.level >= DEEPEST - 1 and self.cut_line is None and token.map:
            self.cut_line = token.map[0] + 1
        action = getattr(self, f"_{token.type}", None)
        if action:
            action(token)

    def _front_matter(self, token: Token) -> None:
        if not self.front_matter and token.map:
            self.front_matter = token.meta
            self.front_matter_lines = range(token.map[0] + 1, token.map[1] + 1)

    def _heading_open(self, token: Token) -> None:
        self.heading = token

    def _heading_close(self, _token: Token) -> None:
        self.heading = None

    def _list_item_open(self, _token: Token) -> None:
        self.items.append(None)

    def _list_item_close(self, _token: Token) -> None:
        self.items.pop()

    def _table_open(self, _token: Token) -> None:
        self.columns = ()

    def _thead_open(self, _token: Token) -> None:
        self.is_table_head = True

    def _thead_close(self, _token: Token) -> None:
        self.is_table_head = False

    def _tr_open(self, _token: Token) -> None:
        self.cells = []

    def _tr_close(self, _token: Token) -> None:
        cells = tuple(self.cells or ())
        self.cells = None
        if self.is_table_head:
            self.columns = tuple(cell_text(cell) for cell in cells)
        if any(cells):
            line = next(piece.line for cell in cells for piece in cell)
            self.blocks.append(Block("row", line, line, cells, columns=self.columns))

    def _inline(self, token: Token) -> None:
        first, last = token.map or (0, 1)
        pieces = read_inline(token, first + 1)
        if self.cells is not None:
            self.cells.append(pieces)
        elif self.heading:
            level = int(self.heading.tag[1])
            self.blocks.append(Block("heading", first + 1, last, (pieces,), level))
        elif self.items:
            self._item(pieces, first + 1, last)
        elif found := _TIGHT_HEADING.match(token.content):
            level = len(found.group(1))
            pieces = (replace(pieces[0], text=pieces[0].text.lstrip("#")), *pieces[1:])
            self.blocks.append(Block("heading", first + 1, last, (pieces,), level))
        elif pieces:
            self.blocks.append(Block("paragraph", first + 1, last, (pieces,)))

    def _item(self, pieces: tuple[Piece, ...], line: int, end_line: int) -> None:
        """Text inside a list item; further paragraphs of an item have its first as parent."""
        enclosing = next((block for block in reversed(self.items) if block is not None), None)
        if self.items[-1] is None:
            self.items[-1] = len(self.blocks)
        self.blocks.append(Block("item", line, end_line, (pieces,), len(self.items), enclosing))

    def _html_block(self, token: Token) -> None:
        self.blocks += read_html(token.content, token.map[0] + 1 if token.map else 1, _read_inside_html)
