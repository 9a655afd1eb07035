"""Names of people and organisations where a text states them: "by Yoshua Bengio, Ian Goodfellow and others"."""

import re
from dataclasses import dataclass
from itertools import islice

from service.catalog.names import fold
from service.catalog.page_words import PageWords

LONGEST_NAME = 4  # words, particles not counted
LONGEST_ORGANISATION = 5  # words
MOST_AUTHORS = 30
MOST_BYS = 8  # that are tried: the names stand behind one of the first

# fmt: off
_PARTICLES = frozenset({
    "de", "del", "da", "di", "do", "dos", "du", "van", "von", "der", "den", "ter", "ten", "la", "le", "el",
    "al", "bin", "ibn", "y", "e"
})
# fmt: on
_SMALL = _PARTICLES | {"of", "for", "and", "&", "the"}
_TITLES = frozenset({"prof", "dr", "mr", "mrs", "ms", "professor"})
_CONNECTORS = frozenset({"and", "&", "und", "y", "et", "with"})
# What may follow a list of names: "by Andrew Ng in Coursera".
_ENDS = frozenset({"in", "at", "on", "from", "for", "via", "of", "is", "was", "("})
_INITIALS = re.compile(r"^(?:[^\W\d_]\.-?)+$")
_WORD = re.compile(r"\s*([^\s,;:]+)([,;:]?)")
_OTHERS = re.compile(r"\s*(?:and\s+)?([^\W\d_]+\.?\s+[^\W\d_]+\.?|等)")
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
    for found in islice(_BY.finditer(text), MOST_BYS):
        names = read_names(text[found.end() :], words)
        if names and not _is_doing(names.people):
            return Byline(text[: found.start()], names)
    return None


def _is_doing(people: tuple[str, ...]) -> bool:
    """Whether a "by" leads to what is done: "by Predicting Image Rotations", but not "by Kaiming He"."""
    first = people[0].split() if people else [""]
    return len(first) != 2 and len(first[0]) > 5 and first[0].endswith("ing")


def read_names(text: str, words: PageWords, is_citation: bool = False) -> Names:
    """Read names from the start of a text, up to what cannot belong to one.

    In a citation, the first name may be turned round: "LeCun, Yann, Yoshua Bengio, and Geoffrey Hinton".
    """
    names: list[tuple[str, str]] = []  # each with the mark that ends it
    current: list[str] = []
    position = 0
    others = 0
    while position < len(text) and len(names) <= MOST_AUTHORS:
        others = _others_at(text, position, words)
        found = _WORD.match(text, position)
        if others or not found:
            break
        word, mark = found.groups()
        closes = _closes(word)
        bare = word.rstrip(".") if closes else word
        if word in _CONNECTORS:
            names, current = _closed(names, current, word)
        elif not _may_be_in_name(bare, current):
            if not _may_follow(word):
                return Names()
            break
        elif fold(bare) not in _TITLES:
            current.append(bare)
        position = found.end()
        if mark in (",", ";"):
            names, current = _closed(names, current, mark)
        elif mark or closes:
            break
    names, _ = _closed(names, current, "")
    if is_citation:
        names = _upright(names, bool(others))
    return _sorted_out([name for name, _ in names], text[others or position :], bool(others), words)


def _others_at(text: str, position: int, words: PageWords) -> int:
    """Where "et al." at this position ends; 0 if it does not stand here."""
    found = _OTHERS.match(text, position)
    return found.end() if found and words.has("and_others", found.group(1)) else 0


def _closes(word: str) -> bool:
    """Whether a full stop ends the sentence and is not that of an initial ("J.D." is)."""
    return word.endswith(".") and not _INITIALS.match(word) and fold(word) not in (*_TITLES, "jr", "sr", "st")


def _may_be_in_name(word: str, current: list[str]) -> bool:
    if word in _PARTICLES:
        return True
    if not word:  # it was nothing but full stops
        return False
    return word[0].isupper() or (word[0].isdigit() and any(c.isupper() for c in word)) or _is_uncased(word, current)


def _is_uncased(word: str, current: list[str]) -> bool:
    return bool(re.match(r"[^\W\d_]", word)) and word.lower() == word.upper() and not current


def _may_follow(word: str) -> bool:
    return word.lower() in _ENDS or not word[0].isalpha()


def _closed(names: list[tuple[str, str]], current: list[str], mark: str) -> tuple[list[tuple[str, str]], list[str]]:
    return ([*names, (" ".join(current), mark)], []) if current else (names, [])


def _sorted_out(names: list[str], rest: str, has_others: bool, words: PageWords) -> Names:
    organisations = [name for name in names if is_organisation(name, words)]
    people = [name for name in names if name not in organisations]
    if not all(map(_is_person, people)):
        return Names()
    return Names(tuple(dict.fromkeys(people)), organisations[0] if organisations else None, rest, has_others)


def is_organisation(name: str, words: PageWords) -> bool:
    """Whether a name is that of a publisher: known, or with "University" or a digit in it ("3Blue1Brown")."""
    if words.has("organisations", name):
        return True
    parts = name.split()
    if (
        ":" in name
        or not 0 < len(parts) <= LONGEST_ORGANISATION
        or not all(p[0].isupper() or p[0].isdigit() or p in _SMALL for p in parts)
    ):
        return False
    with_digit = len(parts) == 1 and any(c.isdigit() for c in name) and any(c.isalpha() for c in name)
    return with_digit or not words.words.get("organisation_words", frozenset()).isdisjoint(fold(name).split())


def _is_person(name: str) -> bool:
    words = [word for word in name.split() if word not in _PARTICLES]
    return 0 < len(words) <= LONGEST_NAME and any(len(word.strip(".")) > 1 for word in words)


def _upright(names: list[tuple[str, str]], has_others: bool) -> list[tuple[str, str]]:
    """Turn "LeCun, Yann" round where the list shows that it is one name.

    That is so if all later names have several words, or if a comma stands before "et al.".
    """
    if len(names) < 2 or " " in names[0][0] or names[0][1] != ",":
        return names
    later = names[2:]
    is_one = all(" " in name for name, _ in later) if later else not has_others or names[1][1] == ","
    return [(f"{names[1][0]} {names[0][0]}", names[1][1]), *later] if is_one else names
