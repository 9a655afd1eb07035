"""The words that are data, not code: media types and their names, and synonyms of the field's terms.

Read from `data/vocabulary/`; a deployment may point the setting VOCABULARY_DIR at its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from service.catalog.names import fold
from service.errors import InvalidInput


@dataclass(frozen=True)
class MediaType:
    """One of the contract's media types, and every way people name it."""

    id: str
    label: str
    plural: str
    names: tuple[str, ...]  # folded: "video", "videos", "clip"; what a question or a heading may say


@dataclass(frozen=True)
class Vocabulary:
    """The words that ingest and search share."""

    media_types: Mapping[str, MediaType]  # by id, in the order to show them
    synonyms: tuple[tuple[str, ...], ...]  # rings of names of one subject, the preferred one first

    def media_type_named(self, name: str) -> str | None:
        """The media type that people call `name`, in singular or plural."""
        folded = fold(name)
        return next((m.id for m in self.media_types.values() if folded in m.names), None)


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read `media_types.yaml` and `synonyms.yaml` from a folder."""
    media_types = {key: _media_type(key, entry) for key, entry in _read(folder / "media_types.yaml").items()}
    rings = _read(folder / "synonyms.yaml")
    return Vocabulary(media_types, tuple(tuple(ring) for subject in rings.values() for ring in subject))


def _media_type(key: str, entry: Mapping[str, Any]) -> MediaType:
    names = [key, entry["label"], entry["plural"], *entry.get("names", ())]
    return MediaType(key, entry["label"], entry["plural"], tuple(dict.fromkeys(map(fold, names))))


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput(f"The vocabulary {path.name} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise InvalidInput(f"The vocabulary {path.name} must be a mapping at its top.")
    return content
