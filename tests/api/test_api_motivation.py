"""What motivates is recommended on the way to a topic, and required by nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient

PREFACE = {"id": "preface-and-motivation", "label": "Preface and motivation"}


def _path(client: FlaskClient, query: str = "") -> Any:
    return client.get(f"/api/v1/topics/cnn-and-conv2d/path{query}").json


def test_the_preface_is_recommended_before_the_first_step_and_is_no_step(client: FlaskClient) -> None:
    path = _path(client)

    (recommended,) = path["recommended"]
    assert recommended["topic"] == PREFACE
    assert recommended["before"] == path["items"][0]["topic"]
    assert PREFACE not in [step["topic"] for step in path["items"]]


@pytest.mark.parametrize(
    "query", ["?known=preface-and-motivation", "?known=cnn-and-conv2d"], ids=["it is known", "all is known"]
)
def test_nothing_is_recommended_that_would_motivate_nothing(client: FlaskClient, query: str) -> None:
    assert _path(client, query)["recommended"] == []


def test_nothing_requires_it(client: FlaskClient) -> None:
    everything = "status=accepted,proposed"

    assert client.get(f"/api/v1/topics/{PREFACE['id']}/dependents?{everything}").json["total"] == 0
