import math
from typing import Any

import numpy as np
import pytest

from service.demos.activations import ACTIVATIONS
from service.demos.activations.functions import NAMES, activations
from service.demos.demo import DemoResult, resolve_parameters
from service.errors import InvalidInput

EVERY_NAME = pytest.mark.parametrize("name", NAMES)
SHAPES = pytest.mark.parametrize("shape", [(0.01, 1.0, 1.0), (0.3, 2.0, 4.0), (0.0, 0.5, 0.5), (1.0, 1.0, 1.0)])
Shape = tuple[float, float, float]


def run(**given: Any) -> DemoResult:
    return ACTIVATIONS.run(resolve_parameters(ACTIVATIONS, given), "1", lambda _fraction, _message="": None)


def told(name: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(functions=[name], **given).output["functions"][name]
    return found


@SHAPES
@EVERY_NAME
def test_derivatives_are_central_differences_away_from_kinks(name: str, shape: Shape) -> None:
    activation, step = activations(*shape)[name], 1e-6
    x = np.random.default_rng(1).uniform(-8, 8, 500)  # no kink is among them

    difference = (activation.f(x + step) - activation.f(x - step)) / (2 * step)

    assert activation.slope(x) == pytest.approx(difference, abs=1e-8)


@EVERY_NAME
def test_the_demo_measures_that_itself(name: str) -> None:
    """At 0, where some second derivatives jump, a difference over 1e-6 to either side is off by about as much."""
    assert told(name)["largest_error_of_slope"] < 2e-6


@SHAPES
@EVERY_NAME
def test_a_derivative_jumps_at_the_kinks_and_nowhere_else(name: str, shape: Shape) -> None:
    activation, step = activations(*shape)[name], 1e-7
    x = np.concatenate([np.linspace(-8, 8, 161), activation.facts.kinks])

    jumps = np.abs(activation.slope(x + step) - activation.slope(x - step)) > 1e-5

    assert set(np.round(x[jumps], 9)) == set(activation.facts.kinks)


@SHAPES
@EVERY_NAME
def test_values_fill_their_bounds_and_no_more(name: str, shape: Shape) -> None:
    activation = activations(*shape)[name]
    values = activation.f(np.linspace(-1000, 1000, 2_000_001))
    low, high = activation.facts.bounds

    assert values.min() >= low - 1e-12 if low is not None else values.min() < -0.009 * 1000
    assert values.max() <= high if high is not None else values.max() > 900
    assert low is None or values.min() == pytest.approx(low, abs=1e-3)
    assert high is None or values.max() == pytest.approx(high, abs=1e-3)


@SHAPES
@EVERY_NAME
def test_slopes_far_out_and_monotony_are_as_told(name: str, shape: Shape) -> None:
    activation = activations(*shape)[name]
    ends = activation.slope(np.array([-1000.0, 1000.0]))
    steps = np.diff(activation.f(np.linspace(-20, 20, 4001)))

    assert ends == pytest.approx(activation.facts.limits, abs=1e-5)
    assert bool(np.all(steps >= 0)) is activation.facts.is_monotone


# (name, what, x, value): extreme values as the literature gives them, or from f' = 0 and f'' = 0 by hand.
EXTREMES = [
    ("sigmoid", "slope", "maximum", 0, 0.25),
    ("tanh", "slope", "maximum", 0, 1),
    ("softsign", "slope", "maximum", 0, 1),
    ("gelu", "f", "minimum", -0.7518, -0.16997),
    ("gelu", "slope", "maximum", math.sqrt(2), 1.12890),
    ("gelu", "slope", "minimum", -math.sqrt(2), -0.12890),
    ("swish", "f", "minimum", -1.27846, -0.27846),
    ("swish", "slope", "maximum", 2.39936, 1.09984),
    ("mish", "f", "minimum", -1.19245, -0.30884),
    ("hard_swish", "f", "minimum", -1.5, -0.375),
    ("hard_swish", "slope", "maximum", 3, 1.5),
]


@pytest.mark.parametrize(("name", "of", "kind", "x", "value"), EXTREMES)
def test_extremes_are_the_known_ones(name: str, of: str, kind: str, x: float, value: float) -> None:
    extreme = told(name)["extrema"][of][kind]

    assert extreme["value"] == pytest.approx(value, abs=1e-5)
    assert extreme["x"] == pytest.approx(x, abs=0.006)  # a step of the grid is 0.005


def test_tanh_is_a_stretched_sigmoid() -> None:
    known, x = activations(0.01, 1, 1), np.linspace(-20, 20, 1001)

    assert known["tanh"].f(x) == pytest.approx(2 * known["sigmoid"].f(2 * x) - 1, abs=1e-15)


def test_selu_comes_down_to_minus_1_7581() -> None:
    assert told("selu")["lower_bound"] == pytest.approx(-1.7581, abs=5e-5)
    assert told("selu", values=[-1000])["f_of_values"][0] == pytest.approx(-1.7580993408473766)


def test_selu_keeps_mean_0_and_variance_1_of_standard_normal_inputs() -> None:
    """Its two constants are the solution of just that; the integral is a sum over a fine grid."""
    x = np.linspace(-12, 12, 240_001)
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    y = activations(0.01, 1, 1)["selu"].f(x)

    assert y @ density == pytest.approx(0, abs=1e-8)
    assert (y * y) @ density == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("beta", [0.5, 1.0, 5.0])
def test_a_swish_of_any_beta_is_a_scaled_one(beta: float) -> None:
    x = np.linspace(-10, 10, 1001)
    one, scaled = activations(0.01, 1, 1)["swish"], activations(0.01, 1, beta)["swish"]

    assert scaled.f(x) == pytest.approx(one.f(beta * x) / beta)
    assert scaled.f(np.linspace(-20, 0, 200_001)).min() == pytest.approx(scaled.facts.bounds[0], abs=1e-8)


def test_a_gradient_vanishes_through_ten_sigmoids_and_not_through_ten_relus() -> None:
    functions = run(functions=["sigmoid", "relu"]).output["functions"]

    assert functions["sigmoid"]["steepest_slope_through_10_layers"] == pytest.approx(0.25**10)
    assert functions["relu"]["steepest_slope_through_10_layers"] == 1


@EVERY_NAME
def test_numbers_far_out_stay_finite(name: str) -> None:
    output = told(name, values=[-1000, 1000])

    assert np.all(np.isfinite(output["f_of_values"] + output["slope_at_values"]))


def test_own_values_go_through_every_function() -> None:
    assert told("relu", values=[-2, 0, 3])["f_of_values"] == [0, 0, 3]
    assert told("leaky_relu", values=[-2, 0, 3], negative_slope=0.5)["slope_at_values"] == [0.5, 0.5, 1]
    assert told("elu", values=[-1], alpha=2)["f_of_values"] == pytest.approx([2 * (math.exp(-1) - 1)])
    assert told("softplus", values=[0])["f_of_values"] == pytest.approx([math.log(2)])


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/functions", {"functions": []}),
    ("/functions", {"functions": list(NAMES)}),
    ("/functions", {"functions": ["relu", "relu"]}),
    ("/functions/0", {"functions": ["__import__"]}),
    ("/low", {"low": float("nan")}),
    ("/high", {"low": 5, "high": 5}),
    ("/high", {"high": 1e9}),
    ("/values/1", {"values": [0, float("inf")]}),
    ("/values", {"values": [0] * 101}),
    ("/negative_slope", {"negative_slope": -0.1}),
    ("/alpha", {"alpha": 0}),
    ("/beta", {"beta": 0}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(ACTIVATIONS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
