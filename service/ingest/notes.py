"""Lines without a resource: notes on a topic, and what a page states as coming first."""

import re

from service.catalog.names import fold
from service.catalog.page_words import PageWords

LONGEST_NOTE = 600  # characters
LONGEST_PREREQUISITE = 8  # words of one name

_LEAD = re.compile(r"^\**\s*([^:：,]{3,40}?)\s*(?:[:：]|,\s*(?=read\b)|\s(?=read\b))\s*", re.IGNORECASE)
_OR = re.compile(r"\s*[,，]?\s(?:and/or|or)\s+", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，]\s*")
_AND = re.compile(r"\s*[;；、]\s*(?:and\s+)?|\s*[,，]?\s(?:and|&|y)\s+", re.IGNORECASE)
_EITHER = re.compile(r"^(?:either|one of)\s+", re.IGNORECASE)
_KNOWLEDGE = re.compile(
    r"^(?:(?:a |some |basic |good |prior )*(?:knowledge|understanding|familiarity)\s+(?:of|with)|read|including)\s+",
    re.IGNORECASE,
)


Alternatives = tuple[str, ...]  # names of which one is enough; most often there is but one


def prerequisites_in(text: str, words: PageWords) -> tuple[Alternatives, ...]:
    """The names in "Requires: linear algebra, calculus"; none if the line states no prerequisite."""
    found = _LEAD.match(text)
    if not found:
        return ()
    lead, rest = found.group(1), text[found.end() :]
    if fold(rest).startswith("read "):
        lead, rest = f"{lead} read", rest.split(None, 1)[1]
    return names_in(rest) if words.has("prerequisite_leads", lead) else ()


def names_in(text: str) -> tuple[Alternatives, ...]:
    """The names in a list of prerequisites: "calculus, and Python or R" -> ("calculus",), ("Python", "R").

    In "Python, R or Julia" the "or" speaks for the commas too.
    """
    sentence = re.split(r"[.。](?:\s|$)", text.strip(), maxsplit=1)[0]
    groups = [group for part in _AND.split(sentence) for group in _groups(part)]
    return tuple(dict.fromkeys(names for group in groups if (names := _names(group))))


def _groups(part: str) -> list[list[str]]:
    *earlier, last = _COMMA.split(_OR.sub(" or ", part))
    is_one_choice = " or " in last and not any(" or " in name for name in earlier)
    groups = [", ".join([*earlier, last])] if is_one_choice else [*earlier, last]
    return [re.split(r", | or ", group) for group in groups]


def _names(group: list[str]) -> Alternatives:
    names = [_KNOWLEDGE.sub("", _EITHER.sub("", name.strip(" .*:"))).strip(" .*:") for name in group]
    return tuple(dict.fromkeys(n for n in names if n and len(n.split()) <= LONGEST_PREREQUISITE))


def is_noteworthy(text: str, words: PageWords) -> bool:
    """Whether a line without links says something about its topic, and does not only lead to the next line."""
    return any(c.isalpha() for c in text) and not words.has("lead_ins", text) and not text.endswith((":", "："))
