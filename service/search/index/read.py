"""Reading the index: opened when it is first needed, and again when the writer has changed it."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from service.catalog import revisions
from service.catalog.snapshots import remember
from service.errors import IndexUnavailable
from service.search.index import folder as folders
from service.search.index.folder import MANIFEST, WORDS, Manifest
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


class IndexReader:
    """The index in a folder, for one process and all its threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        """Changes whenever the writer has let readers have something new."""
        generation = folders.current(self._folder)
        try:
            state = (generation / MANIFEST).stat()
        except OSError as error:
            raise IndexUnavailable(f"The search index is damaged: there is no {MANIFEST}.") from error
        return generation.name, state.st_ino, state.st_mtime_ns

    def _open(self) -> OpenIndex:
        for left in range(TRIES - 1, -1, -1):
            try:
                return _open(folders.current(self._folder))
            except IndexUnavailable as error:
                if not left:
                    self.found_damaged(error)
                    raise
        raise AssertionError("unreachable")


def _open(generation: Path) -> OpenIndex:
    manifest = folders.read_manifest(generation)
    chunks = {int(chunk): read_chunk(generation / name) for chunk, name in manifest.chunks.items()}
    return OpenIndex(manifest, LexicalReader(generation / WORDS), VectorReader(chunks, manifest.media_types))
