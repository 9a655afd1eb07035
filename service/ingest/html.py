"""Blocks of HTML inside Markdown: their links, headings, list items and table rows."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from service.ingest.blocks import Block, Piece, cell_text
from service.ingest.symbols import emojized

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROW, _CELLS = "tr", frozenset({"td", "th"})
# What starts a new block of text on the screen.
# fmt: off
_BLOCKS = frozenset({
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "table", "section", "article", "details", "summary",
    "blockquote", "center", "header", "footer"
})
# fmt: on
_SILENT = frozenset({"script", "style", "head", "title", "svg", "noscript", "template", "pre", "code"})


ReadMarkdown = Callable[[str, int], list[Block]]  # of a text and its first line


def read_html(content: str, first_line: int, read_markdown: ReadMarkdown) -> list[Block]:
    """The blocks of an HTML fragment that starts at `first_line`; Markdown inside it is for `read_markdown`."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, recover=True)
    try:
        root = etree.fromstring(content.encode(errors="replace"), parser)
    except etree.XMLSyntaxError:  # a fragment of closing tags or of comments: it says nothing
        return []
    if root is None:
        return []
    reader = _Reader(read_markdown, first_line, first_line + content.rstrip("\n").count("\n"))
    for event, element in etree.iterwalk(root, events=("start", "end")):
        reader.start(element) if event == "start" else reader.end(element)
    reader.flush()
    return reader.blocks


@dataclass
class _Reader:
    """Gathers pieces until a tag ends the block that they belong to."""

    read_markdown: ReadMarkdown
    first_line: int
    last_line: int
    blocks: list[Block] = field(default_factory=list)
    cells: list[tuple[Piece, ...]] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    link: Piece | None = None
    line: int = 0
    kind: str = "paragraph"
    level: int = 0
    silence: int = 0
    rows: int = 0  # open ones
    columns: tuple[str, ...] = ()
    is_header: bool = True  # whether all cells of the row so far are headings

    def start(self, element: Any) -> None:
        tag = element.tag
        self.line = min(self.first_line + (element.sourceline or 1) - 1, self.last_line)
        if tag in _SILENT:
            self.silence += 1
        elif self.rows and tag in _BLOCKS and tag != "table":
            self.add("\n")  # a list or a paragraph in a cell stays a part of the row
        elif tag in _HEADINGS or tag in _BLOCKS or tag == _ROW:
            self.flush()
            self.columns = () if tag == "table" else self.columns
            self.kind = "heading" if tag in _HEADINGS else "item" if tag == "li" else "paragraph"
            self.rows += tag == _ROW
            self.level = _HEADINGS.get(tag, 1 if tag == "li" else 0)
        elif tag == "a" and element.get("href"):
            self.close_link()
            self.link = Piece("", self.line, element.get("href").strip())
        elif tag == "img" and self.link and self.link.image is None:
            self.link = replace(self.link, image=element.get("src") or "", alt=element.get("alt") or "")
        elif tag == "br":
            self.add("\n")
        self.add_text(element.text)

    def end(self, element: Any) -> None:
        tag = element.tag
        if tag in _SILENT:
            self.silence -= 1
        elif tag == "a":
            self.close_link()
        elif tag in _CELLS:
            self.close_cell(tag)
        elif tag == _ROW:
            self.flush()
            self.rows -= 1
        elif tag in _HEADINGS or (tag in _BLOCKS and (not self.rows or tag == "table")):
            self.flush()
        self.add_text(element.tail)

    def add_text(self, text: str | None) -> None:
        if text and "](" in text and not self.silence and not self.link:
            self.flush()  # kramdown reads it, GitHub prints it as it is: the links are meant either way
            self.blocks += self.read_markdown(text, self.line)
        elif text and not self.silence:
            self.add(emojized(" ".join(["", *text.split(), ""]) if text.strip() else " "))

    def add(self, text: str) -> None:
        if self.link:
            self.link = replace(self.link, text=self.link.text + text)
        elif text.strip() or self.pieces:
            self.pieces.append(Piece(text, self.line))

    def close_link(self) -> None:
        if self.link:
            self.pieces.append(self.link)
            self.link = None

    def close_cell(self, tag: str = "td") -> None:
        self.close_link()
        self.is_header &= tag == "th"
        self.cells.append(tuple(self.pieces))
        self.pieces = []

    def flush(self) -> None:
        """End the block; outside a row, cells make one all the same."""
        self.close_link()
        if self.cells and self.pieces:
            self.close_cell()
        is_row = bool(self.cells)
        cells = tuple(self.cells) if is_row else (tuple(self.pieces),)
        if is_row and self.is_header:
            self.columns = tuple(map(cell_text, cells))
        if any(piece.text.strip() or piece.href for cell in cells for piece in cell):
            line = next(piece.line for cell in cells for piece in cell)
            columns = self.columns if is_row else ()
            kind = "row" if is_row else self.kind
            self.blocks.append(Block(kind, line, self.line, cells, self.level, columns=columns))
        self.cells, self.pieces, self.is_header = [], [], True
        self.kind, self.level = "paragraph", 0
