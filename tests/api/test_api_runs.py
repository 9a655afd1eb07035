"""Running demos over REST: with a real worker, a real drawer, and trial demos of the tests' own."""

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url, select, text
from trial_demos import DEMOS, working
from werkzeug.test import TestResponse

from service.api.parts import Parts
from service.api.seats import Seats
from service.app import create_app
from service.catalog import runs
from service.catalog.database import open_database
from service.catalog.models import RunWebhook
from service.config import Settings
from service.demos.drawer import draw
from service.demos.limits import RunLimits, WorkerOptions

LIMITS = RunLimits(time_s=5, memory_mb=300)
PATIENCE_S = 30.0

Post = Callable[..., TestResponse]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("runs") / "catalog.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    server = request.getfixturevalue("postgresql_server")
    name = f"runs_{uuid.uuid4().hex}"
    admin = open_database(server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated"))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def workers(url: str) -> Iterator[None]:
    stop = Event()
    drawer = Thread(target=draw, args=(WorkerOptions(url, LIMITS), stop.is_set))
    drawer.start()
    with working(url, LIMITS):
        yield
    stop.set()
    drawer.join()


def with_desk(app: Flask, **changes: Any) -> FlaskClient:
    """The app with trial demos, and other changes to what its runs are asked for with."""
    parts: Parts = app.extensions.setdefault("as it was made", app.extensions["coursegraph"])
    replace(parts, runs=replace(parts.runs, demos=DEMOS, **changes)).install(app)
    return app.test_client()


@pytest.fixture(scope="module")
def app(url: str) -> Iterator[Flask]:
    app = create_app(Settings(database_url=url))
    yield app
    app.extensions["coursegraph"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return with_desk(app)


@pytest.fixture
def post(client: FlaskClient, workers: None) -> Post:
    def post(demo: str, amount: float = 1.0, headers: dict[str, str] | None = None, **body: Any) -> TestResponse:
        asked = {"parameters": {"amount": amount}, **body}
        return client.post(f"/api/v1/demos/{demo}/runs", json=asked, headers={"Prefer": "wait=10", **(headers or {})})

    return post


def ended(client: FlaskClient, location: str) -> dict[str, Any]:
    patience = time.monotonic() + PATIENCE_S
    while (run := client.get(location).json)["status"] in {"queued", "running"}:
        assert time.monotonic() < patience
        time.sleep(0.01)
    return dict(run)


def test_a_quick_run_is_answered_at_once_with_everything_it_gave(post: Post) -> None:
    response = post("echo", 2.5, seed="first", device="auto")

    run = response.json
    assert response.status_code == 200
    assert response.headers["Location"] == f"/api/v1/runs/{run['id']}"
    assert response.headers["Preference-Applied"] == "wait=10"
    assert (run["status"], run["progress"], run["position"], run["error"]) == ("succeeded", 1.0, None, None)
    assert (run["demo"], run["device"], run["seed"], run["parameters"]) == ("echo", "cpu", "first", {"amount": 2.5})
    assert run["output"]["seed"] == "first"
    assert run["versions"]["demo"] == "1"
    assert run["timing_ms"]["running"] > 0
    assert run["figures"] == [
        {
            "name": "bars",
            "title": "Bars",
            "description": "One bar.",
            "links": {
                format: f"{response.headers['Location']}/figures/bars.{format}" for format in ("svg", "png", "json")
            },
        }
    ]


def test_a_finished_run_is_the_same_wherever_it_is_read(client: FlaskClient, post: Post) -> None:
    posted = post("echo", seed="same")

    read = client.get(posted.headers["Location"])
    again = post("echo", seed="same")

    assert read.data == posted.data == again.data
    assert read.headers["ETag"] == posted.headers["ETag"] == again.headers["ETag"]
    assert not read.headers["ETag"].startswith("W/")
    assert "immutable" in read.headers["Cache-Control"]
    known = client.get(posted.headers["Location"], headers={"If-None-Match": read.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")


def test_another_seed_is_another_run(post: Post) -> None:
    assert post("echo", seed="one").json["id"] != post("echo", seed="two").json["id"]


@pytest.mark.parametrize("seed", [7, "7"])
def test_a_seed_may_be_a_number(post: Post, seed: object) -> None:
    assert post("echo", seed=seed).json["seed"] == "7"


def test_the_default_run_needs_no_more_than_an_empty_object(client: FlaskClient, workers: None) -> None:
    run = client.post("/api/v1/demos/echo/runs", json={}).json

    assert (run["parameters"], run["seed"], run["status"]) == ({"amount": 1.0}, "0", "succeeded")


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async"])
def test_a_run_that_is_not_waited_for_is_found_where_it_was_promised(
    client: FlaskClient, post: Post, prefer: str
) -> None:
    response = post("echo", seed=prefer, headers={"Prefer": prefer})

    assert response.status_code == 202
    assert response.json["status"] in {"queued", "running"}
    assert response.headers["Retry-After"] == "1"
    assert response.headers["Preference-Applied"] == prefer
    assert "ETag" not in response.headers
    assert ended(client, response.headers["Location"])["status"] == "succeeded"


def test_no_wait_is_longer_than_the_setting_allows(app: Flask, workers: None) -> None:
    impatient = with_desk(app, max_wait_s=0.2)

    response = impatient.post(
        "/api/v1/demos/sleep/runs", json={"parameters": {"amount": 1.0}}, headers={"Prefer": "wait=60"}
    )

    assert (response.status_code, response.headers["Preference-Applied"]) == (202, "wait=0.2")
    ended(impatient, response.headers["Location"])


def test_who_finds_no_seat_to_wait_in_is_answered_at_once(app: Flask, workers: None) -> None:
    crowded = Seats(1)
    crowded.take()

    response = with_desk(app, waiting=crowded).post("/api/v1/demos/sleep/runs", json={"parameters": {"amount": 0.3}})

    assert response.status_code == 202
    ended(with_desk(app), response.headers["Location"])


def test_a_run_that_fails_is_answered_with_its_error(post: Post) -> None:
    response = post("fail")

    assert response.status_code == 200
    assert (response.json["status"], response.json["output"], response.json["figures"]) == ("failed", None, [])
    assert response.json["error"] == {
        "code": "failed",
        "detail": "The demo failed: ZeroDivisionError: there is no such number",
    }


def test_a_failed_run_is_not_what_an_equal_one_is_answered_with(post: Post) -> None:
    assert post("fail", seed="again").json["id"] != post("fail", seed="again").json["id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"parameters": {"amount": "much"}}, "/parameters/amount"),
        ({"parameters": {"amount": float("nan")}}, "/parameters/amount"),
        ({"parameters": {"unheard of": 1}}, "/parameters/unheard of"),
        ({"parameters": 3}, "/parameters"),
        ({"seed": "\x00"}, "/seed"),
        ({"seed": "\ud800"}, "/seed"),
        ({"seed": "x" * 201}, "/seed"),
        ({"seed": True}, "/seed"),
        ({"device": "abacus"}, "/device"),
        ({"webhook": "x"}, "/webhook"),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_place(client: FlaskClient, body: dict[str, Any], pointer: str) -> None:
    response = client.post("/api/v1/demos/echo/runs", json=body)

    assert (response.status_code, response.content_type) == (422, "application/problem+json")
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/demos/nothing/runs"),
        ("GET", "/api/v1/demos/nothing"),
        ("GET", "/api/v1/runs/nothing"),
        ("DELETE", "/api/v1/runs/nothing"),
        ("GET", "/api/v1/runs/nothing/events"),
        ("GET", "/api/v1/runs/nothing/figures/bars"),
    ],
)
def test_what_does_not_exist_is_not_found(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, json={} if method == "POST" else None)

    assert (response.status_code, response.json["type"]) == (404, "urn:coursegraph:problem:not-found")


def test_a_gpu_that_is_not_there_is_never_silently_a_cpu(client: FlaskClient) -> None:
    response = client.post("/api/v1/demos/echo/runs", json={"device": "cuda"})

    assert (response.status_code, response.json["type"]) == (503, "urn:coursegraph:problem:device-unavailable")
    assert "echo demo computes on the CPU alone" in response.json["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/demos/echo/runs"),
        ("GET", "/api/v1/demos"),
        ("GET", "/api/v1/runs/any"),
        ("DELETE", "/api/v1/runs/any"),
        ("GET", "/api/v1/runs/any/events"),
        ("GET", "/api/v1/runs/any/figures/loss"),
    ],
)
def test_where_reads_need_a_key_so_do_runs(sqlite_url: str, method: str, path: str) -> None:
    app = create_app(Settings(database_url=sqlite_url, public_read=False))

    response = app.test_client().open(path, method=method, json={} if method == "POST" else None)

    assert response.status_code == 401
    app.extensions["coursegraph"].close()


def test_a_full_queue_is_503_and_leaves_no_run(fresh: FlaskClient) -> None:
    client = with_desk(fresh.application, limits=RunLimits(queue=1))
    body = {"headers": {"Prefer": "respond-async"}, "json": {}}
    first = client.post("/api/v1/demos/echo/runs", **body)

    second = client.post("/api/v1/demos/echo/runs", **body)

    assert (first.status_code, first.json["position"], first.json["eta_s"]) == (202, 1, None)
    assert (second.status_code, second.json["type"]) == (503, "urn:coursegraph:problem:queue-full")
    assert int(second.headers["Retry-After"]) >= 1
    assert client.delete(first.headers["Location"]).json["status"] == "cancelled"
    assert client.post("/api/v1/demos/echo/runs", **body).status_code == 202


def test_a_repeated_request_is_one_run_and_is_told_its_newest_state(client: FlaskClient, post: Post) -> None:
    key = {"Idempotency-Key": "repeat-me"}
    first = post("fail", seed="keyed", headers={**key, "Prefer": "respond-async"})
    ended(client, first.headers["Location"])

    second = post("fail", seed="keyed", headers=key)

    assert first.json["id"] == second.json["id"]
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json["status"] == "failed"
    assert second.headers["Idempotency-Replayed"] == "true"
    assert post("fail", seed="another", headers=key).status_code == 422


def test_cancelling_stops_a_run_and_can_be_repeated(client: FlaskClient, post: Post) -> None:
    location = post("sleep", 4.5, headers={"Prefer": "respond-async"}).headers["Location"]
    while client.get(location).json["status"] == "queued":
        time.sleep(0.01)

    first = client.delete(location)
    second = client.delete(location)

    assert (first.status_code, first.json["status"]) == (200, "cancelled")
    assert second.json == first.json
    assert client.get(location).json["status"] == "cancelled"
    assert post("echo", seed="after the cancelled").json["status"] == "succeeded"


def test_a_run_that_has_ended_cannot_be_cancelled(client: FlaskClient, post: Post) -> None:
    location = post("echo").headers["Location"]

    assert client.delete(location).json["status"] == "succeeded"


@pytest.mark.parametrize(
    ("accept", "ending", "content_type", "begins"),
    [
        ("*/*", "", "image/svg+xml", b"<svg"),
        ("image/avif,image/webp,image/*,*/*;q=0.8", "", "image/svg+xml", b"<svg"),
        ("image/png", "", "image/png", b"\x89PNG"),
        ("application/json", "", "application/vnd.vegalite.v5+json", b"{"),
        ("application/vnd.vegalite.v5+json", "", "application/vnd.vegalite.v5+json", b"{"),
        ("text/html", ".png", "image/png", b"\x89PNG"),
        ("text/html", ".svg", "image/svg+xml", b"<svg"),
        ("text/html", ".json", "application/vnd.vegalite.v5+json", b"{"),
    ],
)
def test_a_figure_comes_in_the_format_that_was_asked_for(
    client: FlaskClient, post: Post, accept: str, ending: str, content_type: str, begins: bytes
) -> None:
    figure = f"{post('echo', seed='drawn').headers['Location']}/figures/bars{ending}"

    response = client.get(figure, headers={"Accept": accept})

    assert (response.status_code, response.mimetype) == (200, content_type)
    assert response.data.startswith(begins)
    known = client.get(figure, headers={"Accept": accept, "If-None-Match": response.headers["ETag"]})
    assert known.status_code == 304


def test_a_figure_that_moves_comes_as_gif_too(client: FlaskClient, post: Post) -> None:
    [figure] = post("move").json["figures"]

    response = client.get(figure["links"]["gif"])

    assert (response.status_code, response.mimetype) == (200, "image/gif")
    assert response.data.startswith(b"GIF89a")


@pytest.mark.parametrize(("name", "status"), [("nothing", 404), ("bars.bmp", 404), ("bars.gif", 404), ("bars", 406)])
def test_a_figure_that_cannot_be_had_says_why(client: FlaskClient, post: Post, name: str, status: int) -> None:
    figure = f"{post('echo').headers['Location']}/figures/{name}"

    assert client.get(figure, headers={"Accept": "text/html"}).status_code == status


def test_a_picture_is_not_waited_for_without_a_seat(app: Flask, post: Post) -> None:
    location = post("echo", seed="no seat").headers["Location"]
    crowded = Seats(1)
    crowded.take()

    response = with_desk(app, waiting=crowded).get(f"{location}/figures/bars.svg")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "2")


