"""/docs: the OpenAPI document as pages to read and try; everything comes from this server."""

from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from service.api.browser_headers import POLICY_NAME, with_policy

STATIC = Path(__file__).with_name("static")
MAX_AGE_S = 3600  # an hour: the files change only with the program
# Scripts come from this server alone and never from inside a page. Swagger UI draws its icons from data: URLs, and
# sets colours in style attributes.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

blueprint = Blueprint("docs", __name__)


@blueprint.get("/")
def root() -> Response:
    """The address that `coursegraph serve` prints leads to the page."""
    return Response(status=302, headers={"Location": url_for("docs.page")})


@blueprint.get("/docs")
def page() -> Response:
    """The page; it loads `openapi.json`, which is beside it."""
    return _send("docs.html")


@blueprint.get("/docs/<name>")
def file(name: str) -> Response:
    """One of the page's files."""
    return _send(name)


def _send(name: str) -> Response:
    response = send_from_directory(STATIC, name, max_age=MAX_AGE_S)
    return with_policy(response, {POLICY_NAME: POLICY, "Cross-Origin-Resource-Policy": "same-origin"})
