"""Answers given before: the same question at the same revision is not worked out twice, and not routed either.

Each is kept with its state's ETag, which names everything that it depends on; what is no longer asked for makes room
in time. `below_flask` gives them.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from flask import Response, request

from service.api.requests import Environ

# A key can be withdrawn without a new revision; what the caller has already is compared in `conditional`.
_NOT_FOR_ALL = ("HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_RANGE")


@dataclass(frozen=True)
class Kept:
    """A good answer, of the state that this ETag names."""

    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    route: str
    lasts: bool = True  # until the next revision


class KeptAnswers:
    """The answers that were asked for last, as many as fit."""

    def __init__(self, max_bytes: int) -> None:
        """With room for so many bytes of bodies."""
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._changing = Lock()

    def get(self, question: str) -> Kept | None:
        """The newest answer to this question."""
        kept = self._kept.get(question)
        if kept is not None:
            with self._changing:
                if question in self._kept:
                    self._kept.move_to_end(question)
        return kept

    def keep(self, question: str, kept: Kept) -> None:
        """Keep an answer, and let the ones go that were not asked for longest."""
        if len(kept.body) > self._max_bytes // 100:
            return
        with self._changing:
            older = self._kept.pop(question, None)
            self._kept[question] = kept
            self._bytes += len(kept.body) - (len(older.body) if older else 0)
            while self._bytes > self._max_bytes:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= len(oldest.body)


def keep(answers: KeptAnswers, question: str, etag: str, response: Response) -> None:
    """Keep the answer to the request that is being answered, if it is good, for everybody, and stays so."""
    if response.status_code != 200 or response.is_streamed or response.cache_control.no_store:
        return
    if not is_for_all(request.environ):
        return
    rule = request.url_rule
    headers = tuple(response.get_wsgi_headers(request.environ))
    answers.keep(question, Kept(etag, response.get_data(), headers, rule.rule if rule else ""))


def is_for_all(environ: Environ) -> bool:
    """Whether a request is for what anybody may read: no more than a URL was sent."""
    return environ["REQUEST_METHOD"] == "GET" and not any(name in environ for name in _NOT_FOR_ALL)
