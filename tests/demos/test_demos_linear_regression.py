from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.linear_regression import LINEAR_REGRESSION
from service.errors import InvalidInput

ALL = 5000  # a batch size that takes every point
SEEDS = [str(seed) for seed in range(5)]


def run(seed: str = "1", **given: Any) -> DemoResult:
    return LINEAR_REGRESSION.run(
        resolve_parameters(LINEAR_REGRESSION, given), seed, lambda _fraction, _message="": None
    )


def columns(output: dict[str, Any]) -> tuple[Any, Any]:
    return np.array(output["data"]["x"]), np.array(output["data"]["y"])


@pytest.mark.parametrize("seed", SEEDS)
def test_errors_and_the_hessian_are_those_of_the_mean_squared_error(seed: str) -> None:
    output = run(seed, steps=20).output
    x, y = columns(output)

    for b, w, error in zip(output["path"]["b"], output["path"]["w"], output["errors"], strict=True):
        assert error == pytest.approx(np.mean((y - b - w * x) ** 2), rel=1e-9)
    inputs = np.stack([np.ones_like(x), x], axis=1)
    hessian = 2 * inputs.T @ inputs / len(x)
    assert np.array(output["hessian"]["matrix"]) == pytest.approx(hessian)
    assert output["hessian"]["lambda_max"] == pytest.approx(np.linalg.norm(hessian, 2))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_goes_along_the_mean_gradient_of_its_batch_in_the_datas_order(seed: str) -> None:
    output = run(seed, n=50, batch_size=30, steps=3).output
    x, y = columns(output)
    path = np.stack([output["path"]["b"], output["path"]["w"]], axis=1)

    for step, batch in enumerate([slice(0, 30), slice(30, 50), slice(0, 30)]):
        residual = y[batch] - path[step, 0] - path[step, 1] * x[batch]
        gradient = -2 * np.array([residual.mean(), (residual * x[batch]).mean()])
        assert path[step + 1] == pytest.approx(path[step] - 0.01 * gradient)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("x_mean", [0.0, 3.0])
def test_all_points_converge_just_below_the_bound_and_diverge_just_beyond(seed: str, x_mean: float) -> None:
    steps = {"batch_size": ALL, "x_mean": x_mean, "steps": 20_000, "rate_unit": "bound"}

    below, beyond = (run(seed, learning_rate=share, **steps).output for share in (0.9, 1.1))

    assert below["status"] == "completed"
    assert below["estimate"]["b"] == pytest.approx(below["least_squares"]["b"], abs=1e-6)
    assert below["estimate"]["w"] == pytest.approx(below["least_squares"]["w"], abs=1e-6)
    assert beyond["status"] == "diverged"
    assert beyond["errors"][-1] > 1e6 * beyond["errors"][0]


@pytest.mark.parametrize("seed", SEEDS)
def test_beyond_the_bound_the_steepest_direction_grows_by_its_factor_each_step(seed: str) -> None:
    output = run(seed, learning_rate=1.1, rate_unit="bound", batch_size=ALL, steps=100).output

    excess = np.array(output["errors"]) - output["least_squares"]["error"]
    assert excess[-1] / excess[-2] == pytest.approx((1 - 2 * 1.1) ** 2, rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_least_squares_is_no_worse_than_the_truth_and_solves_the_normal_equation(seed: str) -> None:
    output = run(seed).output
    x, y = columns(output)

    w, b = np.polyfit(x, y, 1)
    assert (output["least_squares"]["b"], output["least_squares"]["w"]) == pytest.approx((b, w))
    assert output["least_squares"]["error"] <= output["ground_truth"]["error"]


def test_smaller_batches_wander_more_around_the_least_squares_line() -> None:
    """Over five seeds, by the error above the lowest in the second half of the run."""
    excess = {}
    for batch_size in (1, 30, ALL):
        outputs = [run(seed, batch_size=batch_size, steps=2000).output for seed in SEEDS]
        excess[batch_size] = np.median([np.mean(o["errors"][1000:]) - o["least_squares"]["error"] for o in outputs])

    assert excess[1] > 10 * excess[30] > 100 * excess[ALL]


def test_data_are_as_variable_as_they_are_said_to_be() -> None:
    x, y = columns(run(n=5000, intercept=1.0, slope=2.0, noise_variance=10.0).output)

    assert np.var(x) == pytest.approx(5, rel=0.1)  # five standard errors
    assert np.var(y - 1 - 2 * x) == pytest.approx(10, rel=0.1)


def test_given_lines_are_taken() -> None:
    output = run(intercept=1.0, slope=-2.0, start_b=-4.0, start_w=5.0, noise_variance=0.0, n=20, steps=1).output

    x, y = columns(output)
    assert y == pytest.approx(1 - 2 * x)
    assert (output["path"]["b"][0], output["path"]["w"][0]) == (-4.0, 5.0)


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/n", {"n": 19}),
    ("/n", {"n": 10**9}),
    ("/batch_size", {"batch_size": 0}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/learning_rate", {"learning_rate": None}),
    ("/start_b", {"start_b": float("inf")}),
    ("/start_w", {"start_w": 5.1}),
    ("/slope", {"slope": "steep"}),
    ("/steps", {"steps": 10**7}),
    ("/rate_unit", {"rate_unit": "percent"}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(LINEAR_REGRESSION, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
