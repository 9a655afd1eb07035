"""Which device a run gets, and what the service says where torch or a GPU is missing."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.catalog import run_devices
from service.config import Settings

ASKED = "/api/v1/demos/{}/runs"


@pytest.fixture
def app(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(migrated_sqlite, tmp_path / "catalog.db")
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'catalog.db'}"))
    yield app
    app.extensions["coursegraph"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, demo: str, device: str) -> TestResponse:
    return client.post(ASKED.format(demo), json={"device": device}, headers={"Prefer": "wait=0"})


def announce(app: Flask) -> None:
    with app.extensions["coursegraph"].sessions.begin() as session:
        run_devices.announce(session, "a worker", "cuda")


def test_demos_tell_on_which_devices_they_can_compute(client: FlaskClient) -> None:
    devices = {item["id"]: item["devices"] for item in client.get("/api/v1/demos").json["items"]}

    assert devices["initialization-digits"] == devices["convolutional-training"] == ["cpu", "cuda"]
    assert devices["playground"] == ["cpu"]


@pytest.mark.parametrize(
    ("demo", "told"),
    [
        ("initialization-digits", "No worker of this server has a GPU now"),
        ("entropy", "The entropy demo computes on the CPU alone"),
    ],
)
def test_a_refused_gpu_says_whether_it_is_the_demo_or_the_machine(client: FlaskClient, demo: str, told: str) -> None:
    response = ask(client, demo, "cuda")

    assert (response.status_code, response.json["type"]) == (503, "urn:coursegraph:problem:device-unavailable")
    assert told in response.json["detail"]


def test_a_run_is_for_the_gpu_where_a_worker_has_one_and_the_demo_can_use_it(app: Flask, client: FlaskClient) -> None:
    before = ask(client, "initialization-digits", "auto").json["device"]
    announce(app)

    after = {demo: ask(client, demo, "auto").json["device"] for demo in ("initialization-digits", "entropy")}
    asked = {device: ask(client, "initialization-digits", device).json["device"] for device in ("cpu", "cuda")}

    assert before == "cpu"
    assert after == {"initialization-digits": "cuda", "entropy": "cpu"}
    assert asked == {"cpu": "cpu", "cuda": "cuda"}


def test_without_torch_the_demos_that_need_it_say_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.demos.demo.find_spec", lambda name: None if name == "torch" else find_spec(name))

    listed = {item["id"]: item["unavailable"] for item in client.get("/api/v1/demos").json["items"]}
    refused, taken = ask(client, "convolutional-training", "auto"), ask(client, "initialization-digits", "auto")

    assert {id for id, lack in listed.items() if lack} == {"convolutional-training"}
    assert "coursegraph[torch]" in listed["convolutional-training"]
    assert (refused.status_code, refused.json["type"]) == (503, "urn:coursegraph:problem:demo-unavailable")
    assert "torch is not installed" in refused.json["detail"]
    assert (taken.status_code, taken.json["device"]) == (202, "cpu")
