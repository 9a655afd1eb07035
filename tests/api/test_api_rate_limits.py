"""Rate limits: a minute's budget for each caller, told on every answer, and no more than that."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from service.api import budgets as budgets_module
from service.api.budgets import ROUNDING_S, WINDOW_S, Budgets
from service.api.rate_limits import RateLimiter, RateLimits, network
from service.config import Settings

Key = Callable[[str], dict[str, str]]
TOPICS, GAP = "/api/v1/topics", "/api/v1/gap"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _is_answered(budgets: Budgets, caller: str) -> bool:
    return budgets.take(caller) <= WINDOW_S + ROUNDING_S


class TestBudgets:
    def test_a_minutes_budget_may_be_spent_at_once_and_comes_back_evenly(self) -> None:
        clock = Clock()
        budgets = Budgets("test", 60, clock)

        left = [budgets.left(budgets.take("ada")) for _ in range(60)]
        refused = budgets.take("ada")
        clock.now += 2.5

        assert left == list(range(59, -1, -1))
        assert refused == pytest.approx(WINDOW_S + 1)
        assert [_is_answered(budgets, "ada") for _ in range(3)] == [True, True, False]

    def test_callers_have_budgets_of_their_own(self) -> None:
        budgets = Budgets("test", 1, Clock())
        budgets.take("ada")

        assert not _is_answered(budgets, "ada")
        assert _is_answered(budgets, "bob")

    @given(st.lists(st.floats(0, 20), max_size=200), st.integers(1, 50))
    def test_never_more_than_twice_the_budget_in_a_minute_and_never_less_than_it(
        self, pauses: list[float], per_minute: int
    ) -> None:
        clock = Clock()
        budgets, answered = Budgets("test", per_minute, clock), []

        for pause in pauses:
            clock.now += pause
            if _is_answered(budgets, "ada"):
                answered.append(clock.now)

        in_a_minute = [sum(moment <= later < moment + WINDOW_S for later in answered) for moment in answered]
        assert max(in_a_minute, default=0) <= 2 * per_minute
        assert len(answered) >= min(len(pauses), per_minute)

    def test_whose_budget_is_whole_is_forgotten_when_there_are_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(budgets_module, "MAX_CALLERS", 8)
        clock = Clock()
        budgets = Budgets("test", 1, clock)
        for caller in "abcdefg":
            budgets.take(caller)
        clock.now += WINDOW_S
        for caller in "xyz":
            budgets.take(caller)

        assert not any(_is_answered(budgets, caller) for caller in "xyz")
        assert len(budgets._whole_at) == 3

    def test_the_memory_is_bounded_whatever_comes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(budgets_module, "MAX_CALLERS", 8)
        budgets = Budgets("test", 1, Clock())

        for number in range(100):
            budgets.take(str(number))
            assert len(budgets._whole_at) <= 8


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
    ],
)
def test_an_ipv6_network_is_one_caller(address: str, caller: str) -> None:
    assert network(address) == caller


def test_a_header_that_was_not_found_good_makes_no_caller_of_its_own() -> None:
    limiter = RateLimiter(RateLimits(address_reads=1))
    asked = [_status(limiter, HTTP_AUTHORIZATION=f"Bearer {n}") for n in range(2)]

    assert asked == ["200 OK", "429 Too Many Requests"]


def _status(limiter: RateLimiter, **environ: str) -> str:
    statuses: list[str] = []
    answer = limiter.around(lambda environ, start: start("200 OK", []) or [])
    base = {"PATH_INFO": "/", "REQUEST_METHOD": "GET", "REMOTE_ADDR": "192.0.2.1", "coursegraph.request_id": "1"}
    answer(base | environ, lambda status, headers: statuses.append(status))
    return statuses[0]


class TestOverHttp:
    @pytest.fixture
    def settings(self, sqlite_url: str) -> Settings:
        return Settings(
            database_url=sqlite_url,
            workers=2,
            rate_limit_per_minute=6,
            rate_limit_key_per_minute=8,
            rate_limit_writes_per_minute=2,
        )

    def test_answers_tell_what_is_left_also_those_from_memory_and_304(self, fresh: FlaskClient) -> None:
        first, kept = fresh.get(TOPICS), fresh.get(TOPICS)
        unchanged = fresh.get(TOPICS, headers={"If-None-Match": first.headers["ETag"]})

        told = [answer.headers["RateLimit"].split(";")[:2] for answer in (first, kept, unchanged)]
        assert told == [['"address"', f"r={left}"] for left in (2, 1, 0)]
        assert unchanged.status_code == 304
        assert first.headers["RateLimit-Policy"] == '"address";q=3;w=60'

    def test_one_too_many_is_refused_as_a_problem_that_says_when_to_come_back(self, fresh: FlaskClient) -> None:
        answers = [fresh.get(TOPICS) for _ in range(4)]

        refused = answers[-1]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert refused.content_type == "application/problem+json"
        assert refused.json["type"] == "urn:coursegraph:problem:too-many-requests"
        assert refused.json["request_id"] == refused.headers["X-Request-ID"]
        assert 0 < int(refused.headers["Retry-After"]) <= 20
        assert refused.headers["RateLimit"].startswith('"address";r=0;t=')

    def test_a_good_key_has_a_budget_of_its_own(self, fresh: FlaskClient, key: Key) -> None:
        ada = key("read")
        fresh.get(TOPICS, headers=ada)  # now it is known, at the address's cost
        while fresh.get(TOPICS).status_code == 200:
            pass

        statuses = [fresh.get(TOPICS, headers=ada).status_code for _ in range(5)]

        assert statuses == [200, 200, 200, 200, 429]

    def test_guessed_keys_are_counted_by_address(self, fresh: FlaskClient) -> None:
        guesses = [{"Authorization": f"Bearer cg_{number}"} for number in range(4)]

        assert [fresh.get(TOPICS, headers=guess).status_code for guess in guesses] == [401, 401, 401, 429]

    def test_writes_and_questions_have_a_smaller_budget(self, fresh: FlaskClient) -> None:
        statuses = [fresh.post(GAP, json={"goals": ["cnn"]}).status_code for _ in range(2)]

        assert statuses[1] == 429
        assert fresh.get(TOPICS).status_code == 200

    def test_health_is_told_to_whoever_asks_however_often(self, fresh: FlaskClient) -> None:
        assert {fresh.get("/healthz").status_code for _ in range(20)} == {200}

    def test_refusals_are_counted(self, fresh: FlaskClient, key: Key) -> None:
        ada = key("read")
        fresh.get(TOPICS, headers=ada)
        while fresh.get(TOPICS).status_code == 200:
            pass

        counted = 'coursegraph_requests_total{method="GET",route="refused",status="429"} 1.0'
        assert counted in fresh.get("/metrics", headers=ada).text


class TestAddresses:
    @pytest.fixture(params=[0, 1])
    def settings(self, request: pytest.FixtureRequest, sqlite_url: str) -> Settings:
        return Settings(database_url=sqlite_url, workers=1, rate_limit_per_minute=1, trusted_proxies=request.param)

    def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(
        self, fresh: FlaskClient, settings: Settings
    ) -> None:
        callers = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in (1, 2, 1)]

        statuses = [fresh.get(TOPICS, headers=caller).status_code for caller in callers]

        assert statuses == ([200, 200, 429] if settings.trusted_proxies else [200, 429, 429])

    def test_what_a_caller_writes_before_the_proxy_is_not_believed(
        self, fresh: FlaskClient, settings: Settings
    ) -> None:
        forged = [{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.1"} for number in (1, 2)]

        assert [fresh.get(TOPICS, headers=caller).status_code for caller in forged] == [200, 429]


def test_zero_is_without_limit() -> None:
    limiter = RateLimiter(RateLimits())

    assert {_status(limiter, REQUEST_METHOD=method) for method in ("GET", "POST")} == {"200 OK"}
