"""Who may: reads are open unless the setting says otherwise, writes need a key with the scope."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from service.catalog import revisions
from service.catalog.models import Resource
from service.config import Settings

Key = Callable[[str], dict[str, str]]
INGESTS = "/api/v1/ingests"
PAGE = {"markdown": "# Deep learning\n\n## CNN\n* [Notes](https://example.org/cnn)\n", "name": "notes"}


class TestWrites:
    def test_without_a_key_are_challenged(self, fresh: FlaskClient) -> None:
        response = fresh.post(INGESTS, json=PAGE)

        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="coursegraph"')

    @pytest.mark.parametrize("header", ["Bearer cg_guess", "Bearer ", "Basic YTpi", "cg_guess"])
    def test_with_another_key_are_challenged(self, fresh: FlaskClient, header: str) -> None:
        assert fresh.post(INGESTS, json=PAGE, headers={"Authorization": header}).status_code == 401

    def test_with_a_narrow_key_are_refused_with_the_scope_that_they_need(self, fresh: FlaskClient, key: Key) -> None:
        response = fresh.post(INGESTS, json=PAGE, headers=key("read"))

        assert (response.status_code, response.json["missing_scope"]) == (403, "curate")
        assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]

    @pytest.mark.parametrize("scope", ["curate", "admin"])
    def test_with_a_wide_key_are_done(self, fresh: FlaskClient, key: Key, scope: str) -> None:
        assert fresh.post(INGESTS, json=PAGE, headers=key(scope)).status_code == 201

    def test_ignore_a_key_in_the_query(self, fresh: FlaskClient, key: Key) -> None:
        query = {"key": key("admin")["Authorization"].split()[1]}

        assert fresh.post(INGESTS, json=PAGE, query_string=query).status_code == 401


class TestPrivateReads:
    @pytest.fixture
    def settings(self, database_url: str) -> Settings:
        return replace(Settings(database_url=database_url), public_read=False)

    @pytest.mark.parametrize("path", ["/api/v1/resources", "/api/v1/topics", "/api/v1/pages", "/api/v1/media-types"])
    def test_need_a_key(self, fresh: FlaskClient, key: Key, path: str) -> None:
        assert fresh.get(path).status_code == 401
        assert fresh.get(path, headers=key("read")).status_code == 200

    def test_are_not_confirmed_to_strangers(self, fresh: FlaskClient, key: Key) -> None:
        etag = fresh.get("/api/v1/topics", headers=key("read")).headers["ETag"]

        assert fresh.get("/api/v1/topics", headers={"If-None-Match": etag}).status_code == 401

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"])
    def test_leave_the_service_itself_open(self, fresh: FlaskClient, path: str) -> None:
        assert fresh.get(path, buffered=True).status_code == 200


class TestHiddenResources:
    HIDDEN = "/api/v1/resources?status=hidden"

    def test_are_listed_for_curators_alone(self, fresh: FlaskClient, key: Key) -> None:
        assert fresh.get(self.HIDDEN).status_code == 401
        assert fresh.get(self.HIDDEN, headers=key("read")).status_code == 403
        assert fresh.get(self.HIDDEN, headers=key("curate")).status_code == 200

    def test_are_shown_to_curators_alone(self, fresh: FlaskClient, key: Key) -> None:
        fresh.post(INGESTS, json=PAGE, headers=key("curate"))
        url = "/api/v1/resources/" + fresh.get("/api/v1/resources").json["items"][0]["id"]
        self._hide(fresh)

        assert fresh.get(url).status_code == 404
        assert fresh.get(url, headers=key("read")).status_code == 404
        assert fresh.get(url, headers=key("curate")).status_code == 200

    def _hide(self, fresh: FlaskClient) -> None:
        with fresh.application.extensions["coursegraph"].sessions.begin() as session:
            session.scalars(select(Resource)).one().status = "hidden"
            revisions.advance(session, "test", "hide", "resource", {})