def test_the_figures_of_a_run_that_has_not_ended_come_later(client: FlaskClient, post: Post) -> None:
    location = post("sleep", 4.0, headers={"Prefer": "respond-async"}).headers["Location"]

    response = client.get(f"{location}/figures/bars.svg")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    client.delete(location)


def test_the_course_page_gives_the_demos_their_topics(tmp_path: Path, course_sqlite: str) -> None:
    app = create_app(Settings(database_url=course_sqlite))
    client = app.test_client()

    demos = client.get("/api/v1/demos").json
    playground = client.get("/api/v1/demos/playground").json

    topics = [topic["id"] for topic in playground["topics"]]
    assert demos["total"] == len(demos["items"]) >= 1
    assert demos["items"][0]["topics"] == playground["topics"]
    assert {"activation-functions", "backpropagation-and-initialization"} <= set(topics)
    assert all(client.get(f"/api/v1/topics/{topic}").status_code == 200 for topic in topics)
    rate = playground["parameters"]["properties"]["learning_rate"]
    assert {"default", "minimum", "maximum", "title"} <= rate.keys()
    assert rate["default"] == 0.03
    assert {"loss", "network"} <= {figure["name"] for figure in playground["figures"]}
    assert {preset["name"]: preset["parameters"] for preset in playground["presets"]}["circle"] == {}
    app.extensions["coursegraph"].close()


