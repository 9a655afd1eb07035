"""The index's folder: generations beside each other, one of them current, one process that writes.

- `CURRENT`: the name of the generation that is read; replaced at once
- `SUSPECT`: a reader found the current generation damaged
- `writer.lock`: held by the process that writes, and let go by the system when it dies
- `3/manifest.json`: what this generation knows; replaced at once, after all that it speaks of
- `3/words/`: the lexical index
- `3/vectors-…`: chunks of vectors
"""

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from service.errors import IndexUnavailable

FORMAT = 1  # grows when the files' layout or the documents' content changes: older generations are made anew
CURRENT = "CURRENT"
WORDS = "words"
MANIFEST = "manifest.json"
_CHANGING = (".json", ".lock")  # tantivy's lists of its files, which it replaces, and its locks
KEPT_GENERATIONS = 2  # readers may still be opening the one before


@dataclass(frozen=True)
class Manifest:
    """What a generation holds."""

    origin: str  # of the catalog, see `revisions.origin`
    revision: int  # of the catalog, whose words it holds
    changed_until: str  # the catalog's last change that it holds, RFC 3339
    media_types: tuple[str, ...] = ()  # in the order of their codes
    model: str | None = None  # the version of the model whose vectors it holds
    embedded_to: int = 0  # resources up to this number have their vectors, but for those that wait
    waiting: tuple[int, ...] = ()  # numbers of resources that changed since they were embedded
    chunks: Mapping[str, str] = field(default_factory=dict)  # number of a chunk -> its file
    checksums: Mapping[str, int] = field(default_factory=dict)  # file -> CRC-32
    format: int = FORMAT


def current(folder: Path) -> Path:
    """The generation to read; IndexUnavailable while there is none."""
    try:
        return folder / (folder / CURRENT).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise IndexUnavailable("There is no search index yet.") from error


def publish(folder: Path, generation: Path) -> None:
    """Make a generation the current one, and remove those that nobody opens any more."""
    _replace(folder / CURRENT, generation.name)
    (folder / "SUSPECT").unlink(missing_ok=True)
    sweep(folder)


def new_generation(folder: Path) -> Path:
    """An empty folder for the next generation."""
    sweep(folder)
    made = folder / str(_current_number(folder) + 1)
    (made / WORDS).mkdir(parents=True)
    return made


def sweep(folder: Path) -> None:
    """Remove generations that nobody opens any more, and what a process left unfinished that died."""
    last = _current_number(folder)
    for number in _generations(folder):
        if not last - KEPT_GENERATIONS < number <= last:
            shutil.rmtree(folder / str(number), ignore_errors=True)


def read_manifest(generation: Path) -> Manifest:
    """What a generation holds; IndexUnavailable when that cannot be told, or an older version of us wrote it."""
    try:
        stored = json.loads((generation / MANIFEST).read_bytes())
        manifest = Manifest(**stored | {name: tuple(stored[name]) for name in ("media_types", "waiting")})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnavailable(f"The search index is damaged: {MANIFEST} cannot be read.") from error
    if manifest.format != FORMAT:
        raise IndexUnavailable("The search index was made by another version.")
    return manifest


def write_manifest(generation: Path, manifest: Manifest) -> None:
    """Replace the manifest."""
    _replace(generation / MANIFEST, json.dumps(asdict(manifest)))


def checksums(generation: Path, manifest: Manifest) -> dict[str, int]:
    """The CRC-32 of each file that never changes once it is written; those that are known are not read again."""
    words = (path for path in sorted((generation / WORDS).iterdir()) if path.suffix not in _CHANGING)
    names = [*(f"{WORDS}/{path.name}" for path in words), *manifest.chunks.values()]
    known = manifest.checksums
    return {name: known[name] if name in known else _checksum(generation / name) for name in names}


def check(generation: Path, manifest: Manifest) -> None:
    """Raise IndexUnavailable when a file has changed since it was written, or lacks.

    A file of words may lack: a writer that died had put others in its place. The lexical index knows what it needs.
    """
    for name, expected in manifest.checksums.items():
        path = generation / name
        if path.exists() and _checksum(path) != expected:
            raise IndexUnavailable(f"The search index is damaged: {name} has changed.")
    lacking = [name for name in manifest.chunks.values() if not (generation / name).exists()]
    if lacking:
        raise IndexUnavailable(f"The search index is damaged: {lacking[0]} is missing.")


def suspect(folder: Path) -> None:
    """Tell the writer that the current generation is damaged."""
    if folder.is_dir():
        (folder / "SUSPECT").touch()


def is_suspect(folder: Path) -> bool:
    """Whether a reader found the current generation damaged."""
    return (folder / "SUSPECT").exists()


@contextmanager
def writing(folder: Path) -> Iterator[bool]:
    """Be the only one to write, for a block; False when somebody else is."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _current_number(folder: Path) -> int:
    try:
        return int(current(folder).name)
    except (IndexUnavailable, ValueError):
        return 0


def _generations(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in folder.glob("*") if path.name.isdecimal())


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found = zlib.crc32(block, found)
    return found


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written, not even after the power failed."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
