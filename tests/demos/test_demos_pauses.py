"""A process that looks for work looks often while work comes, and seldom when none does."""

import pytest

from service.demos.pauses import SHORTEST_S, Pauses


@pytest.mark.parametrize(
    ("idle_s", "pause_s"), [(0.0, SHORTEST_S), (5.0, SHORTEST_S), (25.0, 0.05), (50.0, 0.1), (1e6, 0.1)]
)
def test_pauses_grow_with_the_time_without_work_up_to_a_bound(idle_s: float, pause_s: float) -> None:
    assert Pauses(longest_s=0.1).length_s(idle_s) == pytest.approx(pause_s)


@pytest.mark.parametrize("longest_s", [0.0, -1.0])
def test_a_bound_that_is_none_makes_nobody_busy(longest_s: float) -> None:
    assert Pauses(longest_s).length_s(60.0) == SHORTEST_S


def test_work_makes_pauses_short_again(monkeypatch: pytest.MonkeyPatch) -> None:
    moments, slept = iter([0.0, 50.0, 60.0, 61.0]), []
    monkeypatch.setattr("service.demos.pauses.time.monotonic", lambda: next(moments))
    monkeypatch.setattr("service.demos.pauses.time.sleep", slept.append)
    pauses = Pauses(longest_s=0.1)

    pauses.pause()
    pauses.work_came()
    pauses.pause()

    assert slept == [pytest.approx(0.1), SHORTEST_S]
