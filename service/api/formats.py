"""Which format an answer comes in: what `Accept` likes best of those that there are."""

from collections.abc import Sequence

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from service.api.requests import Environ

JSON_LD = "application/ld+json"
API_ROOT = "api/v1/"


def wanted_format(environ: Environ, formats: Sequence[str]) -> str:
    """The format that the caller likes best, the first where all are equal; 406 when none will do."""
    accepted = environ.get("HTTP_ACCEPT")
    if not accepted or accepted == "*/*":
        return formats[0]
    best = parse_accept_header(accepted, MIMEAccept).best_match(formats)
    if best is None:
        raise NotAcceptable(f"This comes as {', '.join(formats)}.")
    return best


def base_iri() -> str:
    """The IRI under which linked data names things: the API's own address, as the caller knows it."""
    return request.url_root + API_ROOT
