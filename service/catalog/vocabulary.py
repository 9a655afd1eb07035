"""The words that are data, not code: media types and their names, and synonyms of the field's terms.

Read from `data/vocabulary/`; a deployment may point the setting VOCABULARY_DIR at its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from service.catalog.names import fold
from service.catalog.page_words import PageWords, page_words
from service.catalog.question_words import QuestionWords, merged, question_words
from service.catalog.teaching_words import TeachingWords, teaching_words
from service.errors import InvalidInput

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class MediaType:
    """One of the contract's media types, and every way people name it."""

    id: str
    label: str
    plural: str
    names: tuple[str, ...]  # folded: "video", "videos", "clip"; what a question or a heading may say


@dataclass(frozen=True, eq=False)  # equal to itself alone: a key for what is made of it, and kept
class Vocabulary:
    """The words that ingest and search share."""

    media_types: Mapping[str, MediaType]  # by id, in the order to show them
    synonyms: tuple[tuple[str, ...], ...]  # rings of names of one subject, the preferred one first
    page_words: PageWords = field(default_factory=PageWords)
    question_words: QuestionWords = field(default_factory=QuestionWords)
    teaching_words: TeachingWords = field(default_factory=TeachingWords)

    @cached_property
    def media_type_names(self) -> Mapping[str, str]:
        """Folded names to media types; where two share a name, it means the one shown first."""
        shown_last_first = reversed(tuple(self.media_types.values()))
        return {name: media_type.id for media_type in shown_last_first for name in media_type.names}

    def media_type_named(self, name: str) -> str | None:
        """The media type that people call `name`, in singular or plural."""
        return self.media_type_names.get(fold(name))

    def language_named(self, name: str) -> str | None:
        """The BCP 47 tag of a language: of its name, or of itself in any case. "Hebrew", "HE" -> "he"."""
        tag = self.page_words.languages.get(fold(name))
        return tag or (_usual_case(name) if _LANGUAGE_TAG.fullmatch(name) else None)

    def ring_of(self, folded_name: str) -> tuple[str, ...]:
        """All names of the subject that this one names, the preferred one first; () when no ring has it."""
        return self._rings.get(folded_name, ())

    @cached_property
    def _rings(self) -> Mapping[str, tuple[str, ...]]:
        return {fold(name): ring for ring in self.synonyms for name in ring}


# As safe as SafeLoader, and ten times as quick, where PyYAML comes with libyaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the vocabulary's files from a folder; raise InvalidInput that names a wrong one."""
    media_types = {key: _media_type(key, entry) for key, entry in _read(folder / "media_types.yaml").items()}
    rings = _read(folder / "synonyms.yaml")
    words = page_words(*(_read(folder / f"{name}.yaml") for name in ("hosts", "page_words", "languages", "typos")))
    return Vocabulary(
        media_types,
        tuple(tuple(ring) for subject in rings.values() for ring in subject),
        words,
        question_words(merged(_read(path) for path in _question_words_in(folder))),
        teaching_words(_read(folder / "teaching_words.yaml")),
    )


def _question_words_in(folder: Path) -> list[Path]:
    """The words of questions, and those of other languages beside them: question_words_he.yaml."""
    return [folder / "question_words.yaml", *sorted(folder.glob("question_words_*.yaml"))]


def _media_type(key: str, entry: Mapping[str, Any]) -> MediaType:
    names = [key, entry["label"], entry["plural"], *entry.get("names", ())]
    return MediaType(key, entry["label"], entry["plural"], tuple(dict.fromkeys(map(fold, names))))


def _usual_case(tag: str) -> str:
    """A tag as RFC 5646, 2.1.1, writes it: "PT-br" -> "pt-BR", "ZH-HANS" -> "zh-Hans"."""
    language, *others = tag.split("-")
    by_length = {2: str.upper, 4: str.title}
    return "-".join([language.lower(), *(by_length.get(len(part), str.lower)(part) for part in others)])


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # nosec B506  # it is safe
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput(f"The vocabulary {path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise InvalidInput(f"The vocabulary {path.name} must be a mapping at its top.")
    return content
