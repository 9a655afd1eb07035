"""The OpenAPI document, written from the code."""

from typing import Any

import yaml
from flask import Flask
from flask_smorest import Api, Blueprint

from service import __version__
from service.api import __doc__ as introduction
from service.api.operations import header_components, problem_responses

DOCUMENT = "coursegraph-openapi"
SUMMARY = "Topics, resources and prerequisites from pages of links that teachers keep"

PAGING = ("limit", "cursor")  # what a list itself is asked for comes first


class _Api(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest without its own errors and paging: `problems` and `lists` answer those, and document them."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _leave_out(self) -> None:
        pass

    _register_error_handlers = _register_responses = _register_pagination_header = _register_etag_headers = _leave_out


def openapi(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an app, written when it is first asked for: that takes longer than to make the app."""
    if DOCUMENT not in app.extensions:
        app.extensions[DOCUMENT] = _write(app)
    document: dict[str, Any] = app.extensions[DOCUMENT]
    return document


def openapi_yaml(app: Flask) -> str:
    """The OpenAPI document as it is committed."""
    text: str = yaml.safe_dump(openapi(app), sort_keys=False, allow_unicode=True, width=120)
    return text


def _write(app: Flask) -> dict[str, Any]:
    api = _make_api(app)
    for door in app.blueprints.values():
        if isinstance(door, Blueprint):
            door.register_views_in_doc(api, app, api.spec, name=door.name, parameters=None)
            api.spec.tag({"name": door.name, "description": door.description})
    document = api.spec.to_dict()
    for methods in document["paths"].values():
        for method in methods.keys() - {"parameters"}:
            methods[method]["parameters"].sort(key=lambda parameter: parameter.get("name") in PAGING)
    return {name: document[name] for name in ("openapi", "info", "servers", "tags", "paths", "components")}


def _make_api(app: Flask) -> _Api:
    app.config.update(API_TITLE="Coursegraph", API_VERSION=__version__, OPENAPI_VERSION="3.1.0")
    options = {
        "info": {"summary": SUMMARY, "description": introduction, "license": {"name": "MIT", "identifier": "MIT"}}
    }
    api = _Api(app, spec_kwargs={**options, "servers": [{"url": "/"}]})
    api.spec.components.security_scheme("key", {"type": "http", "scheme": "bearer", "description": "cg_…"})
    for name, header in header_components().items():
        api.spec.components.header(name, header)
    for name, response in problem_responses().items():
        api.spec.components.response(name, response)
    return api
