"""What no demo was made for is refused over REST, by the parameter's name, soon and in little memory.

The walk is generic: it takes each demo's own JSON Schema and breaks every promise in it. No worker runs meanwhile, so
whatever is refused was refused before anything was computed.
"""

import json
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import thread_time
from typing import Any

import pytest
from cpu_time import cpu_s
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.demos.demo import Demo, resolve_parameters
from service.demos.json_schema import json_schema
from service.demos.registry import DEMOS
from service.errors import InvalidInput

EVERY_DEMO = pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: demo.id)
EVERY_DEMO_HERE = pytest.mark.parametrize(
    "demo",
    [
        pytest.param(demo, id=demo.id, marks=pytest.mark.skipif(demo.lack() is not None, reason=str(demo.lack())))
        for demo in DEMOS
    ],
)
MOST_TIMES = 30  # as much CPU as an ordinary refusal; what takes less than 10 ms counts as 10 ms
MAX_GROWTH_MB = 200  # of the process that refuses, in all of a demo's walk
LONG = 100_000
CODE = "__import__('os').system('id')"
Json = Any


@pytest.fixture(scope="module")
def client(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    path = tmp_path_factory.mktemp("hostile") / "catalog.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    app = create_app(Settings(database_url=f"sqlite:///{path}", rate_limit_writes_per_minute=0))
    with app.test_client() as client:
        yield client
    app.extensions["coursegraph"].close()


def kinds(schema: Json) -> set[str]:
    kind = schema.get("type", [])
    return {kind} if isinstance(kind, str) else set(kind)


def deep(depth: int) -> Json:
    value: Json = 1
    for _ in range(depth):
        value = [value]
    return value


def wrong_types(schema: Json) -> Iterator[Json]:
    """One of each type of JSON that the schema does not name."""
    allowed = kinds(schema)
    samples = {"string": CODE, "array": [CODE], "object": {CODE: 1}, "null": None}
    yield from (sample for kind, sample in samples.items() if kind not in allowed)
    yield deep(200)
    if not allowed & {"integer", "number", "boolean", "string"}:
        yield 3.5


def beyond(schema: Json) -> Iterator[Json]:
    """Values of the right type that the schema's bounds exclude."""
    allowed = kinds(schema)
    if allowed & {"integer", "number"}:
        yield from (float("nan"), float("inf"), -float("inf"), 1e308, -1e308, 10**400)
        yield schema["minimum"] - max(1, abs(schema["minimum"]) / 1000)
        yield schema["maximum"] + max(1, abs(schema["maximum"]) / 1000)
    if "integer" in allowed:
        yield schema["minimum"] + 0.5
    if "string" in allowed:
        yield "x" * LONG if "enum" in schema or "maxLength" in schema else "x" * (50 * LONG)
        yield "x\x00\ud800"
    if "enum" in schema:
        yield from (CODE, "", schema["enum"][0] + " ")
    if "array" in allowed:
        item = schema.get("default") or [0]
        yield from ([item[0]] * (schema["maxItems"] + 1), [item[0]] * LONG)
        yield from ([wrong] for wrong in (*wrong_types(schema["items"]), *beyond(schema["items"])))


def refusals(demo: Demo) -> Iterator[tuple[str, Json]]:
    """(parameter, hostile value): every one must be refused."""
    for name, schema in json_schema(demo.parameters)["properties"].items():
        yield from ((name, value) for value in (*wrong_types(schema), *beyond(schema)))


def ask(client: FlaskClient, demo: str, parameters: Json) -> tuple[int, list[str]]:
    """Status, JSON pointers of the errors."""
    body = json.dumps({"parameters": parameters})
    response = client.post(
        f"/api/v1/demos/{demo}/runs", data=body, content_type="application/json", headers={"Prefer": "wait=0"}
    )
    pointers = [error["pointer"] for error in (response.json or {}).get("errors", [])]
    return response.status_code, pointers


def peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


@EVERY_DEMO_HERE
def test_what_a_schema_excludes_is_refused_by_name_soon_and_in_little_memory(client: FlaskClient, demo: Demo) -> None:
    before, count = peak_mb(), 0
    ordinary_s = cpu_s(lambda: ask(client, demo.id, {"no_such_parameter": 1}))
    begun_s = thread_time()

    for name, value in refusals(demo):
        status, pointers = ask(client, demo.id, {name: value})

        told = f"{name}={str(value)[:60]}: {status} {pointers}"
        assert status in {400, 413, 422}, told
        assert status != 422 or all(pointer.startswith(f"/parameters/{name}") for pointer in pointers), told
        assert status != 422 or pointers, told
        count += 1

    assert count >= len(json_schema(demo.parameters)["properties"])
    assert thread_time() - begun_s < MOST_TIMES * ordinary_s * count
    assert peak_mb() - before < MAX_GROWTH_MB


@EVERY_DEMO_HERE
def test_what_no_schema_knows_is_refused_by_name(client: FlaskClient, demo: Demo) -> None:
    for name in ("no_such_parameter", "__class__", "x" * LONG):
        assert ask(client, demo.id, {name: 1}) == (422, [f"/parameters/{name}"])


@EVERY_DEMO_HERE
def test_a_default_run_is_taken(client: FlaskClient, demo: Demo) -> None:
    assert ask(client, demo.id, {}) == (202, [])


@EVERY_DEMO
def test_the_most_that_can_be_asked_for_at_once_is_refused_or_bounded(demo: Demo) -> None:
    properties = json_schema(demo.parameters)["properties"]
    most = {name: schema["maximum"] for name, schema in properties.items() if "maximum" in schema}
    largest = {
        name: [schema["items"]["maximum"]] * schema["maxItems"]
        for name, schema in properties.items()
        if "maximum" in schema.get("items", {}) and "maxItems" in schema
    }

    for given in (most, largest, most | largest, *({name: value} for name, value in (most | largest).items())):
        with suppress(InvalidInput):  # told by name: the other tests see to that
            assert demo.cost_s(resolve_parameters(demo, given)) <= Settings().run_time_limit_s, given


SPECIAL = [
    ("playground", {"hidden_layers": [10**6] * 100}, "/parameters/hidden_layers"),
    ("backpropagation", {"expression": "x+" * (LONG // 2) + "x"}, "/parameters/expression"),
    ("backpropagation", {"expression": "(" * LONG}, "/parameters/expression"),
    ("backpropagation", {"expression": CODE}, "/parameters/expression"),
    ("backpropagation", {"expression": "x.__class__"}, "/parameters/expression"),
    ("backpropagation", {"expression": "9**9**9**9"}, "/parameters/expression"),
]


@pytest.mark.parametrize(("demo", "parameters", "pointer"), SPECIAL, ids=[f"{s[0]} {n}" for n, s in enumerate(SPECIAL)])
def test_what_people_try_is_refused_by_name(client: FlaskClient, demo: str, parameters: Json, pointer: str) -> None:
    status, pointers = ask(client, demo, parameters)

    assert status == 422
    assert pointers
    assert all(one.startswith(pointer) for one in pointers)


@pytest.mark.parametrize(
    "body", ["[" * LONG, '{"parameters": ' * 2000, '{"parameters": {"epochs": ' + "9" * LONG + "}}"]
)
def test_a_body_that_is_a_trap_for_parsers_is_refused(client: FlaskClient, body: str) -> None:
    response = client.post("/api/v1/demos/playground/runs", data=body, content_type="application/json")

    assert response.status_code in {400, 413, 422}
