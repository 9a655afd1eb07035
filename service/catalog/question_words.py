"""The words by which a question is understood: those that say nothing, and those that say how to take the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.catalog.names import fold


@dataclass(frozen=True)
class QuestionWords:
    """Folded phrases of questions, by what they do there."""

    roles: Mapping[str, str] = field(default_factory=dict)  # "please" -> filler, "without" -> not, "since" -> since
    media_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # "lecture" -> several media types


def question_words(entries: Mapping[str, Mapping[str, Sequence[str]]]) -> QuestionWords:
    """Put the lists of `question_words.yaml` together."""
    return QuestionWords(
        roles={fold(phrase): role for role, phrases in entries["roles"].items() for phrase in phrases},
        media_groups={fold(name): tuple(types) for name, types in entries["media_groups"].items()},
    )
