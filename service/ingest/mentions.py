"""Each link of a cell becomes a mention, with what the words around it state."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.catalog.names import fold
from service.catalog.page_words import PageWords
from service.catalog.vocabulary import Vocabulary
from service.ingest.authors import is_organisation, read_byline
from service.ingest.blocks import Piece
from service.ingest.classify import Clues, media_type
from service.ingest.facts import (
    duration_in,
    is_free,
    language_in,
    language_of_host,
    locator_in,
    without_year,
    year_in,
    year_of_number,
)
from service.ingest.links import Target
from service.ingest.naming import Named, Place, name_link
from service.ingest.outline import Section
from service.ingest.page import Evidence, PageMention
from service.ingest.symbols import emoji_in, without_emoji
from service.ingest.titles import LinkText, read_link_text

LONGEST_NOTE = 600  # characters
LONGEST_REST = 3  # words after a byline that are no note of their own: "in Coursera"
LONGEST_REACH = 1_500  # characters to either side of a link that may speak for it

_HIDING = re.compile(r"\[\]\(([^()]*)$")
_SEPARATOR = re.compile(r"[,;|/]|\s[-–—]\s|\s(?:and|with|or|y)\s|\.\s|\n")
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_IN_PUBLISHER = re.compile(r"^\s*(?:in|on|at|from|@|via)\s+([^,.;:()\[\]]{2,40})", re.IGNORECASE)


@dataclass(frozen=True)
class Setting:
    """What the links of a cell share: where they stand, and what speaks for them from outside."""

    vocabulary: Vocabulary
    legend: Mapping[str, str]
    section: Section
    topic: str = ""  # its label
    outer: str = ""  # the enclosing bullet's title, or what the table row is about
    column: str = ""
    emoji_before: str = ""  # the row's cells to the left


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


def read_cell(cell: Sequence[Piece], targets: Mapping[int, Target], setting: Setting) -> list[PageMention]:
    """The mentions of a cell's links, in order; `targets` says which pieces (by `id`) are resources."""
    mentions: list[PageMention] = []
    base = ""
    for link in _links(cell, targets, setting):
        place = Place(
            without_emoji(link.before),
            without_emoji(link.after),
            link.strong,
            "" if link.is_hidden else base,
            setting.outer,
            setting.topic,
        )
        named = name_link(link.shown, place, link.target.parts, setting.vocabulary)
        base = base or named.base
        mentions.append(_mention(link, named, place, setting))
    return mentions


def _links(cell: Sequence[Piece], targets: Mapping[int, Target], setting: Setting) -> list[Link]:
    """The cell's resource links, each with its share of the words between them."""
    kept = [piece for piece in cell if id(piece) in targets]
    texts, strong = _texts_around(cell, targets)
    shown = [
        read_link_text(piece.text.strip() or piece.alt, piece.is_bare, targets[id(piece)].parts, setting.vocabulary)
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


def _mention(link: Link, named: Named, place: Place, setting: Setting) -> PageMention:
    words = setting.vocabulary.page_words
    kind, kind_evidence = media_type(_clues(link, setting), setting.vocabulary)
    nearby = (
        " ".join((place.before, link.shown.text, place.after)) if link.is_first else f"{link.shown.text} {place.after}"
    )
    authors, publisher = _people_after(place.after, words)
    year, year_evidence = _year(link, named, place)
    parts = link.target.parts
    return PageMention(
        url=link.target.url,
        line=link.piece.line,
        raw="",
        text="",
        title=named.title,
        title_evidence=named.evidence,
        media_type=kind,
        media_type_evidence=kind_evidence,
        topic=setting.section.topic,
        authors=named.wording.authors or authors,
        year=year,
        year_evidence=year_evidence,
        publisher=named.publisher or named.wording.publisher or publisher or _bracketed_publisher(place.after, words),
        language=language_in(nearby, place.after, words) or language_of_host(parts.host, words),
        is_free=is_free(nearby, words),
        duration_minutes=duration_in(nearby),
        locator=_locator(link, named, place),
        note=_note(named, place, words),
        is_hidden=link.is_hidden,
        is_title_weak=named.is_weak,
    )


def _clues(link: Link, setting: Setting) -> Clues:
    known = setting.vocabulary.page_words.emoji
    before = (setting.emoji_before if link.is_first else "") + link.leading + link.piece.text
    symbol = _first_symbol(before + link.trailing, setting.legend) or _first_symbol(before, known)
    return Clues(
        parts=link.target.parts,
        text=without_emoji(link.piece.text),
        before=without_emoji(link.before),
        after=without_emoji(link.after),
        emoji_type=setting.legend.get(symbol),
        known_emoji_type=known.get(symbol),
        symbol=symbol,
        column=setting.column,
        heading=setting.section.heading,
        heading_type=setting.section.media_type,
        is_heading_certain=setting.section.is_type_certain,
        is_first=link.is_first,
    )


def _first_symbol(text: str, meant: Mapping[str, str]) -> str:
    return next((symbol for _, _, symbol in emoji_in(text) if symbol in meant), "")


def _people_after(after: str, words: PageWords) -> tuple[tuple[str, ...], str | None]:
    """`by Andrew Ng in Coursera` after a link."""
    byline = read_byline(after, words)
    if byline and len(byline.before.split()) <= 3:
        return byline.names.people, byline.names.organisation or _organisation_in(byline.names.rest, words)
    return (), _organisation_in(after, words)


def _organisation_in(text: str, words: PageWords) -> str | None:
    found = _IN_PUBLISHER.match(text)
    name = found.group(1).strip() if found else ""
    return name if name and is_organisation(name, words) else None


def _bracketed_publisher(after: str, words: PageWords) -> str | None:
    """`(StatQuest)` right after a link."""
    found = _BRACKETED.match(after.strip())
    return found.group(1) if found and is_organisation(found.group(1), words) else None


def _year(link: Link, named: Named, place: Place) -> tuple[int | None, Evidence | None]:
    """The year that the text states; else the one in an arXiv number."""
    stated = named.wording.year or year_in(place.after)
    by_number = year_of_number(link.target.parts)
    if stated:
        other = f"; its arXiv number says {by_number}" if by_number and by_number != stated else ""
        return stated, Evidence("text", 0.95, f"{stated} on the page{other}")
    if by_number:
        return by_number, Evidence("url", 0.9, link.target.parts.canonical)
    return None, None


def _locator(link: Link, named: Named, place: Place) -> str | None:
    if link.shown.kind == "locator":
        return link.shown.text
    stated = named.wording.locator or locator_in(place.after[:120])
    fragment = link.target.parts.fragment
    return stated or (f"#{fragment}" if fragment else None)


def _note(named: Named, place: Place, words: PageWords) -> str | None:
    """What the line says beyond title, authors and year."""
    after = without_year(place.after).strip(" \t–—-:;,.|*")
    byline = read_byline(after, words)
    if byline and not byline.before and len(byline.names.rest.split()) <= LONGEST_REST:
        after = ""  # nothing but authors, and where they teach
    is_title = named.title and fold(after) == fold(named.title)
    parts = [named.wording.note, "" if is_title else _worth_noting(after)]
    note = " – ".join(part for part in parts if part)
    return note[:LONGEST_NOTE] or None


def _worth_noting(after: str) -> str:
    """The words after a link, if they say something: a bracket alone was read as a fact."""
    rest = _BRACKETED.sub("", after).strip(" )([]")
    return after if len(rest.split()) > 2 else ""
