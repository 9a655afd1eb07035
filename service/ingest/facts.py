"""Facts that a text states about a resource: year, duration, language, place inside it, whether it is free."""

import re

from service.catalog.names import fold
from service.catalog.page_words import PageWords
from service.catalog.urls import ResourceUrl

_NUMBER = r"(?:\d{1,4}(?:\.\d{1,3})*|[IVXLC]{1,6})"
_NUMBERS = rf"{_NUMBER}(?:\s*(?:,|and|&|-|–|—|to)\s*{_NUMBER})*"
_PLACE = re.compile(
    rf"\b(?:chapters?|chap\.|ch\.|sections?|sec\.|§|pages?|pp?\.|capítulos?|appendix)\s*{_NUMBERS}(?![\w.]*\w)",
    re.IGNORECASE,
)
_PLACE_ONLY = re.compile(rf"^{_PLACE.pattern}(?:\s*[-–—:.]\s*\S.*)?$", re.IGNORECASE | re.DOTALL)

_YEAR = r"(?:19[5-9]\d|20\d\d)"
# A year in its own parentheses, with the venue or the date that belongs to it: "(ICML 2015)", "(05/07/2015)".
_YEAR_IN_PARENTHESES = re.compile(
    rf"[(\[]\s*(?:[A-Z][\w.&'-]*[\s,]+){{0,4}}(?:\d{{1,2}},?\s+)?'?(?:\d{{1,2}}[./-]){{0,2}}({_YEAR})(?:[./-]\d{{1,2}}){{0,2}}\s*[)\]]"
)
_YEAR_AFTER_COMMA = re.compile(rf",\s*(?:[A-Z][\w.]*\s+){{0,2}}({_YEAR})\s*(?=[.,;)]|$)")

# "(12 min)", "- 1h 30m", "in 5 minutes"; not the "20 hours/week" of a plan.
_SET_OFF = r"(?:(?:^|[(\[|,–—-])\s*|\bin\s+)"
_RATE = r"(?!\s*(?:/|per\b|a\b|each\b))"
_HOURS = re.compile(
    rf"{_SET_OFF}(\d{{1,2}}(?:\.\d)?)\s*-?(?:h|hrs?|hours?)\b(?:\s*(\d{{1,2}})\s*(?:m|mins?|minutes?)\b)?{_RATE}",
    re.IGNORECASE,
)
_MINUTES = re.compile(rf"{_SET_OFF}(\d{{1,3}})\s*-?(?:mins?|minutes?|minutos|分钟)(?![^\W_]){_RATE}", re.IGNORECASE)
_CLOCK = re.compile(r"[(\[](?:(\d{1,2}):)?(\d{1,2}):(\d{2})[)\]]")

_IN_LANGUAGE = re.compile(r"\b(?:in|en|auf|на)\s+([^\W\d_]+(?:\s[^\W\d_]+)?)", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,40})[)\]）】]")
# "Jan 4", "Tue 1/9", "Week 3", "Feb 18th": when, not what.
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"(?:week|day|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|{_MONTH})[.,]?\s*(?:{_MONTH}\.?\s*)?"
    r"[\d/., -]*(?:st|nd|rd|th)?$",
    re.IGNORECASE,
)
_ARXIV = re.compile(r"arxiv\.org/abs/(?:(\d\d)(\d\d)\.\d{4,5}|[\w.-]+/(\d\d)(\d\d)\d{3})$")


def year_in(text: str) -> int | None:
    """The year that a text states apart from its sentences: "(2015)", ", 2017". A span of years is none."""
    found = _YEAR_IN_PARENTHESES.search(text) or _YEAR_AFTER_COMMA.search(text)
    return int(found.group(1)) if found else None


def at_year(text: str) -> tuple[str, int | None, str]:
    """A text split at the first year in parentheses: what is before it, the year, and what is behind."""
    found = _YEAR_IN_PARENTHESES.search(text)
    return (text[: found.start()], int(found.group(1)), text[found.end() :]) if found else (text, None, "")


def year_of_number(parts: ResourceUrl) -> int | None:
    """The year in an arXiv number: 1609.04836 is of 2016, hep-th/9901001 of 1999."""
    found = _ARXIV.search(parts.canonical)
    if not found:
        return None
    year = int(found.group(1) or found.group(3))
    return 1900 + year if year > 90 else 2000 + year


def without_year(text: str) -> str:
    """Text without the year that `year_in` finds."""
    return _YEAR_AFTER_COMMA.sub("", _YEAR_IN_PARENTHESES.sub("", text))


def locator_in(text: str) -> str | None:
    """The place inside a resource: "Chapters 3 and 4", "pp. 12-20"."""
    found = _PLACE.search(text)
    return found.group().strip(" .") if found else None


def is_locator(text: str) -> bool:
    """Whether a text names a place and nothing more: "Chapter 1 - Introduction"."""
    return bool(_PLACE_ONLY.match(text.strip(" ()[]")))


def without_locator(text: str) -> str:
    """Text without the place that `locator_in` finds."""
    return _PLACE.sub("", text)


def duration_in(text: str) -> float | None:
    """Minutes: "12 min", "1h 30m", "(1:02:03)"."""
    if clock := _CLOCK.search(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return round(hours * 60 + minutes + seconds / 60, 1)
    if hours_found := _HOURS.search(text):
        return float(hours_found.group(1)) * 60 + int(hours_found.group(2) or 0)
    if minutes_found := _MINUTES.search(text):
        return float(minutes_found.group(1))
    return None


def language_in(text: str, after: str, words: PageWords) -> str | None:
    """The language that a text says a resource is in: "(Spanish)", "[中文]"; or `after` its link, "in Hebrew"."""
    for found in _BRACKETED.finditer(text):
        tag = words.languages.get(fold(found.group(1)).removeprefix("in "))
        if tag:
            return tag
    for found in _IN_LANGUAGE.finditer(after):
        names = (found.group(1), found.group(1).split()[0])
        tag = next((words.languages[fold(name)] for name in names if fold(name) in words.languages), None)
        if tag:
            return tag
    return None


def language_of_host(host: str, words: PageWords) -> str | None:
    """The language that Wikipedia's host states."""
    label, _, rest = host.partition(".")
    return label if rest in ("wikipedia.org", "m.wikipedia.org") and label in set(words.languages.values()) else None


def is_free(text: str, words: PageWords) -> bool | None:
    """What a text says of the price; None if nothing."""
    if words.says("paid_phrases", text) or re.search(r"[(\[](?:paid|\$+)[)\]]", text, re.IGNORECASE):
        return False
    if words.says("free_phrases", text) or re.search(r"[(\[]free[)\]]|[-–,:]\s*free\s*$", text, re.IGNORECASE):
        return True
    return None


def is_date(text: str) -> bool:
    """Whether a text says when: the first cell of a schedule's row does, and is not what the row is about."""
    return bool(_DATE.match(text.strip()))
