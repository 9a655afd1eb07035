"""Lines without a resource: notes on a topic, and what a page states as coming first."""

import re

from service.catalog.names import fold
from service.catalog.page_words import PageWords

LONGEST_NOTE = 600  # characters
LONGEST_PREREQUISITE = 8  # words of one name

_LEAD = re.compile(r"^\**\s*([^:：,]{3,40}?)\s*(?:[:：]|,\s*(?=read\b)|\s(?=read\b))\s*", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s*(?:[,;、；，]|\s(?:and|&|y|or)\s)\s*(?:and\s+)?", re.IGNORECASE)
_KNOWLEDGE = re.compile(
    r"^(?:(?:a |some |basic |good |prior )*(?:knowledge|understanding|familiarity)\s+(?:of|with)|read|including)\s+",
    re.IGNORECASE,
)


def prerequisites_in(text: str, words: PageWords) -> tuple[str, ...]:
    """The names in "Requires: linear algebra, calculus"; none if the line states no prerequisite."""
    found = _LEAD.match(text)
    if not found:
        return ()
    lead, rest = found.group(1), text[found.end() :]
    if fold(rest).startswith("read "):
        lead, rest = f"{lead} read", rest.split(None, 1)[1]
    return names_in(rest) if words.has("prerequisite_leads", lead) else ()


def names_in(text: str) -> tuple[str, ...]:
    """The names in a list of prerequisites."""
    sentence = re.split(r"[.。](?:\s|$)", text.strip(), maxsplit=1)[0]
    names = [_KNOWLEDGE.sub("", name).strip(" .*:") for name in _SEPARATORS.split(sentence)]
    return tuple(dict.fromkeys(n for n in names if n and len(n.split()) <= LONGEST_PREREQUISITE))


def is_noteworthy(text: str, words: PageWords) -> bool:
    """Whether a line without links says something about its topic, and does not only lead to the next line."""
    return any(c.isalpha() for c in text) and not words.has("lead_ins", text) and not text.endswith((":", "："))
