"""The inside of a paragraph: markdown-it's inline tokens become text pieces and links."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from lxml import etree
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from service.ingest.blocks import Piece
from service.ingest.symbols import emojized

# Inline rules copy the rest of their text at every "<", "&" and "://", and search it for a partner at every "[":
# their time grows with its square. Longer paragraphs are read in parts; a link across a cut is the price.
LONGEST_PART = 16_000  # characters
DEEPEST = 12  # emphasis in a link in emphasis …; unclosed "[" cost this much each
MOST_SIGNS = 150  # in a part: more than the densest lists have
_SIGNS = re.compile(r"[\[<&]|://")


class _PlacedInline(StateInline):
    """Notes in each token where it was made, which markdown-it forgets."""

    def push(self, ttype: str, tag: str, nesting: Any) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["offset"] = self.pos
        return token


def inline_rule(state: StateCore) -> None:
    """markdown-it's rule "inline", with places, and in linear time for endless paragraphs."""
    state.md.options["maxNesting"] = DEEPEST
    for token in state.tokens:
        if token.type == "inline":
            token.children = []
            for start, part in _parts(token.content):
                token.children += _parse_part(state, part, start)


def _parts(content: str) -> Iterator[tuple[int, str]]:
    """The parts of a paragraph and where they start; all of it, unless it is endless."""
    start = 0
    while start < len(content):
        end = _end_of_part(content, start)
        yield start, content[start:end]
        start = end


def _end_of_part(content: str, start: int) -> int:
    """Before a link, else at a space, else anywhere."""
    limit = min(len(content), start + LONGEST_PART)
    sign = next(islice(_SIGNS.finditer(content, start, limit), MOST_SIGNS, None), None)
    if sign:
        limit = sign.start()
    elif limit == len(content):
        return limit
    cuts = (content.rfind(" [", start, limit + 1), content.rfind("\n", start, limit), content.rfind(" ", start, limit))
    return next((cut + 1 for cut in cuts if cut > start), max(limit, start + 1))


def _parse_part(state: StateCore, part: str, start: int) -> list[Token]:
    inline = _PlacedInline(part, state.md, state.env, [])
    state.md.inline.tokenize(inline)
    for rule in state.md.inline.ruler2.getRules(""):
        rule(inline)
    for token in inline.tokens:
        if "offset" in token.meta:
            token.meta["offset"] += start
    return inline.tokens


def read_inline(token: Token, first_line: int) -> tuple[Piece, ...]:
    """The pieces of one inline token that starts at `first_line`."""
    reader = _Reader(first_line, [i for i, c in enumerate(token.content) if c == "\n"])
    for child in token.children or ():
        reader.read(child)
    reader.close_link()
    return tuple(reader.pieces)


@dataclass
class _Reader:
    """Reads inline tokens in order; an open link gathers what it shows."""

    first_line: int
    breaks: Sequence[int]  # offsets of the line breaks
    pieces: list[Piece] = field(default_factory=list)
    link: Piece | None = None
    shown: list[str] = field(default_factory=list)  # the open link's text so far
    strong: int = 0
    offset: int = 0

    def read(self, token: Token) -> None:
        self.offset = token.meta.get("offset", self.offset)
        if token.type in ("text", "text_special", "code_inline"):
            self.add(token.content if token.type == "code_inline" else emojized(token.content))
        elif token.type in ("softbreak", "hardbreak"):
            self.add(" " if token.type == "softbreak" else "\n")
        elif token.type == "link_open":
            self.open_link(str(token.attrs["href"]), is_bare=token.info == "auto")
        elif token.type == "link_close":
            self.close_link()
        elif token.type == "image":
            self.add_image(str(token.attrs["src"]), token.content)
        elif token.type in ("strong_open", "strong_close"):
            self.strong += token.nesting
        elif token.type == "html_inline":
            self.read_html(token.content)

    def add(self, text: str) -> None:
        if self.link:
            self.shown.append(text)
        elif text:
            self.pieces.append(Piece(text, self.line, is_strong=self.strong > 0, offset=self.offset))

    @property
    def line(self) -> int:
        return self.first_line + bisect_right(self.breaks, self.offset - 1)

    def open_link(self, href: str, is_bare: bool = False) -> None:
        self.close_link()
        self.link = Piece("", self.line, href, is_bare=is_bare, offset=self.offset)

    def close_link(self) -> None:
        if self.link:
            self.pieces.append(replace(self.link, text="".join(self.shown)))
            self.link, self.shown = None, []

    def add_image(self, source: str, alt: str) -> None:
        """A picture speaks only as part of a link; alone it is no resource."""
        if self.link and self.link.image is None:
            self.link = replace(self.link, image=source, alt=emojized(alt))

    def read_html(self, tag: str) -> None:
        name, attributes = parse_tag(tag)
        if name == "a" and "href" in attributes:
            self.open_link(attributes["href"])
        elif name == "/a":
            self.close_link()
        elif name == "br":
            self.add("\n")
        elif name == "img":
            self.add_image(attributes.get("src", ""), attributes.get("alt", ""))


def parse_tag(tag: str) -> tuple[str, dict[str, str]]:
    """A single HTML tag's name ("/a" for a closing one) and its attributes; ("", {}) for a comment."""
    if tag.startswith("</"):
        return "/" + tag[2:].rstrip("> \t\n").lower(), {}
    try:
        root = etree.fromstring(tag.encode(errors="replace"), etree.HTMLParser(encoding="utf-8"))
    except etree.XMLSyntaxError:  # nothing in it
        return "", {}
    if root is None:
        return "", {}
    element = next((e for e in root.iter("a", "br", "img")), None)
    return ("", {}) if element is None else (str(element.tag), {str(k): str(v) for k, v in element.attrib.items()})
