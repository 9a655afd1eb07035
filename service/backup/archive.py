"""The file of a backup: a zip of `manifest.json` and, for each table, its rows as JSON lines.

The manifest tells the schema, the revision, and of each table its columns, its count of rows and their SHA-256.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from service.errors import BackupError

FORMAT = "coursegraph-backup/1"
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000  # bytes
_LEVEL = 3  # of compression: a third of the time of the usual 6, a tenth more bytes

Row = Sequence[Any]
Progress = Callable[[int], object]  # rows done since it was last told


@dataclass(frozen=True)
class TableEntry:
    """What the file says of a table."""

    name: str
    columns: Sequence[str]
    rows: int
    sha256: str  # of its lines


@dataclass(frozen=True)
class Manifest:
    """What the file says of itself; tables in an order in which they can be written."""

    version: str  # of Coursegraph that wrote it
    schema: str
    revision: int
    created_at: str  # RFC 3339
    tables: Sequence[TableEntry]
    format: str = FORMAT

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(entry.rows for entry in self.tables)


class ArchiveWriter:
    """Writes one table after another, then the manifest."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)

    def add(self, name: str, columns: Sequence[str], rows: Iterable[Row], progress: Progress) -> TableEntry:
        """Write a table; its rows are not held in memory."""
        count, sha256 = 0, hashlib.sha256()
        with self._zip.open(_member(name), "w", force_zip64=True) as lines:
            for row in rows:
                line = _line(row)
                sha256.update(line)
                lines.write(line)
                count += 1
                progress(1)
        return TableEntry(name, columns, count, sha256.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest; without it the file is none."""
        self._zip.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
        self._zip.close()


class Archive:
    """A backup to be read."""

    def __init__(self, file: BinaryIO) -> None:
        with _told_as_damage():
            self._zip = zipfile.ZipFile(file)
            with self._zip.open(MANIFEST) as member:
                self.manifest = _manifest(json.loads(member.read(LONGEST_MANIFEST)))

    def check(self, progress: Progress) -> None:
        """Read all of it once; BackupError when a table is not what the manifest says."""
        for entry in self.manifest.tables:
            count, sha256 = 0, hashlib.sha256()
            for line in self._lines(entry.name):
                sha256.update(line)
                count += 1
                progress(1)
            if (count, sha256.hexdigest()) != (entry.rows, entry.sha256):
                raise BackupError(f"The backup is damaged: the rows of {entry.name} are not those that were written.")

    def rows(self, name: str) -> Iterator[Row]:
        """A table's rows, one after another."""
        for line in self._lines(name):
            yield json.loads(line)

    def _lines(self, name: str) -> Iterator[bytes]:
        with _told_as_damage(), self._zip.open(_member(name)) as lines:
            yield from lines


def _member(name: str) -> str:
    return f"tables/{name}.jsonl"


def _line(row: Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _manifest(said: Mapping[str, Any]) -> Manifest:
    if said["format"] != FORMAT:
        raise BackupError(f"It is a backup in the format {said['format']!r}; this version reads {FORMAT!r}.")
    return Manifest(**{**said, "tables": [TableEntry(**entry) for entry in said["tables"]]})


@contextmanager
def _told_as_damage() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError) as error:
        raise BackupError(f"It is no backup, or a damaged one: {error}.") from error
