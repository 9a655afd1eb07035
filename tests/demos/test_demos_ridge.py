from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.ridge import RIDGE
from service.demos.ridge.shrinkage import (
    degrees_of_freedom,
    directions,
    leave_one_out,
    normal_equation,
    squared_bias,
    variance,
    weights,
)
from service.errors import InvalidInput

SEEDS = [str(seed) for seed in range(5)]
PENALTIES = np.array([0.0, 1.0, 10.0, 100.0])


def run(seed: str = "1", **given: Any) -> DemoResult:
    return RIDGE.run(resolve_parameters(RIDGE, given), seed, lambda _fraction, _message="": None)


def problem(seed: int, n: int, d: int, noise: float = 0.1) -> tuple[Any, Any, Any]:
    """Features, targets and true weights."""
    random = np.random.default_rng(seed)
    x, truth = random.normal(size=(n, d)), random.normal(size=d)
    return x, x @ truth + noise * random.normal(size=n), truth


def test_known_numbers_of_fifty_points_and_ten_features() -> None:
    """Measured elsewhere, by the normal equation, on the data of numpy's default_rng(0)."""
    x, y, _ = problem(0, 50, 10)
    found = directions(x)

    assert np.linalg.norm(weights(found, y, PENALTIES), axis=1) == pytest.approx([2.836, 2.766, 2.295, 0.982], abs=5e-4)
    assert degrees_of_freedom(found, PENALTIES) == pytest.approx([10, 9.76, 8.10, 3.23], abs=5e-3)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("n", "d"), [(50, 10), (20, 20), (10, 30)])
def test_weights_solve_the_normal_equation(seed: int, n: int, d: int) -> None:
    x, y, _ = problem(seed, n, d)

    for penalty in PENALTIES[1:]:
        (w,) = weights(directions(x), y, np.array([penalty]))
        assert w == pytest.approx(normal_equation(x, y, penalty), abs=1e-11)
        assert x.T @ (y - x @ w) == pytest.approx(penalty * w, abs=1e-10)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("n", "d"), [(50, 10), (10, 30)])
def test_no_penalty_is_least_squares_by_the_shortest_weights(seed: int, n: int, d: int) -> None:
    x, y, _ = problem(seed, n, d)

    (w,) = weights(directions(x), y, np.zeros(1))

    assert w == pytest.approx(np.linalg.lstsq(x, y)[0], abs=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_degrees_of_freedom_are_the_trace_of_the_smoother(seed: int) -> None:
    x, _, _ = problem(seed, 30, 8)

    for penalty in PENALTIES:
        smoother = x @ np.linalg.solve(x.T @ x + penalty * np.eye(8), x.T)
        assert degrees_of_freedom(directions(x), np.array([penalty]))[0] == pytest.approx(np.trace(smoother))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("n", "d"), [(15, 4), (8, 12)])
def test_leaving_one_out_is_fitting_again_without_it(seed: int, n: int, d: int) -> None:
    x, y, _ = problem(seed, n, d, noise=1.0)
    penalty = 2.0

    errors = []
    for left in range(n):
        kept = np.arange(n) != left
        errors.append(y[left] - x[left] @ normal_equation(x[kept], y[kept], penalty))

    assert leave_one_out(directions(x), y, np.array([penalty]))[0] == pytest.approx(np.mean(np.square(errors)))


def test_a_point_that_decides_its_own_fit_cannot_be_left_out() -> None:
    x, y, _ = problem(0, 8, 12)

    assert leave_one_out(directions(x), y, np.zeros(1))[0] == np.inf


