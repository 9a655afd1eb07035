"""A run's events: every new state once, the end, and no stream that starves the others."""

from collections.abc import Iterator

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.api.run_events import State, events
from service.api.seats import Seats
from service.app import create_app
from service.catalog import claims, runs
from service.catalog.claims import Outcome
from service.catalog.runs import RunRequest
from service.config import Settings
from service.errors import NotFound

REQUEST = RunRequest("playground", "1", {}, "0", "cpu")


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    app = create_app(Settings(database_url=database_url, max_event_streams=2))
    yield app
    app.extensions["coursegraph"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def run_in(app: Flask, status: str) -> str:
    """A run that has come so far; its id."""
    parts: Parts = app.extensions["coursegraph"]
    with parts.sessions.begin() as session:
        id = runs.enqueue(session, REQUEST, 10).id
    if status == "queued":
        return id
    with parts.sessions.begin() as session:
        run = claims.claim(session, "test", 30, 3)
        assert run is not None
    with parts.sessions.begin() as session:
        claims.finish(session, run, Outcome('{"loss":0.1}', [], {"demo": "1"}))
    return id


def parsed(stream: str) -> list[dict[str, str]]:
    blocks = [block for block in stream.split("\n\n") if block.startswith("id:")]
    return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]


def test_a_run_that_has_ended_tells_so_and_the_stream_ends(app: Flask, client: FlaskClient) -> None:
    id = run_in(app, "succeeded")

    response = client.get(f"/api/v1/runs/{id}/events")

    [event] = parsed(response.text)
    data = orjson.loads(event["data"])
    assert (response.status_code, response.mimetype) == (200, "text/event-stream")
    assert response.text.startswith("retry: ")
    assert event["event"] == "succeeded"
    assert (data["id"], data["status"], data["progress"]) == (id, "succeeded", 1.0)
    assert "output" not in data


def test_who_has_seen_the_end_is_told_not_to_come_back(app: Flask, client: FlaskClient) -> None:
    id = run_in(app, "succeeded")
    [event] = parsed(client.get(f"/api/v1/runs/{id}/events").text)

    response = client.get(f"/api/v1/runs/{id}/events", headers={"Last-Event-ID": event["id"]})

    assert (response.status_code, response.data) == (204, b"")


def test_who_saw_an_earlier_state_is_told_the_newest(app: Flask, client: FlaskClient) -> None:
    id = run_in(app, "queued")
    stream = client.get(f"/api/v1/runs/{id}/events", buffered=False).iter_encoded()
    next(stream)  # retry
    [queued] = parsed(next(stream).decode())
    stream.close()
    client.delete(f"/api/v1/runs/{id}")

    response = client.get(f"/api/v1/runs/{id}/events", headers={"Last-Event-ID": queued["id"]})

    assert orjson.loads(queued["data"])["position"] == 1
    assert [event["event"] for event in parsed(response.text)] == ["cancelled"]


def test_streams_are_bounded_and_a_closed_one_makes_room(app: Flask, client: FlaskClient) -> None:
    url = f"/api/v1/runs/{run_in(app, 'queued')}/events"
    first, _second = (client.get(url, buffered=False) for _ in range(2))

    refused = client.get(url)
    first.close()
    later = client.get(url, buffered=False)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert refused.content_type == "application/problem+json"
    assert later.status_code == 200


def test_a_stream_that_was_never_read_gives_its_seat_back(app: Flask, client: FlaskClient) -> None:
    seats: Seats = app.extensions["coursegraph"].runs.streams
    client.get(f"/api/v1/runs/{run_in(app, 'queued')}/events", buffered=False).close()

    assert [seats.take() for _ in range(3)] == [True, True, False]


def states(*statuses: str) -> Iterator[State]:
    for number, status in enumerate(statuses):
        yield State(f"{number if status != 'same' else number - 1}", "running" if status == "same" else status, {})


def test_a_state_is_told_once() -> None:
    script = states("queued", "running", "same", "succeeded")

    told = list(events(lambda: next(script), None))

    assert [event["event"] for event in parsed("".join(told))] == ["queued", "running", "succeeded"]


def test_a_state_that_was_seen_is_not_told_again() -> None:
    script = states("running", "succeeded")

    told = list(events(lambda: next(script), "0"))

    assert [event["event"] for event in parsed("".join(told))] == ["succeeded"]


def test_silence_is_filled_with_comments() -> None:
    stream = events(lambda: State("1", "running", {}), "1", heartbeat_s=0.0)
    next(stream)  # retry

    assert next(stream) == ": still here\n\n"


def test_the_stream_of_a_run_that_expires_ends() -> None:
    def look() -> State:
        raise NotFound("run", "gone")

    assert len(list(events(look, None))) == 1


def test_a_server_that_stops_ends_its_streams_and_says_so() -> None:
    told = list(events(lambda: State("1", "running", {}), None, is_stopping=lambda: True))

    assert [line for line in "".join(told).splitlines() if line.startswith("event:")] == [
        "event: running",
        "event: closing",
    ]
    assert "id:" not in told[-1]
