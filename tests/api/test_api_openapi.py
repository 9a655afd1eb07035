"""The OpenAPI document is written from the code, committed, valid, complete, and its examples hold."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import record_examples
import yaml
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from service.api import examples
from service.api.spec import openapi, openapi_yaml
from service.app import create_app
from service.config import Settings

COMMITTED = Path(__file__).parents[2] / "openapi.yaml"
AGAIN = "run `make openapi`"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = create_app(Settings(state_dir=str(tmp_path_factory.mktemp("state"))))
    yield app
    app.extensions["coursegraph"].close()


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    return openapi(app)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method != "parameters":
                yield path, method, operation


def test_the_committed_document_is_the_one_that_the_code_writes(app: Flask) -> None:
    assert openapi_yaml(app) == COMMITTED.read_text(encoding="utf-8"), AGAIN


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_every_route_is_described(app: Flask, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.endpoint.startswith("docs.")
    }

    assert {(path, method) for path, method, _ in _operations(document)} == routes


def test_every_operation_has_a_name_and_a_summary_of_its_own(document: dict[str, Any]) -> None:
    for key in ("operationId", "summary"):
        told = [operation.get(key) for _, _, operation in _operations(document)]
        assert all(told)
        assert len(set(told)) == len(told)


def test_every_problem_comes_as_problem_json_with_an_example(document: dict[str, Any]) -> None:
    problems = document["components"]["responses"]
    for path, method, operation in _operations(document):
        refused = {status: told for status, told in operation["responses"].items() if status >= "400"}
        assert "500" in refused, f"{method} {path}"
        assert all(told["$ref"].split("/")[-1] in problems for told in refused.values())
    of_the_server = {"RequestHeaderFieldsTooLargeProblem"}  # without a body
    for name, problem in ((name, problem) for name, problem in problems.items() if name not in of_the_server):
        assert list(problem["content"]) == ["application/problem+json"], name
        assert problem["content"]["application/problem+json"]["examples"], name


def test_every_parameter_is_told_what_it_is_for(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        of_path = methods.get("parameters", [])
        for parameter in [*of_path, *(p for m in methods.keys() - {"parameters"} for p in methods[m]["parameters"])]:
            assert parameter.get("description"), f"{path} {parameter['name']}"


def test_the_examples_are_what_the_service_answers() -> None:
    recorded = record_examples.record()

    assert recorded.keys() == orjson.loads(examples.RECORDED.read_bytes()).keys()
    for name, example in orjson.loads(examples.RECORDED.read_bytes()).items():
        assert recorded[name] == example, f"{name}: {AGAIN}"


def test_the_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    examples = list(_examples(document))

    for where, schema, example in examples:
        validator = Draft202012Validator({**schema, "components": document["components"]})
        assert [f"{where} {error.json_path}: {error.message}" for error in validator.iter_errors(example)] == []
    assert len(examples) >= 15


def _examples(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for path, method, operation in _operations(document):
        for told in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for content in told.get("content", {}).values():
                if "example" in content:
                    yield f"{method} {path}", content["schema"], content["example"]


def test_the_served_document_is_the_same(app: Flask) -> None:
    assert app.test_client().get("/openapi.json").json == yaml.safe_load(openapi_yaml(app))
