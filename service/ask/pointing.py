"""Pointing at what the last answer showed: "the second one", "tell me more about the first video", "step 3?"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.catalog.question_words import QuestionWords
from service.search.parts import Part
from service.search.phrases import Phrases

MOST_READ = 30  # words; a longer question says more than which one it means
_SAYS_NOTHING = ("filler", "and", "or", "by", "from", "free")  # roles beside the place that name no other subject


@dataclass(frozen=True)
class Pointed:
    """What a question points at: its places among what was shown, from 1; -1 is the last."""

    places: tuple[int, ...]
    media_types: tuple[str, ...] = ()  # counted among these alone: "the second video"
    is_step: bool = False  # a topic that was told: "the second step"


def pointed_at(phrases: Phrases, question: str) -> Pointed | None:
    """What the question points at; None where it says anything else, or nothing of the kind."""
    words = phrases.words_of(question)
    known = phrases.vocabulary.question_words
    if len(words) > MOST_READ or not any(_number(known, words, at) for at in range(len(words))):
        return None
    parts = phrases.cut(words, phrases.cues.read(words).quiet)
    media_types = tuple(type_ for part in parts if part.kind == "media_type" for type_ in part.values)
    if not all(_says_no_more(known, part) for part in parts):
        return None
    places = dict.fromkeys(_places(known, parts, words))
    return Pointed(tuple(places), media_types, not known.steps.isdisjoint(words)) if places else None


def _number(known: QuestionWords, words: Sequence[str], at: int) -> int:
    """The place that a word names: "second", "#2", "step 2"; 0 where it names none."""
    word = words[at]
    digits = word.removeprefix("#")
    is_told = digits != word or (at > 0 and words[at - 1] in known.items | known.steps)
    if digits.isascii() and digits.isdigit() and len(digits) <= 2 and is_told:  # "#10", not "2017"
        return int(digits)
    return known.ordinals.get(word, 0)


def _says_no_more(known: QuestionWords, part: Part) -> bool:
    if part.text in known.ordinals or part.text in known.items | known.steps or part.text.strip("#").isdigit():
        return True
    return part.kind == "media_type" or (part.kind == "role" and part.values[0] in _SAYS_NOTHING)


def _places(known: QuestionWords, parts: Sequence[Part], words: Sequence[str]) -> Iterator[int]:
    """The places pointed at: "the first", "first video", not "what should I read first?"."""
    types = {word for part in parts if part.kind == "media_type" for word in part.text.split()}
    things = known.items | known.steps | types
    for at, word in enumerate(words):
        number = _number(known, words, at)
        is_definite = at == 0 or words[at - 1] in known.definite
        is_thing = at + 1 < len(words) and words[at + 1] in things
        if number and (word not in known.ordinals or is_definite or is_thing):
            yield number
