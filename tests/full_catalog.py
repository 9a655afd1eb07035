"""A catalog in which every table that matters has rows: a course page, edits by a curator, runs, learners, secrets."""

from typing import Any

from flask.testing import FlaskClient

from service.api.parts import Parts
from service.app import create_app
from service.catalog import claims, keys, runs
from service.catalog.claims import FigureRecord, Outcome
from service.catalog.runs import RunRequest
from service.config import Settings, bundled

API = "/api/v1"
COURSE = (bundled("data") / "pages" / "lectures-2024.md").read_text(encoding="utf-8")
REQUEST = RunRequest("playground", "1", {"learning_rate": 0.03}, "0", "cpu")
READS = (
    "topics?limit=200",
    "resources?limit=200&facets=media_type,topic",
    "pages",
    "pages/lectures-2024",
    "graph",
    "media-types",
    "search?q=videos+on+backprop",
    "topics/cnn-and-conv2d/prerequisites?depth=5",
    "topics/cnn-and-conv2d/path",
    "suggest?q=bat",
)
CURATOR_READS = ("audit?limit=200",)


def fill(database_url: str) -> dict[str, str]:
    """Fill an empty migrated catalog; the header that carries its curator's key."""
    app = create_app(Settings(database_url=database_url))
    parts: Parts = app.extensions["coursegraph"]
    with parts.sessions.begin() as session:
        curator = {"Authorization": f"Bearer {keys.create(session, 'admin', 'ada')}"}
    _curate(app.test_client(), curator)
    _run(parts)
    parts.close()
    return curator


def answers(database_url: str, curator: dict[str, str]) -> dict[str, Any]:
    """What a service on this catalog answers, byte for byte."""
    app = create_app(Settings(database_url=database_url))
    client = app.test_client()
    found: dict[str, Any] = {}
    for path in (*READS, *CURATOR_READS):
        response = client.get(f"{API}/{path}", headers=curator if path in CURATOR_READS else {}, buffered=True)
        found[path] = (response.status_code, response.headers.get("ETag"), response.data)
    app.extensions["coursegraph"].close()
    assert {status for status, _, _ in found.values()} == {200}
    return found


def _curate(client: FlaskClient, curator: dict[str, str]) -> None:
    client.post(f"{API}/ingests", json={"markdown": COURSE, "name": "lectures-2024"}, headers=curator)
    topic = client.get(f"{API}/topics/regularization").json
    resource, other, *_ = client.get(f"{API}/resources?limit=5").json["items"]
    edits = [
        client.patch(f"{API}/topics/{topic['id']}", json={"aliases": ["dropout"]}, headers=_at(curator, topic)),
        client.patch(f"{API}/resources/{resource['id']}", json={"title": "Déjà “vu”"}, headers=_at(curator, resource)),
        client.delete(f"{API}/resources/{other['id']}", headers=_at(curator, other)),
        client.post(
            f"{API}/events",
            json={"learner": "l-1", "events": [{"kind": "viewed", "resource": resource["id"]}]},
            headers=curator,
        ),
    ]
    assert {edit.status_code for edit in edits} <= {200, 204}, [edit.text for edit in edits]


def _at(curator: dict[str, str], thing: Any) -> dict[str, str]:
    return curator | {"If-Match": f'"{thing["version"]}"'}


def _run(parts: Parts) -> None:
    with parts.sessions.begin() as session:
        runs.enqueue(session, REQUEST, 10)
    with parts.sessions.begin() as session:
        run = claims.claim(session, "test", 30, 3)
        assert run is not None
    with parts.sessions.begin() as session:
        figure = FigureRecord("loss", "Loss", "It falls.", '{"mark":"line"}')
        claims.finish(session, run, Outcome('{"loss":0.1}', [figure], {"demo": "1"}))