def test_a_demo_that_cannot_run_here_says_what_it_lacks_and_keeps_no_other_from_running(
    client: FlaskClient, post: Post
) -> None:
    response = post("lame")

    assert (response.status_code, response.json["type"]) == (503, "urn:coursegraph:problem:demo-unavailable")
    assert "A leg is not installed." in response.json["detail"]
    assert client.get("/api/v1/demos/lame").json["unavailable"] == "A leg is not installed."
    listed = {demo["id"]: demo["unavailable"] for demo in client.get("/api/v1/demos").json["items"]}
    assert (listed["lame"], listed["echo"]) == ("A leg is not installed.", None)
    assert post("echo", seed="beside").status_code == 200


SECRET = "whsec_" + "A" * 32


def test_a_webhook_is_kept_with_a_run_also_when_it_has_ended(client: FlaskClient, app: Flask, post: Post) -> None:
    webhook = {"url": "https://lms.example.org/hook", "secret": SECRET}

    first = post("echo", seed="hooked", webhook=webhook)
    again = post("echo", seed="hooked", webhook=webhook)

    assert again.json["id"] == first.json["id"]
    parts: Parts = app.extensions["coursegraph"]
    with parts.sessions() as session:
        number = runs.find(session, first.json["id"]).number
        kept = session.scalars(select(RunWebhook).where(RunWebhook.run_number == number)).all()
    assert [(one.url, one.secret) for one in kept] == [(webhook["url"], SECRET)] * 2
    assert SECRET not in first.text


@pytest.mark.parametrize(
    ("pointer", "webhook"),
    [
        ("/webhook/secret", {"url": "https://example.org"}),
        ("/webhook/secret", {"url": "https://example.org", "secret": "hunter2"}),
        ("/webhook/secret", {"url": "https://example.org", "secret": SECRET + "A"}),
        ("/webhook/url", {"url": "ftp://example.org", "secret": SECRET}),
        ("/webhook/url", {"url": "/hook", "secret": SECRET}),
    ],
)
def test_a_webhook_that_cannot_be_sent_is_refused(post: Post, pointer: str, webhook: dict[str, str]) -> None:
    response = post("echo", webhook=webhook)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]
