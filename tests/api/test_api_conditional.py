"""ETag and If-None-Match: what has not changed is not sent again, and what has is."""

import pytest
from flask.testing import FlaskClient

from service.api.parts import Parts
from service.catalog import revisions

READS = [
    "/api/v1/resources",
    "/api/v1/resources?media_type=video&limit=1",
    "/api/v1/topics",
    "/api/v1/topics/regularization",
    "/api/v1/topics/regularization/prerequisites",
    "/api/v1/media-types",
    "/api/v1/pages",
    "/api/v1/pages/lectures-2024",
]


@pytest.mark.parametrize("url", READS)
def test_a_read_is_not_sent_twice(client: FlaskClient, url: str) -> None:
    etag = client.get(url).headers["ETag"]

    again = client.get(url, headers={"If-None-Match": f'"other", {etag}'})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "no-cache"


def test_a_resource_has_an_etag_of_its_own_version(client: FlaskClient) -> None:
    url = "/api/v1/resources/" + client.get("/api/v1/resources?limit=1").json["items"][0]["id"]
    etag = client.get(url).headers["ETag"]

    again = client.get(url, headers={"If-None-Match": etag})

    assert etag.startswith('"1-')
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("condition", ["*", " * "])
def test_any_state_is_known_to_who_says_so(client: FlaskClient, condition: str) -> None:
    assert client.get("/api/v1/resources", headers={"If-None-Match": condition}).status_code == 304
    assert client.get("/api/v1/resources/none", headers={"If-None-Match": condition}).status_code == 404


def test_other_questions_have_other_etags(client: FlaskClient) -> None:
    etags = [client.get(url).headers["ETag"] for url in READS]

    assert len(set(etags)) == len(READS)


def test_a_write_changes_the_etags_of_lists(fresh: FlaskClient) -> None:
    parts: Parts = fresh.application.extensions["coursegraph"]
    before = fresh.get("/api/v1/resources").headers["ETag"]
    with parts.sessions.begin() as session:
        revisions.advance(session, "test", "ingest", "page:x", {})

    after = fresh.get("/api/v1/resources", headers={"If-None-Match": before})

    assert (after.status_code, after.headers["ETag"] == before) == (200, False)


def test_a_head_request_has_the_headers_of_a_get(client: FlaskClient) -> None:
    head, get = client.head("/api/v1/resources"), client.get("/api/v1/resources")

    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", get.headers["ETag"])
