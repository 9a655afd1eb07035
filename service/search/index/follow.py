"""Following the catalog: words within a moment of each revision, vectors in batches after that."""

import logging
import time
from collections.abc import Callable

from service.catalog import revisions
from service.catalog.embeddings import Embeds
from service.errors import IndexUnavailable, Unavailable
from service.search.index import folder as folders
from service.search.index.embed import embed_some
from service.search.index.write import Place, Progress, rebuild, update, usable

LOOK_S = 0.5  # how often it looks for a new revision, and for a chance to be the writer
MODEL_RETRY_S = 60.0  # a model that is missing may be installed meanwhile
TROUBLE_S = 5.0  # after something went wrong: a full disk, a database that is away

_log = logging.getLogger(__name__)


def follow(place: Place, embedder: Embeds, should_stop: Callable[[], bool]) -> None:
    """Keep the index up to date until `should_stop`; while another process does, stand by."""
    while not should_stop():
        with folders.writing(place.folder) as is_ours:
            if is_ours:
                _Follower(place, embedder, should_stop).run()
        time.sleep(LOOK_S)


def bring_up_to_date(place: Place, embedder: Embeds, progress: Progress = lambda _: None) -> bool:
    """Do it once, words and vectors; False when another process is the writer, and will. May raise Unavailable."""
    with folders.writing(place.folder) as is_ours:
        if is_ours:
            repair(place)
            update(place)
            while embed_some(place, embedder, progress):
                pass
        return is_ours


def repair(place: Place) -> None:
    """Make the index anew if a file of it has changed since it was written; remove what a dead writer left."""
    folders.sweep(place.folder)
    try:
        folders.check(*usable(place))
    except IndexUnavailable as error:
        _log.info("%s It is made anew.", error)
        rebuild(place)


class _Follower:
    """The writer, as long as the lock is its own."""

    def __init__(self, place: Place, embedder: Embeds, should_stop: Callable[[], bool]) -> None:
        self._place = place
        self._embedder = embedder
        self._should_stop = should_stop
        self._embed_after = 0.0
        self._seen: int | None = None  # the revision whose words are in the index
        self._lacks_vectors = True

    def run(self) -> None:
        is_checked = False
        while not self._should_stop():
            try:
                if not is_checked:
                    repair(self._place)
                    is_checked = True
                self._step()
            except Exception:  # whatever it is, the next revision may be indexed: the service answers meanwhile
                _log.exception("the index could not be written")
                self._seen = None
                time.sleep(TROUBLE_S)

    def _step(self) -> None:
        with self._place.sessions() as session:
            revision = revisions.current(session)
        if revision != self._seen or not self._is_sound():
            update(self._place)
            self._seen, self._lacks_vectors = revision, True
            _log.info("words indexed", extra={"revision": revision})
        if not (self._lacks_vectors and self._embed()):
            time.sleep(LOOK_S)

    def _is_sound(self) -> bool:
        return (self._place.folder / folders.CURRENT).exists() and not folders.is_suspect(self._place.folder)

    def _embed(self) -> bool:
        """Compute some vectors, and tell whether any were lacking. Without a model, try again later."""
        if time.monotonic() < self._embed_after:
            return False
        try:
            self._lacks_vectors = embed_some(self._place, self._embedder)
        except Unavailable as error:
            _log.warning("%s The index goes without new vectors meanwhile.", error)
            self._embed_after = time.monotonic() + MODEL_RETRY_S
        return self._lacks_vectors
