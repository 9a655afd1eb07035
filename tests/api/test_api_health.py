"""What operators ask."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.heartbeats import beating
from service.inference import minilm


def test_a_process_that_answers_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").json["status"] == "alive"


def test_a_service_without_a_search_index_answers_and_says_so(client: FlaskClient) -> None:
    ready = client.get("/readyz")

    assert (ready.status_code, ready.json["status"]) == (200, "degraded")
    assert ready.json["parts"]["graph"] == "13 topics"
    assert ready.json["parts"]["search_index"] == "There is no search index yet."
    assert ready.json["parts"]["search_model"].startswith("all-MiniLM-L6-v2@")


def test_a_service_without_its_schema_says_so_and_lives(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    client = app.test_client()

    ready = client.get("/readyz")

    assert (ready.status_code, ready.content_type) == (503, "application/problem+json")
    assert "coursegraph db upgrade" in ready.json["parts"]["schema"]
    assert ready.json["parts"]["vocabulary"].endswith("media types")
    assert ready.headers["Retry-After"]
    assert client.get("/healthz").status_code == 200
    app.extensions["coursegraph"].close()


def test_a_service_without_its_prerequisite_model_says_so_and_is_ready(
    course_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Settings(database_url=course_sqlite))
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
    without = app.test_client().get("/readyz")
    monkeypatch.undo()
    later = app.test_client().get("/readyz")
    app.extensions["coursegraph"].close()

    assert without.status_code == 200
    assert "no_such_package is not installed" in without.json["parts"]["prerequisite_model"]
    assert later.json["parts"]["prerequisite_model"].startswith("prerequisites@")


@pytest.mark.parametrize(
    "series",
    [
        'coursegraph_requests_total{method="GET",route="/api/v1/media-types",status="200"}',
        'coursegraph_requests_total{method="GET",route="/api/v1/topics/<topic_id>",status="404"}',
        'coursegraph_requests_total{method="unknown",route="unknown",status="404"}',
        'coursegraph_request_seconds_count{route="/api/v1/media-types"}',
    ],
)
def test_requests_are_counted_by_route(client: FlaskClient, series: str) -> None:
    for path in ("/api/v1/media-types", "/api/v1/topics/none", "/wp-login.php"):
        client.get(path)

    assert f"\n{series} " in client.get("/metrics").text


def test_the_documentation_comes_from_this_server_alone(client: FlaskClient) -> None:
    page = client.get("/docs", buffered=True)

    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "http://" not in page.text
    assert "https://" not in page.text
    for file in ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js", "docs.css"):
        assert f"docs/{file}" in page.text
        assert client.get(f"/docs/{file}", buffered=True).status_code == 200


def test_the_same_metrics_tell_what_the_catalog_holds_and_what_waits(client: FlaskClient) -> None:
    told = client.get("/metrics").text

    assert "\ncoursegraph_database_up 1.0\n" in told
    assert "\ncoursegraph_catalog_revision 1.0\n" in told
    assert '\ncoursegraph_catalog_size{kind="topics"} 13.0\n' in told
    assert '\ncoursegraph_writes_total{action="ingest"} 1.0\n' in told
    assert '\ncoursegraph_model_up{model="search"} 1.0\n' in told
    assert "\ncoursegraph_index_revision" not in told  # there is none
    assert "\ncoursegraph_run_queue_length 0.0\n" in told


def test_without_a_database_the_metrics_still_tell_what_was_asked(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    client = app.test_client()
    client.get("/healthz")

    told = client.get("/metrics").text
    app.extensions["coursegraph"].close()

    assert "\ncoursegraph_database_up 0.0\n" in told
    assert '\ncoursegraph_requests_total{method="GET",route="/healthz",status="200"} 1.0\n' in told


def test_each_process_that_should_work_beside_the_server_is_asked_for(course_sqlite: str, tmp_path: Path) -> None:
    settings = Settings(database_url=course_sqlite, state_dir=str(tmp_path), min_free_disk_mb=10**12)
    app = create_app(settings)
    with beating(tmp_path, "work", lambda: False) as should_stop, beating(tmp_path, "draw", lambda: False):
        should_stop()

        ready = app.test_client().get("/readyz")
    app.extensions["coursegraph"].close()

    assert (ready.status_code, ready.json["status"]) == (200, "degraded")
    assert ready.json["parts"]["run_workers"] == "1 of 1 alive"
    assert ready.json["parts"]["figure_drawer"] == "0 of 1 alive: new pictures wait"  # it has not said a word yet
    assert "MB free" in ready.json["parts"]["disk"]
    assert {"disk", "figure_drawer", "index_writer", "webhook_sender"} <= set(ready.json["degraded"])
    assert "run_workers" not in ready.json["degraded"]
