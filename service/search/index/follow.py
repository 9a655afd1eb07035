"""Following the catalog: words within a moment of each revision, vectors in batches after that."""

import logging
import time
from collections.abc import Callable

from service.catalog import revisions
from service.catalog.embeddings import Embeds
from service.errors import IndexUnavailable, ModelUnavailable
from service.search.index import folder as folders
from service.search.index.embed import embed_some
from service.search.index.write import Place, rebuild, update, usable

LOOK_S = 0.5  # how often it looks for a new revision, and for a chance to be the writer
MODEL_RETRY_S = 60.0  # a model that is missing may be installed meanwhile
TROUBLE_S = 5.0  # after something went wrong: a full disk, a database that is away

LoadEmbedder = Callable[[], Embeds]  # ModelUnavailable when there is none

_log = logging.getLogger(__name__)


def follow(place: Place, load_embedder: LoadEmbedder, should_stop: Callable[[], bool]) -> None:
    """Keep the index up to date until `should_stop`; while another process does, stand by."""
    while not should_stop():
        with folders.writing(place.folder) as is_ours:
            if is_ours:
                _Follower(place, load_embedder, should_stop).run()
        time.sleep(LOOK_S)


def bring_up_to_date(place: Place, load_embedder: LoadEmbedder) -> bool:
    """Do it once, words and vectors; False when another process is the writer, and will. May raise ModelUnavailable."""
    with folders.writing(place.folder) as is_ours:
        if is_ours:
            repair(place)
            update(place)
            embedder = load_embedder()
            while embed_some(place, embedder):
                pass
        return is_ours


def repair(place: Place) -> None:
    """Make the index anew if a file of it has changed since it was written."""
    try:
        folders.check(*usable(place))
    except IndexUnavailable as error:
        _log.info("%s It is made anew.", error)
        rebuild(place)


class _Follower:
    """The writer, as long as the lock is its own."""

    def __init__(self, place: Place, load_embedder: LoadEmbedder, should_stop: Callable[[], bool]) -> None:
        self._place = place
        self._load_embedder = load_embedder
        self._should_stop = should_stop
        self._embedder: Embeds | None = None
        self._load_after = 0.0
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
        embedder = self._embedder_now() if self._lacks_vectors else None
        if embedder is None:
            time.sleep(LOOK_S)
        else:
            self._lacks_vectors = embed_some(self._place, embedder)

    def _is_sound(self) -> bool:
        return (self._place.folder / "CURRENT").exists() and not folders.is_suspect(self._place.folder)

    def _embedder_now(self) -> Embeds | None:
        if self._embedder is None and time.monotonic() >= self._load_after:
            try:
                self._embedder = self._load_embedder()
            except ModelUnavailable as error:
                _log.warning("%s The index goes without vectors meanwhile.", error)
                self._load_after = time.monotonic() + MODEL_RETRY_S
        return self._embedder
