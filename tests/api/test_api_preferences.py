"""How long a caller would wait (RFC 7240)."""

import pytest
from flask import Flask

from service.api.preferences import DEFAULT_WAIT_S, preferred_wait_s


@pytest.mark.parametrize(
    ("prefer", "seconds", "applied"),
    [
        ([], DEFAULT_WAIT_S, None),
        (["wait=5"], 5, "wait=5"),
        (["WAIT = 5"], 5, "wait=5"),
        (['wait="5"'], 5, "wait=5"),
        (["handling=lenient, wait=5"], 5, "wait=5"),
        (["handling=lenient", "wait=5"], 5, "wait=5"),
        (["wait=5, wait=7"], 5, "wait=5"),
        (["wait=31"], 30, "wait=30"),
        (["wait=0"], 0, "wait=0"),
        (["respond-async"], 0, "respond-async"),
        (["respond-async, wait=5"], 5, "wait=5"),
        (["wait=soon"], DEFAULT_WAIT_S, None),
        (["wait=-1"], DEFAULT_WAIT_S, None),
        (["await=5"], DEFAULT_WAIT_S, None),
    ],
)
def test_the_wait_is_what_is_preferred_within_bounds(prefer: list[str], seconds: float, applied: str | None) -> None:
    headers = [("Prefer", value) for value in prefer]

    with Flask("test").test_request_context(headers=headers):
        assert preferred_wait_s(30.0) == (seconds, applied)


def test_a_small_bound_holds_without_a_preference_too() -> None:
    with Flask("test").test_request_context():
        assert preferred_wait_s(0.5) == (0.5, None)
