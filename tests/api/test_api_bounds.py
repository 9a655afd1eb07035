"""Bounds on requests: what is too long, too deep or too slow is refused at once, and named."""

import json
import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from cpu_time import cpu_ratio
from flask.testing import FlaskClient

from service.api.bounds import MAX_URL_BYTES, Bounds
from service.api.inputs import MOST_PARAMETERS
from service.api.json_bodies import DEEPEST
from service.api.seats import Seats
from service.config import Settings

TOPICS, GAP, INGESTS = "/api/v1/topics", "/api/v1/gap", "/api/v1/ingests"
QUICKLY = 20  # times as long as the standard library takes to read the same body


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(database_url=sqlite_url)


@pytest.mark.parametrize("path", [f"{TOPICS}?q={'a' * MAX_URL_BYTES}", f"{TOPICS}/{'a' * MAX_URL_BYTES}"])
def test_a_url_that_is_too_long_is_refused(fresh: FlaskClient, path: str) -> None:
    refused = fresh.get(path)

    assert (refused.status_code, refused.content_type) == (414, "application/problem+json")
    assert str(MAX_URL_BYTES) in refused.json["detail"]
    assert refused.json["request_id"] == refused.headers["X-Request-ID"]


def test_the_longest_url_is_answered(fresh: FlaskClient) -> None:
    assert fresh.get("/healthz?" + "a" * (MAX_URL_BYTES - len("/healthz"))).status_code == 200


def test_too_many_parameters_are_refused(fresh: FlaskClient) -> None:
    refused = fresh.get(TOPICS, query_string="&".join(["limit=1"] * (MOST_PARAMETERS + 1)))

    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/query")


@pytest.mark.parametrize("piece", ["[", '{"a":'])
@pytest.mark.parametrize("megabytes", [0.001, 5.9])
def test_a_body_that_is_nested_too_deeply_is_refused_quickly(fresh: FlaskClient, piece: str, megabytes: float) -> None:
    body = piece * int(megabytes * 1e6 / len(piece))

    refused = fresh.post(GAP, data=body, content_type="application/json")

    assert _times_reading(fresh, body, f'["{body.replace(chr(34), chr(32))}"]') < QUICKLY
    assert refused.status_code == 400


@pytest.mark.parametrize(("depth", "status"), [(DEEPEST, 422), (DEEPEST + 1, 400), (900, 400)])
def test_a_whole_body_is_nested_to_a_bound(fresh: FlaskClient, depth: int, status: int) -> None:
    inside = "[" * (depth - 1) + "]" * (depth - 1)

    refused = fresh.post(GAP, data=f'{{"goals": {inside}}}', content_type="application/json")

    assert refused.status_code == status
    assert status == 422 or str(DEEPEST) in refused.json["detail"]


@pytest.mark.parametrize("filler", ["0", "[]", '"a"', '"\\u0000"'])
def test_a_body_of_many_parts_is_refused_quickly(fresh: FlaskClient, filler: str) -> None:
    parts = ",".join([filler] * (2_000_000 // (len(filler) + 1)))
    body = f'{{"x": ["\\u0000", {parts}]}}'

    refused = fresh.post(GAP, data=body, content_type="application/json")

    assert _times_reading(fresh, body, body) < QUICKLY
    assert (refused.status_code, len(refused.data) < 10_000) == (422, True)


def _times_reading(client: FlaskClient, body: str, read: str) -> float:
    """CPU time of refusing a body, as a multiple of what the standard library needs to read another."""
    refuse = partial(client.post, GAP, data=body, content_type="application/json")
    return cpu_ratio(refuse, lambda: json.loads(read), enough=QUICKLY)


def test_a_body_that_is_too_large_is_refused(fresh: FlaskClient, key: Callable[[str], dict[str, str]]) -> None:
    body = b" " * (Settings().max_request_bytes + 1)

    refused = fresh.post(INGESTS, data=body, content_type="application/json", headers=key("curate"))

    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")


def test_forms_and_files_are_not_taken(fresh: FlaskClient) -> None:
    refused = fresh.post(GAP, data={"goals": "cnn", "file": (BytesIO(b"x"), "x.txt")})

    assert (refused.status_code, refused.content_type) == (415, "application/problem+json")


class SlowBody:
    """A body that comes when it is let."""

    def __init__(self) -> None:
        self.asked, self.let = threading.Event(), threading.Event()

    def read(self, _size: int) -> bytes:
        self.asked.set()
        assert self.let.wait(10)
        return b"{}"


def _post(reader: Bounds, body: object) -> str:
    statuses: list[str] = []
    answer = reader.around(lambda environ, start: start("200 OK", []) or [environ["wsgi.input"].read()])
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "CONTENT_LENGTH": "2",
        "wsgi.input": body,
        "coursegraph.request_id": "1",
    }
    answer(environ, lambda status, headers: statuses.append(status))
    return statuses[0]


def test_bodies_that_come_slowly_leave_threads_for_others() -> None:
    reader, slow, answered = Bounds(100, Seats(1)), SlowBody(), []
    waiting = threading.Thread(target=lambda: answered.append(_post(reader, slow)))
    waiting.start()
    assert slow.asked.wait(10)

    meanwhile = _post(reader, BytesIO(b"{}"))
    slow.let.set()
    waiting.join()

    assert meanwhile.startswith("503")
    assert answered == ["200 OK"]
    assert _post(reader, BytesIO(b"{}")) == "200 OK"


def test_a_body_of_unknown_length_is_read_no_further_than_allowed(fresh: FlaskClient) -> None:
    most = Settings().max_request_bytes
    body = BytesIO(b'{"goals": ["' + b"x" * 2 * most)
    sent = {"wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}

    refused = fresh.post(GAP, content_type="application/json", environ_overrides=sent)

    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")
    assert body.tell() == most + 1
