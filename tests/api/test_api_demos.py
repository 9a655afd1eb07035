"""The demos as they are listed, beside the topics of the bundled course page."""

import pytest
from flask.testing import FlaskClient

from service.demos.registry import DEMOS

IDS = [demo.id for demo in DEMOS]


def test_every_demo_is_listed_with_where_it_runs_and_what_it_costs(client: FlaskClient) -> None:
    items = client.get("/api/v1/demos").json["items"]

    assert [item["id"] for item in items] == IDS
    assert all(item["devices"][0] == "cpu" and item["cost_s"] > 0 for item in items)
    assert {item["id"]: item["unavailable"] for item in items} == {demo.id: demo.lack() for demo in DEMOS}


@pytest.mark.parametrize("id", IDS)
def test_every_demo_shows_a_topic_of_the_course_which_lists_it(client: FlaskClient, id: str) -> None:
    topics = client.get(f"/api/v1/demos/{id}").json["topics"]

    assert topics, "none of its topics is the course's"
    for topic in topics:
        assert id in [demo["id"] for demo in client.get(f"/api/v1/topics/{topic['id']}").json["demos"]]
