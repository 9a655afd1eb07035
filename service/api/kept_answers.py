"""Answers that were given before, kept by their ETag: the same question at the same revision is not worked out twice.

The ETag names everything that an answer depends on, so nothing has to be dropped when the catalog changes; what is no
longer asked for makes room in time.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from flask import Response

MAX_BYTES = 32_000_000  # of bodies, in each worker process


@dataclass(frozen=True)
class Kept:
    """A good answer."""

    body: bytes
    headers: tuple[tuple[str, str], ...]

    def response(self) -> Response:
        """The answer, once more."""
        return Response(self.body, headers=list(self.headers))


class KeptAnswers:
    """The answers that were asked for last, as many as fit."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._changing = Lock()

    def get(self, etag: str) -> Kept | None:
        """The answer of this ETag."""
        kept = self._kept.get(etag)
        if kept is not None:
            with self._changing:
                if etag in self._kept:
                    self._kept.move_to_end(etag)
        return kept

    def keep(self, etag: str, response: Response) -> None:
        """Keep a good answer, and let the ones go that were not asked for longest."""
        if response.status_code != 200 or response.is_streamed:
            return
        kept = Kept(response.get_data(), tuple(response.headers))
        with self._changing:
            if etag in self._kept or len(kept.body) > self._max_bytes // 100:
                return
            self._kept[etag] = kept
            self._bytes += len(kept.body)
            while self._bytes > self._max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body)
