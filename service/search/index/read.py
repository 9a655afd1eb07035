"""Reading the index: opened when it is first needed, and again when the writer has changed it."""

import logging
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.snapshots import remember
from service.errors import IndexUnavailable
from service.search.index import folder as folders
from service.search.index.folder import CURRENT, MANIFEST, WORDS, Manifest
from service.search.index.lexical import LexicalReader
from service.search.index.vectors import VectorReader, read_chunk

TRIES = 3  # the writer may replace a file between our reading its name and opening it

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenIndex:
    """What one edition of the index holds; it never changes."""

    manifest: Manifest
    words: LexicalReader
    vectors: VectorReader


@dataclass(frozen=True)
class _Pointed:
    """Where the file that names the current generation points, as long as it is the same file."""

    state: object
    generation: str
    manifest: str


class IndexReader:
    """The index in a folder, for one process and all its threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = str(folder / CURRENT)
        self._pointed: _Pointed | None = None
        self._opening = threading.Lock()
        self._opened: tuple[object, OpenIndex] | None = None

    def open(self, session: Session) -> OpenIndex:
        """The newest edition; IndexUnavailable when there is none of this catalog, or it is damaged."""
        found = self._newest()
        if found.manifest.origin != remember(session, "origin", lambda: revisions.origin(session)):
            raise IndexUnavailable("The search index is of another catalog.")
        return found

    def found_damaged(self, error: IndexUnavailable) -> None:
        """Forget the edition that is open, and let the writer know."""
        _log.warning("%s", error)
        self._opened = None
        folders.suspect(self._folder)

    def _newest(self) -> OpenIndex:
        edition = self._edition()
        opened = self._opened
        if opened is None or opened[0] != edition:
            with self._opening:
                opened = self._opened
                if opened is None or opened[0] != edition:
                    opened = self._opened = (edition, self._open())
        return opened[1]

    def _edition(self) -> object:
        """Changes whenever the writer has let readers have something new. Every question asks: two looks at files."""
        state, pointed = _state(self._current), self._pointed
        if pointed is None or pointed.state != state:
            generation = folders.current(self._folder)
            pointed = self._pointed = _Pointed(state, generation.name, str(generation / MANIFEST))
        manifest = _state(pointed.manifest)
        if manifest is None:
            raise IndexUnavailable(f"The search index is damaged: there is no {MANIFEST}.")
        return pointed.generation, manifest

    def _open(self) -> OpenIndex:
        for left in range(TRIES - 1, -1, -1):
            try:
                return _open(folders.current(self._folder))
            except IndexUnavailable as error:
                if not left:
                    self.found_damaged(error)
                    raise
        raise AssertionError("unreachable")


def _state(path: str) -> tuple[int, int] | None:
    """Changes when a file is replaced; None where there is none."""
    try:
        found = os.stat(path)  # a Path takes longer than the system does
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _open(generation: Path) -> OpenIndex:
    manifest = folders.read_manifest(generation)
    chunks = {int(chunk): read_chunk(generation / name) for chunk, name in manifest.chunks.items()}
    return OpenIndex(manifest, LexicalReader(generation / WORDS), VectorReader(chunks, manifest.media_types))
