"""Points of people's own on the playground."""

from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.playground import PLAYGROUND
from service.demos.playground.given import MOST
from service.errors import InvalidInput


def silent(_fraction: float, _message: str = "") -> None:
    pass


def run(seed: str = "1", **given: Any) -> DemoResult:
    return PLAYGROUND.run(resolve_parameters(PLAYGROUND, given), seed, silent)


def ring(count: int, radius: float, label: float) -> list[list[float]]:
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return [[float(radius * np.sin(angle)), float(radius * np.cos(angle)), label] for angle in angles]


FOUR = [[1, 1, 1], [-1, -1, 1], [1, -1, -1], [-1, 1, -1]]
RINGS = [*ring(60, 1.5, 1), *ring(60, 4.5, -1)]


def test_points_imply_the_data_set_and_leave_the_problem_as_it_is() -> None:
    alone = resolve_parameters(PLAYGROUND, {"points": FOUR, "batch_size": 2})
    predicted = resolve_parameters(PLAYGROUND, {"points": FOUR, "batch_size": 2, "problem": "regression"})

    assert (alone["dataset"], alone["problem"]) == ("custom", "classification")
    assert (predicted["dataset"], predicted["problem"]) == ("custom", "regression")


@pytest.mark.parametrize("percent", [10, 50, 90])
def test_every_point_is_trained_on_or_held_back_once_in_another_order_for_each_seed(percent: int) -> None:
    results = [
        run(seed, points=RINGS, percent_train_data=percent, epochs=0, batch_size=5).output["data"]
        for seed in ("1", "2")
    ]

    rows = [
        [list(zip(*(one[part][axis] for axis in ("x", "y", "label")), strict=True)) for part in ("train", "test")]
        for one in results
    ]
    for train, test in rows:
        assert len(train) == 120 * percent // 100
        assert np.array(sorted(train + test)) == pytest.approx(np.array(sorted(map(tuple, RINGS))), abs=1e-4)
    assert rows[0] != rows[1]


def test_points_given_are_learnt_as_points_drawn_are() -> None:
    medians = {
        layers: np.median(
            [run(str(seed), points=RINGS, hidden_layers=layers, epochs=300).output["test_loss"] for seed in range(5)]
        )
        for layers in ((), (4, 2))
    }

    assert medians[()] > 0.4  # no line parts two rings
    assert medians[4, 2] < 0.05


def test_a_plane_through_points_is_found() -> None:
    random = np.random.default_rng(1)
    points = [[x, y, (x - y) / 12] for x, y in random.uniform(-6, 6, (200, 2)).tolist()]

    output = run(points=points, problem="regression", hidden_layers=[]).output

    assert output["test_loss"] < 1e-12


def test_points_of_one_class_and_seeds_beside_each_other_do_no_harm() -> None:
    output = run(points=ring(8, 2, 1), batch_size=1, epochs=100, n_seeds=3).output

    assert output["test_loss"] < 0.01
    assert len(output["seeds"]["seeds"]) == 3


def test_the_original_cannot_show_them() -> None:
    assert run(points=RINGS, epochs=0).output["original_url"] is None


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/points", {"points": FOUR[:3], "batch_size": 1}),
    ("/points", {"dataset": "custom"}),
    ("/points", {"points": FOUR, "dataset": "circle"}),
    ("/points", {"points": [[0, 0, 1]] * (MOST + 1)}),
    ("/points", {"points": "0,0,1"}),
    ("/points/1", {"points": [[0, 0, 1], [0, 0]]}),
    ("/points/0", {"points": [[0] * 100_000]}),
    ("/points/0/0", {"points": [[6.5, 0, 1], *FOUR]}),
    ("/points/0/1", {"points": [[0, float("nan"), 1], *FOUR]}),
    ("/points/4/2", {"points": [*FOUR, [0, 0, 0.5]], "batch_size": 1}),
    ("/points/4/2", {"points": [*FOUR, [0, 0, 1.5]], "batch_size": 1, "problem": "regression"}),
    ("/noise", {"points": FOUR, "noise": 10, "batch_size": 1}),
    ("/percent_train_data", {"points": FOUR, "percent_train_data": 20, "batch_size": 1}),
    ("/batch_size", {"points": FOUR}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_points_that_do_not_fit_are_refused_by_place(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(PLAYGROUND, given)

    assert pointer in [fault.pointer for fault in refused.value.faults]
