"""Reading resources as an integrator does: lists, filters, facets, details."""

from typing import Any

import pytest
from flask.testing import FlaskClient

RESOURCES = "/api/v1/resources"


def _get(client: FlaskClient, url: str, **query: Any) -> Any:
    response = client.get(url, query_string=query)
    assert response.status_code == 200, response.text
    return response.json


def _titles(client: FlaskClient, **query: Any) -> list[str]:
    return [item["title"] for item in _get(client, RESOURCES, limit=200, **query)["items"]]


def test_the_course_page_gives_its_visible_resources_in_order(client: FlaskClient) -> None:
    listed = _get(client, RESOURCES, limit=200)

    assert listed["total"] == len(listed["items"]) == 36
    assert listed["next"] is None
    assert listed["items"][0]["host"] == "deeplearningbook.org"


def test_paging_shows_every_resource_once(client: FlaskClient) -> None:
    seen: list[str] = []
    url: str | None = f"{RESOURCES}?limit=7"
    while url:
        response = client.get(url)
        seen += [item["id"] for item in response.json["items"]]
        url = _link(response.headers["Link"], "next")

    assert len(seen) == len(set(seen)) == 36


def test_the_first_link_leads_back_to_the_start(client: FlaskClient) -> None:
    start = client.get(f"{RESOURCES}?limit=7&media_type=article")
    further = client.get(_link(start.headers["Link"], "next"))

    assert client.get(_link(further.headers["Link"], "first")).json == start.json


def test_the_length_of_a_stretch_may_change_on_the_way(client: FlaskClient) -> None:
    cursor = _get(client, RESOURCES, limit=2)["next"]

    further = _get(client, RESOURCES, limit=50, cursor=cursor)

    assert len(further["items"]) == 34


@pytest.mark.parametrize(
    "cursor",
    ["nonsense", "", "e30", "WyJhIiwxXQ", "W10", "\u00e9"],
    ids=["not base64", "empty", "an object", "another list", "an empty array", "not ASCII"],
)
def test_a_cursor_of_another_making_is_refused(client: FlaskClient, cursor: str) -> None:
    response = client.get(RESOURCES, query_string={"cursor": cursor})

    assert response.status_code == 422
    assert response.json["errors"][0]["pointer"] == "/query/cursor"


def test_a_cursor_is_refused_once_the_filters_change(client: FlaskClient) -> None:
    cursor = _get(client, RESOURCES, limit=2, media_type="article")["next"]

    response = client.get(RESOURCES, query_string={"cursor": cursor, "media_type": "video"})

    assert response.status_code == 422


@pytest.mark.parametrize("name", ["video", "videos", "Clips"])
def test_a_media_type_is_known_by_what_people_call_it(client: FlaskClient, name: str) -> None:
    assert {item["media_type"] for item in _get(client, RESOURCES, media_type=name)["items"]} == {"video"}


@pytest.mark.parametrize("query", ["media_type=video,book", "media_type=video&media_type=book"])
def test_several_media_types_come_in_one_parameter_or_in_several(client: FlaskClient, query: str) -> None:
    items = client.get(f"{RESOURCES}?{query}").json["items"]

    assert {item["media_type"] for item in items} == {"video", "book"}


def test_a_topic_is_known_by_its_names(client: FlaskClient) -> None:
    by_id = _titles(client, topic="backpropagation-and-initialization")

    assert _titles(client, topic="backprop") == by_id != []


def test_narrower_topics_come_along_when_asked(client: FlaskClient) -> None:
    alone = _get(client, RESOURCES, topic="logistic-regression")
    together = _get(client, RESOURCES, topic="logistic-regression", include_narrower="true")

    assert alone["total"] < together["total"] == 5


@pytest.mark.parametrize(
    "name", ["Simon J.D. Prince", "simon j. d. prince", "Simon Prince", "Simon D. Prince", "J.D. Prince", "prince"]
)
def test_an_author_is_found_by_the_last_name_with_or_without_others(client: FlaskClient, name: str) -> None:
    (found,) = _get(client, RESOURCES, author=name)["items"]

    assert found["authors"] == ["Simon J.D. Prince"]


@pytest.mark.parametrize("name", ["Simon", "Prince Simon", "Simone Prince", "Sim Prince", "Ian Prince", "rince", "!"])
def test_an_author_is_not_found_by_half_a_name(client: FlaskClient, name: str) -> None:
    assert _get(client, RESOURCES, author=name)["total"] == 0


def test_facets_count_the_whole_list(client: FlaskClient) -> None:
    listed = _get(client, RESOURCES, limit=1, facets="media_type,topic")

    assert sum(listed["facets"]["media_type"].values()) == 36
    assert set(listed["facets"]) == {"media_type", "topic"}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("limt=3", "limt"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1_0", "limit"),
        ("limit=2&limit=3", "limit"),
        ("year_min=old", "year_min"),
        ("free=perhaps", "free"),
        ("status=lost", "status"),
        ("media_type=hologram", "media_type"),
        ("topic=alchemy", "topic"),
        ("facets=colour", "facets"),
        ("language=", "language"),
        ("language=Klingon", "language"),
        ("page=nowhere", "page"),
        ("topic=", "topic"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(client: FlaskClient, query: str, name: str) -> None:
    response = client.get(f"{RESOURCES}?{query}")

    assert response.status_code == 422
    assert [error["pointer"].split("/")[2] for error in response.json["errors"]] == [name]
    assert name in response.json["detail"]


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (RESOURCES, ["topic", "media_type", "language", "page"]),
        ("/api/v1/topics/cnn-and-conv2d/path", ["language", "prefer", "known"]),
    ],
)
def test_all_unknown_names_are_told_at_once(client: FlaskClient, path: str, names: list[str]) -> None:
    response = client.get(path, query_string=dict.fromkeys(names, "nowhere"))

    assert response.status_code == 422
    assert [fault["pointer"] for fault in response.json["errors"]] == [f"/query/{name}" for name in names]


def test_a_resource_has_its_evidence_and_its_place(client: FlaskClient) -> None:
    listed = _get(client, RESOURCES, media_type="video", limit=1)["items"][0]

    resource = _get(client, f"{RESOURCES}/{listed['id']}")

    assert resource == listed
    assert resource["media_type_evidence"]["source"] == "emoji"
    assert resource["mentions"][0]["line"] == 26


def test_the_hidden_link_is_not_shown(client: FlaskClient) -> None:
    titles = client.get(RESOURCES, query_string={"limit": 200}).text

    assert "cs231n.github.io/optimization-2" not in titles


def test_an_unknown_resource_is_not_found(client: FlaskClient) -> None:
    response = client.get(f"{RESOURCES}/0000000000000000")

    assert response.status_code == 404
    assert "0000000000000000" in response.json["detail"]


def _link(header: str, relation: str) -> str | None:
    """The target of a link in a Link header."""
    for link in header.split(", "):
        target, found = link.split("; ")
        if found == f'rel="{relation}"':
            return target.strip("<>")
    return None
