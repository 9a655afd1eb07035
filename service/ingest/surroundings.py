"""The links of a cell, each with its share of the words around it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.catalog.vocabulary import Vocabulary
from service.ingest.blocks import Piece
from service.ingest.link_text import LinkText, read_link_text
from service.ingest.links import Target
from service.ingest.symbols import without_emoji

LONGEST_REACH = 1_500  # characters to either side of a link that may speak for it
_HIDING = re.compile(r"\[\]\(([^()]*)$")
_SEPARATOR = re.compile(r"[,;|/]|\s[-–—]\s|\s(?:and|with|or|y)\s|\.\s|\n")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")


@dataclass(frozen=True)
class Link:
    """One resource link of a cell, between the words before and after it."""

    piece: Piece
    target: Target
    shown: LinkText
    before: str = ""
    after: str = ""
    leading: str = ""  # all of the text before it, whose emoji speak for it
    trailing: str = ""  # the end of the bullet, if it is the last link there
    strong: str = ""
    is_hidden: bool = False
    is_first: bool = True


def read_surroundings(cell: Sequence[Piece], targets: Mapping[int, Target], vocabulary: Vocabulary) -> list[Link]:
    """The cell's resource links, each with its share of the words between them."""
    kept = [piece for piece in cell if id(piece) in targets]
    texts, strong = _texts_around(cell, targets)
    shown = [
        read_link_text(piece.text.strip() or piece.alt, piece.is_bare, targets[id(piece)].parts, vocabulary)
        for piece in kept
    ]
    hiding = [_HIDING.search(text) for text in texts[:-1]]
    befores, afters = texts[:-1], texts[1:]
    for i in range(1, len(kept)):
        afters[i - 1], befores[i] = _split(texts[i], shown[i].kind == "name")
    links = []
    for i, piece in enumerate(kept):
        found = hiding[i]
        links.append(
            Link(
                piece=piece,
                target=targets[id(piece)],
                shown=shown[i],
                before=found.group(1) if found else befores[i],
                after=_before_bracket(afters[i], bool(found)),
                leading=texts[i],
                trailing=afters[i] if i == len(kept) - 1 else "",
                strong=strong[i],
                is_hidden=bool(found) or not (piece.text.strip() or piece.image),
                is_first=i == 0,
            )
        )
    return links


def _texts_around(cell: Sequence[Piece], targets: Mapping[int, Target]) -> tuple[list[str], list[str]]:
    """The texts before, between and after the resource links; and what is bold in each."""
    texts, strong = [""], [""]
    for piece in cell:
        if id(piece) in targets:
            texts.append("")
            strong.append("")
        else:
            texts[-1] += piece.text
            if piece.is_strong and not strong[-1]:
                strong[-1] = without_emoji(piece.text)
    return [_within_reach(text) for text in texts], [text[:LONGEST_REACH] for text in strong]


def _within_reach(text: str) -> str:
    """The beginning and the end of an endless text: what is close to a link."""
    return text if len(text) <= 2 * LONGEST_REACH else f"{text[:LONGEST_REACH]} {text[-LONGEST_REACH:]}"


def _before_bracket(after: str, is_hidden: bool) -> str:
    """What follows a link: up to the bracket that hides it, or to the next hidden one."""
    return after.split(")", 1)[0] if is_hidden else _HIDING.sub("", after)


def _split(between: str, is_name_next: bool) -> tuple[str, str]:
    """Share the words between two links: to the left what follows one, to the right what leads to the other.

    A link with a name needs no more than a label ("paper") in front of it.
    """
    shielded = _BRACKETED.sub(lambda found: "_" * len(found.group()), between)
    cuts = [found.start() for found in _SEPARATOR.finditer(shielded)]
    if not cuts:
        return between, between
    cut = cuts[-1] if is_name_next else cuts[0]
    return between[:cut], between[cut:].lstrip(" ,;|/–—-\n.")
