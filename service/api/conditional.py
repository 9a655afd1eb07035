"""ETag and If-None-Match (RFC 9110): nobody is sent what they have already, and finding that out costs no work."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from service import __version__
from service.catalog import revisions
from service.catalog.snapshots import remember


def asked_by(environ: Mapping[str, Any]) -> str:
    """What tells a request's question from all others: this URL, in this format, by this key."""
    return "\n".join([environ.get(name, "") for name in _ASKED])


def state_etag(session: Session, question: str) -> str:
    """Names what a question (see `asked_by`) is answered at this revision, by this version of the program."""
    return f'"{_hash(__version__, _origin(session), str(session.info["revision"]), question)}"'


_ASKED = ("PATH_INFO", "QUERY_STRING", "HTTP_HOST", "HTTP_ACCEPT", "HTTP_AUTHORIZATION")


def version_etag(session: Session, version: int) -> str:
    """The ETag of one thing with a version of its own: it outlives writes to others."""
    return f'"{version}-{_hash(__version__, _origin(session))[:8]}"'


def shown_etag(version: int, body: str) -> str:
    """The ETag of one thing with a version, shown with what changes without it; edits heed the version in it."""
    return f'"{version}-{_hash(body)}"'


def content_etag(response: Response) -> str:
    """The ETag of something that has no version and no revision: it names the bytes."""
    return body_etag(response.get_data())


def body_etag(body: bytes) -> str:
    """As `content_etag`, of the bytes themselves."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def is_known(etag: str) -> bool:
    """Whether the caller names this state as one that it has."""
    return etag in request.environ.get("HTTP_IF_NONE_MATCH", "")


def finish(response: Response, etag: str) -> Response:
    """Say what every read says about keeping its answer; send no body that the caller has already."""
    headers = response.headers
    if response.status_code != 200:
        headers.setdefault("Cache-Control", "no-cache")
        return response
    own = headers.get("ETag")
    if own is None:
        headers.add("ETag", etag)
    etag = own or etag
    known = request.environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and (etag in known or known.strip() == "*"):
        response.close()
        return not_modified(etag)
    headers.extend(VARYING if "Cache-Control" in headers else KEEPING)
    return response


def not_modified(etag: str) -> Response:
    """304, with what a cache needs to keep its copy longer."""
    return Response(status=304, headers=[("ETag", etag), *KEEPING])


VARYING = [("Vary", "Accept, Authorization")]
# Every answer can change with the next write, and asking whether it has costs next to nothing.
KEEPING = [("Cache-Control", "no-cache"), *VARYING]


def _origin(session: Session) -> str:
    return remember(session, "origin", partial(revisions.origin, session))


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()
