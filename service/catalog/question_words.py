"""The words by which a question is understood: what it asks for, what says nothing, how to take the next words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.catalog.names import fold


@dataclass(frozen=True)
class Cue:
    """Words by which an intent is known: each pattern is words, `*`, `^` and `$`."""

    intent: str
    variant: str  # "" or, as the vocabulary says, what is special about it: after, topics, time
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class QuestionWords:
    """Folded phrases of questions, by what they do there."""

    roles: Mapping[str, str] = field(default_factory=dict)  # "please" -> filler, "without" -> not, "since" -> since
    media_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # "lecture" -> several media types
    levels: Mapping[str, str] = field(default_factory=dict)  # "for beginners" -> beginner
    title_levels: Mapping[str, str] = field(default_factory=dict)  # "clearly explained" in a title -> beginner
    makers: Mapping[str, str] = field(default_factory=dict)  # "3b1b" -> 3blue1brown
    counts: Mapping[str, int] = field(default_factory=dict)  # "two" -> 2
    counted: frozenset[str] = frozenset()  # what a number may stand before, beside media types
    units: Mapping[str, int] = field(default_factory=dict)  # "hours" -> 60 minutes
    spans: Mapping[str, int] = field(default_factory=dict)  # "half an hour" -> 30 minutes
    at_most: Mapping[str, int] = field(default_factory=dict)  # "short" -> 15 minutes
    at_least: Mapping[str, int] = field(default_factory=dict)  # "long" -> 45 minutes
    numbered: frozenset[str] = frozenset()  # "lecture"
    confusable: frozenset[str] = frozenset()  # fillers that are written for other words: "decent" for "descent"
    leads: frozenset[str] = frozenset()  # first words of a question that leans on the one before: "and", "what about"
    pronouns: frozenset[str] = frozenset()  # "that"
    ordinals: Mapping[str, int] = field(default_factory=dict)  # "second" -> 2, "last" -> -1
    definite: frozenset[str] = frozenset()  # what stands before an ordinal that points: "the"
    items: frozenset[str] = frozenset()  # what was shown, by any name: "one", "result"
    steps: frozenset[str] = frozenset()  # topics that were told one by one: "step"
    naming: frozenset[str] = frozenset()  # what stands before a title: "called"
    prefixes: tuple[str, ...] = ()  # small words that are written together with the next one: Hebrew "ב"
    subjects: Mapping[str, str] = field(default_factory=dict)  # what other languages call a subject -> its English name
    templates: tuple[str, ...] = ()  # "what is {topic}?"
    cues: tuple[Cue, ...] = ()  # the first that fits wins


def question_words(entries: Mapping[str, Any]) -> QuestionWords:
    """Put the lists of `question_words.yaml` together."""
    lengths = entries["lengths"]
    return QuestionWords(
        roles=_by_phrase(entries["roles"]),
        media_groups={fold(name): tuple(types) for name, types in entries["media_groups"].items()},
        levels=_by_phrase(entries["levels"]),
        title_levels=_by_phrase(entries["levels"]) | _by_phrase(entries["title_levels"]),
        makers=_by_phrase(entries["makers"]),
        counts=_folded(entries["counts"]),
        counted=frozenset(map(fold, entries["counted"])),
        units=_folded(entries["units"]),
        spans=_folded(entries["spans"]),
        at_most=_folded(lengths["at_most"]),
        at_least=_folded(lengths["at_least"]),
        numbered=frozenset(map(fold, entries["numbered"])),
        confusable=frozenset(map(fold, entries["confusable"])),
        leads=frozenset(map(fold, entries["leads"])),
        pronouns=frozenset(map(fold, entries["pronouns"])),
        ordinals=_folded(entries["ordinals"]),
        definite=frozenset(map(fold, entries["definite"])),
        items=frozenset(map(fold, entries["items"])),
        steps=frozenset(map(fold, entries["steps"])),
        naming=frozenset(map(fold, entries["naming"])),
        prefixes=tuple(entries.get("prefixes", ())),
        subjects={fold(name): fold(english) for name, english in entries.get("subjects", {}).items()},
        templates=tuple(entries["templates"]),
        cues=tuple(map(_cue, entries["intents"])),
    )


def merged(several: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The lists of one language, and by the same names those of others, which come behind them."""
    first, *others = several
    together: dict[str, Any] = dict(first)
    for entries in others:
        for name, added in entries.items():
            together[name] = _joined(together[name], added) if name in together else added
    return together


def _joined(known: Any, added: Any) -> Any:
    if isinstance(known, dict):
        both = {name: _joined(known[name], added[name]) for name in known.keys() & added.keys()}
        return {**known, **added, **both}
    return [*known, *added] if isinstance(known, list) else added


def _by_phrase(lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {fold(phrase): meaning for meaning, phrases in lists.items() for phrase in phrases}


def _folded(numbers: Mapping[str, int]) -> dict[str, int]:
    return {fold(phrase): number for phrase, number in numbers.items()}


def _cue(entry: Mapping[str, Any]) -> Cue:
    return Cue(entry["intent"], entry.get("variant", ""), tuple(entry["cues"]))
