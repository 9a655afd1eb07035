"""Misspelled words, corrected to words of topics' names and media types, or of titles and makers, that are close."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from string import ascii_lowercase

import orjson
from sqlalchemy.orm import Session

from service.catalog import matches
from service.catalog.names import fold
from service.catalog.plurals import singular
from service.catalog.spelling import words_among, words_beside
from service.catalog.wanted import Wanted
from service.search.answer import Correction
from service.search.phrases import SHORTEST_CORRECTED, Phrases

MOST_CORRECTED = 3  # words of one question
MOST_TITLES = 20  # that are looked at for a name
MOST_TRIED = 3  # known neighbours of one word: they are tried together with those of the others
LONGEST_CORRECTED = 24  # letters: a word has about 54 neighbours for each
SHORTEST_IN_CATALOG = 6  # letters: among all words of all titles a shorter one has a neighbour by chance


def corrections_of(session: Session, phrases: Phrases, question: str, unknown: Sequence[str]) -> list[Correction]:
    """What makes most of the misspelled words name something: topics, media types; else words of resources."""
    suspects = [word for word in question.split() if word in phrases.confusable and word not in unknown]
    tried = [word for word in dict.fromkeys([*unknown, *suspects]) if _is_correctable(word)][:MOST_CORRECTED]
    near = {word: several for word in tried if (several := _known_neighbours(word, phrases)[:MOST_TRIED])}
    chosen = _by_other_names(session, phrases, unknown)
    near = {word: several for word, several in near.items() if word not in chosen}
    chosen |= _best(phrases, question, near) if near else {}
    chosen |= _in_catalog(session, [word for word in tried if word in unknown and word not in chosen])
    return [Correction(word, read_as) for word, read_as in chosen.items()]


def _by_other_names(session: Session, phrases: Phrases, unknown: Sequence[str]) -> dict[str, str]:
    """What a title here calls by another name of the field: "groupnorm" -> "group normalization"."""
    found = {word: _other_name(session, phrases, word) for word in unknown[:MOST_CORRECTED]}
    return {word: name for word, name in found.items() if name is not None}


def _other_name(session: Session, phrases: Phrases, word: str) -> str | None:
    ring = phrases.vocabulary.ring_of(word) or phrases.vocabulary.ring_of(singular(word))
    names = [name for name in map(fold, ring) if " " in name and name != word][:MOST_TRIED]
    return next((name for name in names if _is_in_title(session, name)), None)


def _is_in_title(session: Session, name: str) -> bool:
    """Whether a title has the name as it is: words of it that stand apart name something else."""
    words = sorted(name.split(), key=len, reverse=True)
    having = matches.matching(session, Wanted(words=tuple(("title", word) for word in words)), 0, MOST_TITLES)
    return any(f" {name} " in f" {fold(orjson.loads(match.card)['title'])} " for match in having)


def _best(phrases: Phrases, question: str, near: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The neighbours, one for each word or none, that name most; words stay as they are where nothing is gained."""
    choices = [
        {word: known for word, known in zip(near, choice, strict=True) if word != known}
        for choice in product(*([word, *several] for word, several in near.items()))
    ]
    return max(choices, key=lambda choice: _gain(phrases, question, choice))


def _gain(phrases: Phrases, question: str, changed: Mapping[str, str]) -> tuple[int, int]:
    """How many corrected words name something, and how few fillers were touched; -1 where one of them names nothing."""
    corrected = " ".join(changed.get(word, word) for word in question.split())
    named = {
        word
        for part in phrases.cut(corrected.split())
        if part.kind in ("topic", "media_type")
        for word in part.text.split()
    }
    if not all(named.issuperset(known.split()) for known in changed.values()):
        return (-1, 0)
    return (len(changed), -sum(word in phrases.confusable for word in changed))


def _in_catalog(session: Session, words: Iterable[str]) -> dict[str, str]:
    looked_up = [word for word in words if len(word) >= SHORTEST_IN_CATALOG]
    if not looked_up:
        return {}
    near = {word: _alike(word, beside) for word, beside in words_beside(session, looked_up).items()}
    known = words_among(session, [neighbour for several in near.values() for neighbour in several])
    found = {word: next((one for one in several if one in known), word) for word, several in near.items()}
    return {word: neighbour for word, neighbour in found.items() if neighbour != word}


def _alike(word: str, beside: Sequence[str]) -> list[str]:
    """Neighbours with the same last letter: another ending is another form of the word ("computes", "computer")."""
    last = word[-1]
    return list(dict.fromkeys(neighbour for neighbour in _neighbours(word, beside) if neighbour[-1] == last))


def _is_correctable(word: str) -> bool:
    return SHORTEST_CORRECTED <= len(word) <= LONGEST_CORRECTED and word.isascii() and word.isalpha()


def _known_neighbours(word: str, phrases: Phrases) -> list[str]:
    """Known words one slip away, the likeliest slip first; two words that were written as one."""
    known, in_order = phrases.known_words, phrases.known_in_order
    place = bisect_right(in_order, word)
    beside = in_order[max(place - 1, 0) : place + 1]
    near = list(dict.fromkeys(one for one in _neighbours(word, beside) if one in known and one != word))
    halves = ((word[:i], word[i:]) for i in range(3, len(word) - 2))
    return near + [f"{left} {right}" for left, right in halves if left in known and right in known]


def _neighbours(word: str, beside: Sequence[str]) -> Iterator[str]:
    """All words one slip away that can be among known ones, of which those `beside` begin most as the word does.

    No slip lies behind that beginning, as no known word goes on so. The first letter is hardly ever wrong: it stays.
    """
    longest = max((_shared(word, other) for other in beside), default=0)
    splits = [(word[:i], word[i:]) for i in range(1, longest + 1)]
    yield from [left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1]
    yield from [left + letter + right for left, right in splits for letter in ascii_lowercase]
    yield from [left + right[1:] for left, right in splits if right]
    yield from [left + letter + right[1:] for left, right in splits if right for letter in ascii_lowercase]


def _shared(word: str, other: str) -> int:
    """How many letters they begin with together."""
    differing = (place for place, (one, two) in enumerate(zip(word, other, strict=False)) if one != two)
    return next(differing, min(len(word), len(other)))
