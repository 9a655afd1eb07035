"""Schemathesis asks every operation what its description allows, and what it does not; nothing surprises it.

A small share in each run of the tests; the variable SCHEMATHESIS_EXAMPLES says how many more to try.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import schemathesis
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from service.app import create_app
from service.catalog import keys
from service.config import Settings
from service.heartbeats import beat_beside

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "4"))
# Not among them: that all data which fits the schema is accepted. A cursor, a topic or a media type that nobody has
# heard of is text like any other, and refused by name.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
    negative_data_rejection,
    ignored_auth,
]
# What is wrong may also be too large (413) or too long (414) before anybody looks at it.
REFUSED = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, 429, "5xx"]
DOCUMENT = yaml.load(Path(__file__).parents[2].joinpath("openapi.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
OPERATIONS = [
    (method.upper(), path)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if method != "parameters" and not path.endswith("/events")  # a stream has no end to wait for
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="SCHEMATHESIS_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.fixture(scope="module")
def app(course_sqlite: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    path = tmp_path_factory.mktemp("asked") / "catalog.db"
    shutil.copy(course_sqlite.removeprefix("sqlite:///"), path)
    limits = {f"rate_limit_{of}per_minute": 0 for of in ("", "key_", "writes_")}
    beat_beside(path.parent, "links")  # as if somebody made the link checks
    app = create_app(Settings(database_url=f"sqlite:///{path}", state_dir=str(path.parent), **limits))
    nothing = httpx.MockTransport(lambda request: httpx.Response(404))
    replace(app.extensions["coursegraph"], open_client=lambda: httpx.Client(transport=nothing)).install(app)
    yield app
    app.extensions["coursegraph"].close()


@pytest.fixture(scope="module")
def headers(app: Flask) -> dict[str, str]:
    """A curator's, who waits for nothing."""
    with app.extensions["coursegraph"].sessions.begin() as session:
        return {"Authorization": f"Bearer {keys.create(session, 'curate', 'ada')}", "Prefer": "wait=0"}


@pytest.fixture(scope="module")
def api(app: Flask) -> schemathesis.BaseSchema:
    refused = {"negative_data_rejection": {"expected-statuses": REFUSED}}
    config = SchemathesisConfig.from_dict({"checks": refused})
    return schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part)
def test_every_operation_answers_as_described(
    api: schemathesis.BaseSchema, headers: dict[str, str], method: str, path: str
) -> None:
    operation = api[path][method]

    @BOUNDED
    @given(operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    ask()
