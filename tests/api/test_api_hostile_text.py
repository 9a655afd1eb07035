"""Text is data: whatever pages and callers write is kept or refused, shown as written, and never run."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from lxml import etree
from rdflib import Graph

from service.api.spec import openapi
from service.config import Settings

Key = Callable[[str], dict[str, str]]
SCRIPT = '</title><script>alert(1)</script>"><img src=x onerror=alert(2)>'
CONTROLS = "\x00\x01\x0b\x1b[31m\x7f\x9b"
PAGE = f"""# Course {CONTROLS}

## Networks `{SCRIPT}`

A note on `{SCRIPT}` {CONTROLS}

* [Notes `{SCRIPT}` {CONTROLS}](https://example.org/a) by `<b>Ada</b>` {CONTROLS}
* [one](javascript:alert(3)) [two](JaVaScRiPt:alert(4)) [three](data:text/html,<script>alert(5)</script>)
* [four](vbscript:x) [five](&#106;avascript:alert(6)) [six](java\tscript:alert(7)) [seven](file:///etc/passwd)
* [quote](https://example.org/b"onmouseover="alert(8)) <a href="javascript:alert(9)">raw</a>
* [who](https://user:secret@example.org/c)
"""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
FORMATS = ("application/json", "application/graphml+xml", "text/turtle", "application/ld+json")


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, **{f"rate_limit_{of}per_minute": 0 for of in ("", "key_", "writes_")})


@pytest.fixture
def hostile(fresh: FlaskClient, key: Key) -> FlaskClient:
    """A service that has ingested the page."""
    body = {"markdown": PAGE, "name": f"page {SCRIPT}"}
    assert fresh.post("/api/v1/ingests", json=body, headers=key("curate")).status_code == 201
    return fresh


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


def test_only_web_addresses_become_resources(hostile: FlaskClient) -> None:
    urls = [item["url"] for item in hostile.get("/api/v1/resources?limit=100").json["items"]]

    assert sorted(urls) == [
        "https://example.org/a",
        "https://example.org/b%22onmouseover=%22alert(8)",
        "https://example.org/c",
    ]


def test_titles_are_shown_as_written_without_control_characters(hostile: FlaskClient) -> None:
    resources = hostile.get("/api/v1/resources?limit=100").json["items"]
    topics = hostile.get("/api/v1/topics?limit=100").json["items"]

    texts = list(_texts([resources, topics]))
    assert any("<script>alert(1)</script>" in item["title"] for item in resources)
    assert any("<script>alert(1)</script>" in item["label"] for item in topics)
    assert [text for text in texts if CONTROL.search(text)] == []


@pytest.mark.parametrize("accept", FORMATS)
def test_the_graph_in_every_format_is_whole_and_is_data(hostile: FlaskClient, accept: str) -> None:
    answer = hostile.get("/api/v1/graph", headers={"Accept": accept}, buffered=True)

    assert answer.content_type.startswith(accept)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    texts = list(_as_read(accept, answer.data))
    assert [text for text in texts if text.strip().lower().startswith(("javascript:", "data:", "vbscript:"))] == []
    assert any(SCRIPT in text for text in texts)


def _as_read(accept: str, content: bytes) -> Iterator[str]:
    """All texts and addresses that a reader of the format finds."""
    if accept == "application/graphml+xml":
        root = etree.fromstring(content)
        assert {str(element.tag).split("}")[1] for element in root.iter()} <= {
            "graphml", "key", "graph", "node", "edge", "data", "default", "desc",
        }  # fmt: skip
        yield from map(str, root.itertext())
    elif accept == "text/turtle":
        yield from (str(thing) for triple in Graph().parse(data=content, format="turtle") for thing in triple)
    else:
        yield from _texts(orjson.loads(content))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT://x/%0aalert(1)", "data:text/html,x", "https:x y"])
def test_curators_cannot_make_other_addresses_resources(fresh: FlaskClient, key: Key, url: str) -> None:
    resource = {"title": "x", "url": url, "media_type": "video"}

    assert fresh.post("/api/v1/resources", json=resource, headers=key("curate")).status_code == 422


BAD = ("a\x00", "a\ud800", "x\x1b[31m", "https://example.org/\ud800", "https://example.org/\x00")


def test_no_character_in_any_field_of_any_call_is_a_mistake_of_ours(fresh: FlaskClient, key: Key) -> None:
    document = openapi(fresh.application)
    headers = {**key("admin"), "If-Match": '"1"', "Prefer": "wait=0"}
    failed, asked = [], 0

    for route, path, method, body in _calls(document):
        data = json.dumps(body)  # orjson refuses to write halves of surrogate pairs
        answer = fresh.open(path, method=method, data=data, content_type="application/json", headers=headers)
        asked += 1
        if answer.status_code == 500:
            failed.append((route, body))
        answer.close()

    assert failed == []
    assert asked > 200


def _calls(document: dict[str, Any]) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method == "parameters" or "requestBody" not in operation:
                continue
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            for bad in BAD:
                whole = _filled(document, schema, bad)
                for body in (whole, *({name: whole[name]} for name in whole)):
                    yield f"{method} {path}", re.sub(r"{\w+}", "0", path), method.upper(), body


def _filled(document: dict[str, Any], schema: dict[str, Any], text: str, depth: int = 0) -> Any:
    """A value of the schema whose every text is `text`."""
    while "$ref" in schema or "anyOf" in schema or "oneOf" in schema:
        name = schema.get("$ref", "").split("/")[-1]
        schema = document["components"]["schemas"][name] if name else (schema.get("anyOf") or schema["oneOf"])[0]
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if "properties" in schema or kind == "object":
        inner = schema.get("properties", {}) if depth < 4 else {}
        return {name: _filled(document, part, text, depth + 1) for name, part in inner.items()}
    if kind == "array":
        return [_filled(document, schema.get("items", {}), text, depth + 1)]
    plain = {"integer": 1, "number": 1.5, "boolean": True}
    return plain[kind] if kind in plain else next(iter(schema.get("enum", [text])), text)


def test_no_character_in_any_address_is_a_mistake_of_ours(fresh: FlaskClient, key: Key) -> None:
    paths, headers = openapi(fresh.application)["paths"].items(), key("admin")
    failed = []

    for text, (path, methods) in product(("%00", "%ED%A0%80", "%1b%5b31m", "%C2%9B", "<script>", "%F0"), paths):
        asked = [f"?{p['name']}={text}" for p in methods.get("get", {}).get("parameters", []) if p.get("in") == "query"]
        for query in ("", *asked) if "get" in methods else ():
            answer = fresh.get(re.sub(r"{\w+}", text, path) + query, headers=headers)
            if answer.status_code == 500:
                failed.append((text, path + query))
            answer.close()

    assert failed == []
