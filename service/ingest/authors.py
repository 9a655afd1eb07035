"""Names of people and organisations where a text states them: "by Yoshua Bengio, Ian Goodfellow and others"."""

import re
from dataclasses import dataclass

from service.catalog.names import fold
from service.catalog.page_words import PageWords

LONGEST_NAME = 4  # words, particles not counted
MOST_AUTHORS = 30

_PARTICLES = frozenset("de del da di do dos du van von der den ter ten la le el al bin ibn y e".split())
_TITLES = frozenset("prof dr mr mrs ms professor".split())
_CONNECTORS = frozenset({"and", "&", "und", "y", "et", "with"})
# What may follow a list of names: "by Andrew Ng in Coursera".
_ENDS = frozenset("in at on from for via of is was (".split())
_INITIALS = re.compile(r"^(?:[^\W\d_]\.-?)+$")
_BY = re.compile(r"(?:^|(?<=\s))(?:by|por|von|作者[:：]?)\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Names:
    """The people and the organisation that a text names, and what it says after them."""

    people: tuple[str, ...] = ()
    organisation: str | None = None
    rest: str = ""
    has_others: bool = False  # "et al."

    def __bool__(self) -> bool:
        return bool(self.people or self.organisation)


@dataclass(frozen=True)
class Byline:
    """A text split at its "by"."""

    before: str
    names: Names


def read_byline(text: str, words: PageWords) -> Byline | None:
    """Split a text at the first "by" that real names follow."""
    for found in list(_BY.finditer(text))[:8]:
        names = read_names(text[found.end() :], words)
        if names:
            return Byline(text[: found.start()], names)
    return None


def read_names(text: str, words: PageWords) -> Names:
    """Read names from the start of a text, up to what cannot belong to one."""
    names: list[str] = []
    current: list[str] = []
    position = 0
    has_others = False
    while position < len(text) and len(names) <= MOST_AUTHORS:
        others = _others_at(text, position, words)
        if others:
            position, has_others = others, True
            break
        found = re.compile(r"\s*([^\s,;:]+)([,;:]?)").match(text, position)
        if not found:
            break
        word, mark = found.groups()
        closes = _closes(word)
        bare = word.rstrip(".") if closes else word
        if word in _CONNECTORS:
            names, current = _closed(names, current)
        elif not _may_be_in_name(bare, current):
            if not _may_follow(word):
                return Names()
            break
        elif fold(bare) not in _TITLES:
            current.append(bare)
        position = found.end()
        if mark in (",", ";") and mark:
            names, current = _closed(names, current)
        elif mark == ":" or closes:
            break
    names, _ = _closed(names, current)
    return _sorted_out(names, text[position:], has_others, words)


def _others_at(text: str, position: int, words: PageWords) -> int:
    """Where "et al." at this position ends; 0 if it does not stand here."""
    found = re.compile(r"\s*(?:and\s+)?([^\W\d_]+\.?\s+[^\W\d_]+\.?|等)").match(text, position)
    return found.end() if found and words.has("and_others", found.group(1)) else 0


def _closes(word: str) -> bool:
    """Whether a full stop ends the sentence and is not that of an initial ("J.D." is)."""
    return word.endswith(".") and not _INITIALS.match(word) and fold(word) not in (*_TITLES, "jr", "sr", "st")


def _may_be_in_name(word: str, current: list[str]) -> bool:
    if word in _PARTICLES:
        return True
    return word[0].isupper() or (word[0].isdigit() and any(c.isupper() for c in word)) or _is_uncased(word, current)


def _is_uncased(word: str, current: list[str]) -> bool:
    return bool(re.match(r"[^\W\d_]", word)) and word.lower() == word.upper() and not current


def _may_follow(word: str) -> bool:
    return word.lower() in _ENDS or not word[0].isalpha()


def _closed(names: list[str], current: list[str]) -> tuple[list[str], list[str]]:
    return ([*names, " ".join(current)], []) if current else (names, [])


def _sorted_out(names: list[str], rest: str, has_others: bool, words: PageWords) -> Names:
    organisations = [name for name in names if is_organisation(name, words)]
    people = [name for name in names if name not in organisations]
    if any(not _is_person(name) for name in people):
        return Names()
    return Names(tuple(dict.fromkeys(_upright(people))), organisations[0] if organisations else None, rest, has_others)


def is_organisation(name: str, words: PageWords) -> bool:
    """Whether a name is that of a publisher: known, or with "University" or a digit in it."""
    folded = fold(name)
    if words.has("organisations", name) or any(c.isdigit() for c in name):
        return True
    return not words.words.get("organisation_words", frozenset()).isdisjoint(folded.split())


def _is_person(name: str) -> bool:
    words = [word for word in name.split() if word not in _PARTICLES]
    is_gerund = len(words[0]) > 5 and words[0].endswith("ing") if words else True
    return 0 < len(words) <= LONGEST_NAME and not is_gerund and any(len(word.strip(".")) > 1 for word in words)


def _upright(people: list[str]) -> list[str]:
    """ "LeCun, Yann, Yoshua Bengio" begins with one name turned round; "Cho, Kyunghyun, et al." has only that."""
    if len(people) >= 2 and " " not in people[0] and " " not in people[1] and all(" " in p for p in people[2:]):
        if len(people) > 2 or people[1][-1] == ".":
            return [f"{people[1]} {people[0]}", *people[2:]]
    return people
