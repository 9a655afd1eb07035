"""What a page is made of: blocks of text and links, free of markup, each with its line."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A run of text inside a cell, or one link with what it shows (`text` without its pictures' words)."""

    text: str  # shortcodes already turned into emoji; "\n" is a line break that the author set
    line: int
    href: str | None = None  # as printed; None: plain text
    image: str | None = None  # the address of the first picture that a link shows
    alt: str = ""  # that picture's words
    is_strong: bool = False
    is_bare: bool = False  # a URL printed as itself
    offset: int = 0  # where in its paragraph it stands, to quote the right part of an endless line


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a list item's text or a table row."""

    kind: str  # "heading", "paragraph", "item", "row"
    line: int
    end_line: int  # inclusive
    cells: tuple[tuple[Piece, ...], ...]  # one, but for table rows
    level: int = 0  # a heading's 1..6; how deep an item's list is nested, 1 = outermost
    parent: int | None = None  # an item's enclosing item: index into the page's blocks
    columns: tuple[str, ...] = ()  # a table row's column headings

    @property
    def links(self) -> Iterator[Piece]:
        """The links in it, in order."""
        return (piece for cell in self.cells for piece in cell if piece.href is not None)

    @property
    def text(self) -> str:
        """What it says, with its emoji; table cells are set apart by bars."""
        return " | ".join(cell_text(cell) for cell in self.cells)


def cell_text(cell: tuple[Piece, ...]) -> str:
    """The words of a cell, links included, on one line."""
    return " ".join("".join(piece.text for piece in cell).split())
