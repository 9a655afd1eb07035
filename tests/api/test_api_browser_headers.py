"""What browsers are told: on every answer that it is data, and which other sites may read it (CORS)."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.errors import InvalidInput

Key = Callable[[str], dict[str, str]]
TOPICS = "/api/v1/topics"
OURS, STRANGER = "https://lms.example", "https://evil.example"


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    return Settings(database_url=sqlite_url)


def test_every_answer_says_that_it_is_data(fresh: FlaskClient) -> None:
    first = fresh.get(TOPICS)
    answers = {
        "an answer from memory": fresh.get(TOPICS),
        "not modified": fresh.get(TOPICS, headers={"If-None-Match": first.headers["ETag"]}),
        "no such path": fresh.get("/nothing"),
        "no such method": fresh.put(TOPICS),
        "refused below Flask": fresh.get("/healthz?" + "a" * 9000),
        "no key": fresh.get("/api/v1/audit"),
        "the description": fresh.get("/openapi.json"),
        "metrics": fresh.get("/metrics"),
    }

    for what, answer in {"an answer": first, **answers}.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", what
        assert headers["Referrer-Policy"] == "no-referrer", what
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox", what
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", what
        assert "Strict-Transport-Security" not in headers, what


def test_the_documentation_may_run_its_own_scripts_alone(fresh: FlaskClient) -> None:
    policies = fresh.get("/docs", buffered=True).headers.getlist("Content-Security-Policy")

    assert len(policies) == 1
    assert "script-src 'self';" in policies[0]


def test_tls_is_insisted_on_where_it_is_set(sqlite_url: str) -> None:
    app = create_app(Settings(database_url=sqlite_url, hsts_max_age_s=31536000))

    told = app.test_client().get("/healthz").headers["Strict-Transport-Security"]
    app.extensions["coursegraph"].close()

    assert told == "max-age=31536000"


def _preflight(fresh: FlaskClient, origin: str, method: str) -> dict[str, str]:
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    answer = fresh.options(TOPICS, headers=asked)
    assert answer.status_code == 204
    return dict(answer.headers)


class TestWithoutCors:
    def test_no_other_site_may_read(self, fresh: FlaskClient) -> None:
        answers = fresh.get(TOPICS, headers={"Origin": OURS}), fresh.options(TOPICS, headers={"Origin": OURS})

        assert not [name for answer in answers for name, _ in answer.headers if name.startswith("Access-Control")]


class TestNamedOrigins:
    @pytest.fixture
    def settings(self, sqlite_url: str) -> Settings:
        return Settings(database_url=sqlite_url, cors_origins=f"{OURS}, http://localhost:3000")

    def test_may_do_what_their_key_opens(self, fresh: FlaskClient) -> None:
        told = _preflight(fresh, OURS, "PATCH")

        assert told["Access-Control-Allow-Origin"] == OURS
        assert "PATCH" in told["Access-Control-Allow-Methods"]
        assert {"Authorization", "If-Match"} <= set(told["Access-Control-Allow-Headers"].split(", "))
        assert "Access-Control-Allow-Credentials" not in told

    def test_see_the_headers_that_they_need(self, fresh: FlaskClient) -> None:
        for _ in range(2):  # the second from memory
            answer = fresh.get(TOPICS, headers={"Origin": OURS})

            shown = set(answer.headers["Access-Control-Expose-Headers"].split(", "))
            assert {"ETag", "Location", "Link", "RateLimit", "RateLimit-Policy", "X-Request-ID"} <= shown

    def test_see_refusals_too(self, fresh: FlaskClient) -> None:
        refused = fresh.get("/api/v1/audit", headers={"Origin": OURS})

        assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (401, OURS)

    def test_others_may_not(self, fresh: FlaskClient) -> None:
        first, others = fresh.get(TOPICS, headers={"Origin": OURS}), fresh.get(TOPICS, headers={"Origin": STRANGER})

        assert "Access-Control-Allow-Origin" not in others.headers
        assert "Access-Control-Allow-Origin" not in _preflight(fresh, STRANGER, "GET")
        assert all("Origin" in answer.headers.getlist("Vary") for answer in (first, others))


class TestAnyOrigin:
    @pytest.fixture
    def settings(self, sqlite_url: str) -> Settings:
        return Settings(database_url=sqlite_url, cors_origins=f"*,{OURS}")

    def test_may_read_without_a_key(self, fresh: FlaskClient) -> None:
        told = _preflight(fresh, STRANGER, "GET")

        assert fresh.get(TOPICS, headers={"Origin": STRANGER}).headers["Access-Control-Allow-Origin"] == "*"
        assert told["Access-Control-Allow-Methods"] == "GET, HEAD"
        assert "Authorization" not in told["Access-Control-Allow-Headers"]

    def test_may_not_write(self, fresh: FlaskClient) -> None:
        posted = fresh.post("/api/v1/gap", json={"goals": ["cnn"]}, headers={"Origin": STRANGER})

        assert "Access-Control-Allow-Origin" not in posted.headers
        assert "Access-Control-Allow-Origin" not in _preflight(fresh, STRANGER, "DELETE")

    def test_leaves_named_ones_what_they_may(self, fresh: FlaskClient) -> None:
        assert _preflight(fresh, OURS, "DELETE")["Access-Control-Allow-Origin"] == OURS


@pytest.mark.parametrize(
    "origins", ["lms.example", "https://lms.example/", "https://*.example", "null", "javascript:x"]
)
def test_what_is_no_origin_is_refused_at_the_start(sqlite_url: str, origins: str) -> None:
    with pytest.raises(InvalidInput, match="CORS_ORIGINS"):
        create_app(Settings(database_url=sqlite_url, cors_origins=origins))
