"""Each link of a cell becomes a mention, with what the words around it state."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.catalog.facts import Evidence
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
from service.ingest.page import PageMention
from service.ingest.surroundings import Link, read_surroundings
from service.ingest.symbols import emoji_in, without_emoji

LONGEST_LINE = 2_000  # characters of `raw` and `text`: a page may be one endless line
LONGEST_NOTE = 600  # characters
LONGEST_REST = 3  # words after a byline that are no note of their own: "in Coursera"

_BRACKETED = re.compile(r"[(\[]([^()\[\]]{1,60})[)\]]")
_IN_PUBLISHER = re.compile(r"^\s*(?:in|on|at|from|@|via)\s+([^,.;:()\[\]]{2,40})", re.IGNORECASE)


def cut(text: str) -> str:
    """The beginning of an endless line."""
    return text if len(text) <= LONGEST_LINE else text[:LONGEST_LINE] + "…"


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
    text: str = ""  # of the whole block, as a person reads it
    lines: Sequence[str] = ()  # of the page

    def raw(self, line: int) -> str:
        """A line as printed."""
        return cut(self.lines[line - 1]) if line <= len(self.lines) else ""


def read_cell(cell: Sequence[Piece], targets: Mapping[int, Target], setting: Setting) -> list[PageMention]:
    """The mentions of a cell's links, in order; `targets` says which pieces (by `id`) are resources."""
    mentions: list[PageMention] = []
    base = ""
    for link in read_surroundings(cell, targets, setting.vocabulary):
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
        raw=setting.raw(link.piece.line),
        text=setting.text,
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
    """People and publisher of "by Andrew Ng in Coursera" after a link."""
    byline = read_byline(after, words)
    if byline and len(byline.before.split()) <= 3:
        return byline.names.people, byline.names.organisation or _organisation_in(byline.names.rest, words)
    return (), _organisation_in(after, words)


def _organisation_in(text: str, words: PageWords) -> str | None:
    found = _IN_PUBLISHER.match(text)
    name = found.group(1).strip() if found else ""
    return name if name and is_organisation(name, words) else None


def _bracketed_publisher(after: str, words: PageWords) -> str | None:
    """The publisher in "(StatQuest)" right after a link."""
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
