"""What a heading says: its label, its lecture's number, and other names of its subject."""

import re
from dataclasses import dataclass

from service.catalog.names import fold
from service.catalog.page_words import PageWords
from service.ingest.facts import is_date
from service.ingest.symbols import without_emoji

LONGEST_HEADING = 500  # characters that are looked at
LONGEST_ALIAS = 4  # words

_LECTURE = re.compile(r"\b(?:lectures?|lec|lesson|clase|lección)\.?[ #]*(\d{1,3})\b", re.IGNORECASE)
_CHINESE_LECTURE = re.compile(r"^第\s*(\d{1,3})\s*[讲课章]")
_PARENTHESES = re.compile(r"\s*[(（\[]([^()（）\[\]]*)[)）\]]\s*$")
_NUMBER = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3})+\.?|\d{1,3}[.):]|[IVX]{1,5}[.):]|[A-Z][.)])\s+(?=\S)")
_BARE_NUMBER = re.compile(r"^\d{1,2}\s+(?=[^\W\d_])")
_UNIT = re.compile(
    r"^(?:lecture|lec|lesson|week|module|unit|part|chapter|section|day|session|class|topic|step)s?\.?"
    r"[ #]*(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5})\s*(?:[:.)|–—-]+\s*|$)",
    re.IGNORECASE,
)
_ALSO = re.compile(r"^(?:a\.?k\.?a\.?|also known as|also|i\.?e\.?,?|or|abbr\.?)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class HeadingName:
    """A heading taken apart."""

    label: str  # "" when it only numbers something ("Lecture 5")
    lecture: int | None
    aliases: tuple[str, ...]
    hidden_labels: tuple[str, ...]  # the printed form, if a misprint was corrected
    printed: str  # all of it, without emoji


def read_heading(text: str, words: PageWords, has_bare_numbers: bool = False) -> HeadingName:
    """Take a heading apart; `has_bare_numbers`: this page counts its headings "1 …", "2 …"."""
    printed = without_emoji(text[:LONGEST_HEADING]).strip(" #¶")
    lecture = _LECTURE.search(printed) or _CHINESE_LECTURE.search(printed)
    label, inner = _split_parentheses(_without_number(printed, has_bare_numbers))
    aliases = [alias for part in inner for alias in _aliases(part, words)]
    corrected = correct(label, words)
    return HeadingName(
        label=corrected.strip(" :–—-"),
        lecture=int(lecture.group(1)) if lecture else None,
        aliases=_distinct(aliases, corrected),
        hidden_labels=(label,) if corrected != label else (),
        printed=printed,
    )


def starts_with_bare_number(text: str) -> bool:
    """Whether a heading begins with a number and no dot: "2 Methods", but "3 ways to …" as well."""
    return bool(_BARE_NUMBER.match(without_emoji(text[:LONGEST_HEADING])))


def correct(text: str, words: PageWords) -> str:
    """Text with the vocabulary's misprints put right; a capital stays a capital."""

    def right(found: re.Match[str]) -> str:
        wrong = found.group()
        meant = words.typos[wrong.casefold()]
        return meant[0].upper() + meant[1:] if wrong[0].isupper() else meant

    return words.typo_pattern.sub(right, text)


def _without_number(text: str, has_bare_numbers: bool) -> str:
    for pattern in (_CHINESE_LECTURE, _UNIT, _NUMBER):
        text = pattern.sub("", text).lstrip(" :：–—-.")
    return _BARE_NUMBER.sub("", text) if has_bare_numbers else text


def _split_parentheses(text: str) -> tuple[str, list[str]]:
    """A label and what its closing parentheses hold."""
    inner: list[str] = []
    while (found := _PARENTHESES.search(text)) and text[: found.start()].strip():
        inner.insert(0, found.group(1).strip())
        text = text[: found.start()].rstrip()
    return text, inner


def _aliases(inner: str, words: PageWords) -> list[str]:
    """The names that parentheses hold, unless they hold a remark."""
    parts = [_ALSO.sub("", part.strip()) for part in re.split(r"[,;，、]", inner)]
    return [part for part in parts if _is_name(part, words)]


def _is_name(part: str, words: PageWords) -> bool:
    return (
        any(c.isalpha() for c in part)
        and len(part.split()) <= LONGEST_ALIAS
        and not _LECTURE.fullmatch(part)
        and not _UNIT.match(part)
        and not is_date(part)
        and not re.search(r"\d{4}|\bmin(?:ute)?s?\b|\bhours?\b", part)
        and not words.has("not_aliases", part)
        and fold(part) not in words.languages
        and fold(part).removeprefix("in ") not in words.languages
    )


def _distinct(names: list[str], label: str) -> tuple[str, ...]:
    by_fold = {fold(name): name for name in reversed(names) if fold(name) and fold(name) != fold(label)}
    return tuple(name for name in names if by_fold.pop(fold(name), None))