@pytest.mark.parametrize(("n", "d"), [(20, 5), (6, 9)])
def test_bias_and_variance_are_those_of_many_draws_of_the_noise(n: int, d: int) -> None:
    """4000 draws: the mean and the variance of the weights are known to about 5 %."""
    x, _, truth = problem(3, n, d)
    noise = 1.5 * np.random.default_rng(4).normal(size=(4000, n))
    penalty = np.array([3.0])
    found = directions(x)

    drawn = np.array([weights(found, x @ truth + one, penalty)[0] for one in noise])

    mean = drawn.mean(axis=0)
    assert squared_bias(found, truth, penalty)[0] == pytest.approx(np.sum((mean - truth) ** 2), rel=0.05)
    assert variance(found, 1.5**2, penalty)[0] == pytest.approx(drawn.var(axis=0).sum(), rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("given", RIDGE.presets.values(), ids=RIDGE.presets)
def test_a_larger_penalty_shrinks_weights_and_freedom_and_fits_worse(seed: str, given: dict[str, Any]) -> None:
    grid = run(seed, **given).output["grid"]

    for falling in ("weight_norm", "degrees_of_freedom"):
        assert np.all(np.diff(grid[falling]) < 0), falling
    assert np.all(np.diff(grid["squared_bias"]) > 0)
    assert np.all(np.diff(grid["variance"]) <= 0)
    assert np.all(np.diff(grid["train_error"]) > 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_some_penalty_always_beats_least_squares(seed: str) -> None:
    """Hoerl and Kennard (1970): every lambda below noise variance / largest squared coordinate of the truth does."""
    output = run(seed, correlation=0.5).output
    bound = 2.0**2 / np.sum(np.square(output["true_weights"]))  # no coordinate is longer than the whole

    at = run(seed, correlation=0.5, penalties=[0, bound / 2, bound]).output["at"]

    risk = np.array(at["squared_bias"]) + np.array(at["variance"])
    assert risk[2] < risk[1] < risk[0]


def test_leaving_out_finds_a_penalty_that_does_on_new_points() -> None:
    """In the median over 20 seeds its error is within 10 % of the best that any penalty has."""
    ratios = []
    for seed in range(20):
        output = run(str(seed)).output
        errors = dict(zip(output["grid"]["penalties"], output["grid"]["test_error"], strict=True))
        ratios.append(errors[output["best_penalty"]["left_out_one_by_one"]] / min(errors.values()))

    assert np.median(ratios) < 1.1


@pytest.mark.parametrize("seed", SEEDS)
def test_nearly_equal_features_make_least_squares_weights_long_and_a_penalty_heals_them(seed: str) -> None:
    at = run(seed, correlation=0.99, d=5, penalties=[0, 5]).output["at"]

    assert at["variance"][0] > 5 * at["variance"][1]
    assert at["test_error"][1] < 1.05 * at["test_error"][0]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("given", RIDGE.presets.values(), ids=RIDGE.presets)
def test_both_ways_of_solving_agree(seed: str, given: dict[str, Any]) -> None:
    assert run(seed, **given).output["largest_difference_from_normal_equation"] < 1e-9


def test_errors_are_those_of_the_model_that_is_told() -> None:
    output = run(noise_sd=0.0, penalties=[0.0]).output

    assert output["at"]["weights"][0] == pytest.approx(output["true_weights"])
    assert output["at"]["test_error"][0] == pytest.approx(0, abs=1e-20)


def test_features_are_as_correlated_as_they_are_said_to_be() -> None:
    """With equal correlation c, one direction has variance 1 + (d - 1) c and all others 1 - c."""
    s = run(n=500, d=4, correlation=0.5).output["singular_values"]

    assert np.square(s) / 500 == pytest.approx([2.5, 0.5, 0.5, 0.5], rel=0.3)


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/n", {"n": 501}),
    ("/d", {"d": 0}),
    ("/d", {"d": 10**6}),
    ("/noise_sd", {"noise_sd": float("nan")}),
    ("/correlation", {"correlation": 1}),
    ("/high_exponent", {"low_exponent": 2, "high_exponent": 2}),
    ("/low_exponent", {"low_exponent": float("-inf")}),
    ("/penalties/0", {"penalties": [-1]}),
    ("/penalties/1", {"penalties": [0, float("inf")]}),
    ("/penalties", {"penalties": [1] * 51}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(RIDGE, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
