"""Numbers in a question: how many, how long, which lecture. What is none of these stays a word."""

from collections.abc import Sequence

from service.catalog.question_words import QuestionWords
from service.search.parts import Part

MOST_COUNTED = 50  # "100 days of code" counts nothing
MOST_LECTURES = 99
LOOKED_AHEAD = 3  # parts between a number and what it counts: "two free books"
_BOUNDS = {"shorter": "at_most", "until": "at_most", "longer": "at_least"}
_BETWEEN = ("free", "best", "filler")  # roles that may stand between a number and what it counts


def quantified(parts: Sequence[Part], words: QuestionWords) -> list[Part]:
    """The parts, with numbers and what belongs to them taken together."""
    found: list[Part] = []
    at = 0
    while at < len(parts):
        part, length = _quantity(parts, at, words)
        found.append(part)
        at += length
    return found


def _quantity(parts: Sequence[Part], at: int, words: QuestionWords) -> tuple[Part, int]:
    part = parts[at]
    if part.text in words.numbered and (number := _number(parts, at + 1, words)) <= MOST_LECTURES and number > 0:
        return Part("lecture", f"{part.text} {parts[at + 1].text}", (str(number),)), 2
    if part.kind == "span":
        return _minutes(parts, at, words.spans[part.text], 1) or (Part("role", part.text, ("filler",)), 1)
    if part.kind == "word" and (part.text in words.at_most or part.text in words.at_least):
        return _length(parts, at, words), 1
    if number := _number(parts, at, words):
        return _numbered(parts, at, number, words)
    return part, 1


def _numbered(parts: Sequence[Part], at: int, number: int, words: QuestionWords) -> tuple[Part, int]:
    """A number: of minutes, of things, or nothing but a word."""
    part = parts[at]
    unit = words.units.get(parts[at + 1].text) if at + 1 < len(parts) else None
    if unit and (minutes := _minutes(parts, at, number * unit, 2)):
        return minutes
    if not unit and number <= MOST_COUNTED and _counts(parts, at, words):
        return Part("count", part.text, (str(number),)), 1
    return (Part("role", part.text, ("filler",)) if part.kind == "count" else part), 1


def _minutes(parts: Sequence[Part], at: int, minutes: int, length: int) -> tuple[Part, int] | None:
    """A length of time: behind "under" or "longer than", or before a media type ("a 5 minute video")."""
    bound = _BOUNDS.get(_role_before(parts, at))
    if bound is None and _stands_before_media_type(parts, at + length):
        bound = "at_most"
    text = " ".join(part.text for part in parts[at : at + length])
    return (Part("minutes", text, (bound, str(minutes))), length) if bound else None


def _role_before(parts: Sequence[Part], at: int) -> str:
    """The role that stands before a place, over fillers; "" where something else does."""
    for part in reversed(parts[:at]):
        if part.kind != "role" or part.values[0] != "filler":
            return part.values[0] if part.kind == "role" else ""
    return ""


def _length(parts: Sequence[Part], at: int, words: QuestionWords) -> Part:
    part = parts[at]
    if not _stands_before_media_type(parts, at + 1):
        return part
    bound, lengths = ("at_most", words.at_most) if part.text in words.at_most else ("at_least", words.at_least)
    return Part("minutes", part.text, (bound, str(lengths[part.text])))


def _counts(parts: Sequence[Part], at: int, words: QuestionWords) -> bool:
    """Whether something that can be counted comes soon, with nothing in between but what describes it."""
    for part in parts[at + 1 : at + 1 + LOOKED_AHEAD]:
        if part.kind == "media_type" or part.text in words.counted:
            return True
        if part.kind not in ("role", "level", "topic") or (part.kind == "role" and part.values[0] not in _BETWEEN):
            return False
    return False


def _stands_before_media_type(parts: Sequence[Part], at: int) -> bool:
    return at < len(parts) and parts[at].kind == "media_type"


def _number(parts: Sequence[Part], at: int, words: QuestionWords) -> int:
    """The number at a place, 0 where there is none."""
    if at >= len(parts):
        return 0
    text = parts[at].text
    if parts[at].kind == "count":
        return words.counts[text]
    is_number = parts[at].kind == "word" and text.isascii() and text.isdigit() and len(text) <= 3
    return int(text) if is_number else 0
