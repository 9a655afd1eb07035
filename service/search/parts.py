"""The parts that a question is cut into, and the phrases of the vocabulary as such."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.catalog.names import fold
from service.catalog.topics import NameRow
from service.catalog.vocabulary import Vocabulary

_YEAR = re.compile(r"(?:19|20)\d\d")
_DECADE = re.compile(r"(?:19|20)\d0s")


@dataclass(frozen=True)
class Part:
    """A stretch of the question.

    `kind`: topic, media_type, language, platform, maker, level, role, year, decade; count and span, which `quantities`
    makes minutes, lecture and count of; or word: not in any list.
    """

    kind: str
    text: str  # folded
    values: tuple[str, ...] = ()  # media types, the language's tag, the role, ...
    names: tuple[NameRow, ...] = ()  # of the topics that `text` means: all equally well


def platforms(vocabulary: Vocabulary) -> dict[str, str]:
    """Publishers by name and by host: "distill" and "distill pub" -> distill.pub; github.com before gist.github.com."""
    rules = sorted(vocabulary.page_words.hosts, key=lambda rule: rule.host.count("."))[::-1]
    by_host = {fold(rule.host): rule.host for rule in rules}
    return by_host | {fold(rule.name): rule.host for rule in rules if rule.name}


def vocabulary_parts(vocabulary: Vocabulary) -> dict[str, Part]:
    """The vocabulary's phrases. Where two lists share a phrase, the later one here wins."""
    questions = vocabulary.question_words
    meanings: Sequence[tuple[str, Mapping[str, str]]] = (
        ("platform", platforms(vocabulary)),
        ("maker", questions.makers),
        ("role", questions.roles),
        ("count", dict.fromkeys(questions.counts, "")),
        ("span", dict.fromkeys(questions.spans, "")),
        ("level", questions.levels),
        ("language", vocabulary.page_words.languages),
    )
    parts = {name: Part(kind, name, (value,)) for kind, values in meanings for name, value in values.items()}
    parts |= {name: Part("media_type", name, types) for name, types in questions.media_groups.items()}
    return parts | {name: Part("media_type", name, (type_,)) for name, type_ in vocabulary.media_type_names.items()}


def bare(word: str) -> Part:
    """A word in no list: a year, a decade, or just a word."""
    if _YEAR.fullmatch(word):
        return Part("year", word)
    return Part("decade" if _DECADE.fullmatch(word) else "word", word)
