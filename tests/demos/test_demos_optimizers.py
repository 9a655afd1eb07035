from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.optimizers import OPTIMIZERS
from service.demos.optimizers.functions import FUNCTIONS
from service.demos.optimizers.rules import RULES
from service.errors import InvalidInput

EVERY_FUNCTION = pytest.mark.parametrize("name", FUNCTIONS)


def run(**given: Any) -> DemoResult:
    return OPTIMIZERS.run(resolve_parameters(OPTIMIZERS, given), "1", lambda _fraction, _message="": None)


def descents(**given: Any) -> dict[str, Any]:
    found: dict[str, Any] = run(**given).output["optimizers"]
    return found


@EVERY_FUNCTION
def test_gradients_are_central_differences_at_100_points(name: str) -> None:
    function, step = FUNCTIONS[name], 1e-5
    x, y = np.random.default_rng(1).uniform(function.low, function.high, (2, 100))

    by_x = (function.f(x + step, y) - function.f(x - step, y)) / (2 * step)
    by_y = (function.f(x, y + step) - function.f(x, y - step)) / (2 * step)

    assert function.gradient(x, y)[0] == pytest.approx(by_x, rel=1e-6, abs=1e-5)
    assert function.gradient(x, y)[1] == pytest.approx(by_y, rel=1e-6, abs=1e-5)


# (x, y, value): lowest values as the textbooks print them, and values worked out by hand.
KNOWN = {
    "himmelblau": [
        (3, 2, 0),
        (-2.805118, 3.131312, 0),
        (-3.779310, -3.283186, 0),
        (3.584428, -1.848126, 0),
        (0, 0, 170),
    ],
    "styblinski_tang": [(-2.903534, -2.903534, -78.33233), (1, 1, -10)],
    "rosenbrock": [(1, 1, 0), (0, 0, 1), (-1, 2, 104)],
    "goldstein_price": [(0, -1, 3), (0, 0, 600), (1, 1, 1876), (-0.6, -0.4, 30)],
    "beale": [(3, 0.5, 0), (0, 0, 14.203125), (1, 1, 14.203125)],
    "mccormick": [(-0.54719, -1.54719, -1.91322), (0, 0, 1)],
    "matyas": [(0, 0, 0), (1, 1, 0.04), (1, -1, 1)],
    "rastrigin": [(0, 0, 0), (1, 1, 2), (0.5, 0.5, 40.5)],
}


@EVERY_FUNCTION
def test_functions_have_their_textbook_values(name: str) -> None:
    for x, y, value in KNOWN[name]:
        assert FUNCTIONS[name].f(x, y) == pytest.approx(value, abs=1e-5), (x, y)


@EVERY_FUNCTION
def test_no_point_of_the_range_lies_below_the_minimum_where_the_gradient_vanishes(name: str) -> None:
    function = FUNCTIONS[name]
    axis = np.linspace(function.low, function.high, 801)

    assert np.min(function.f(*np.meshgrid(axis, axis))) >= function.minimum - 1e-9
    for minimum in function.minima:
        assert function.f(*minimum) == pytest.approx(function.minimum, abs=1e-9)
        assert function.gradient(*minimum) == pytest.approx((0, 0), abs=1e-6)


def test_the_gradient_of_goldstein_price_is_the_textbooks_where_others_err() -> None:
    assert FUNCTIONS["goldstein_price"].gradient(0.1, -0.5)[0] == pytest.approx(316.4, abs=0.05)


# The first iteration below 0.01, as measured in the original from (0, 0) at its effective learning rates.
GOLDEN = {
    "himmelblau": {"gd": 156, "momentum": 70, "rmsprop": 307, "adam": 441},
    "rosenbrock": {"gd": None, "momentum": 294, "rmsprop": None, "adam": 188},
    "styblinski_tang": {"gd": 311, "momentum": 41, "rmsprop": 289, "adam": 300},
}


@pytest.mark.parametrize("name", GOLDEN)
def test_default_rates_need_as_many_iterations_as_the_original(name: str) -> None:
    found = descents(function=name, start_x=0, start_y=0)

    assert {rule: descent["iterations_to_0.01"] for rule, descent in found.items()} == GOLDEN[name]


def test_what_the_original_leaves_undone_is_left_undone() -> None:
    found = descents(function="rosenbrock")

    assert found["gd"]["final_cost"] == pytest.approx(0.107, abs=5e-4)
    assert found["rmsprop"]["final_cost"] == pytest.approx(0.0293, abs=5e-5)


def test_rmsprop_without_decay_ends_half_a_step_off_and_decay_heals_it() -> None:
    plain = descents()["rmsprop"]
    decayed = descents(decays={"rmsprop": 0.002}, iterations=5000)["rmsprop"]

    assert plain["final_point"] == pytest.approx([3.005, 2.005], abs=2e-4)
    assert decayed["distance_to_minimum"] < plain["distance_to_minimum"] / 5


def test_gradient_descent_on_a_parabola_shrinks_each_eigenvector_by_its_own_factor() -> None:
    """Matyas is quadratic: along (1, 1) its curvature is 0.04, along (1, -1) it is 1."""
    rate, n = 0.3, 20
    x, y = descents(
        function="matyas", optimizers=["gd"], learning_rates={"gd": rate}, start_x=5, start_y=1, iterations=n
    )["gd"]["final_point"]

    assert (x + y) / 2 == pytest.approx(3 * (1 - 0.04 * rate) ** n, rel=1e-12)
    assert (x - y) / 2 == pytest.approx(2 * (1 - rate) ** n, rel=1e-12)


def test_without_momentum_the_three_plain_rules_are_one() -> None:
    found = descents(optimizers=["gd", "momentum", "nesterov"], momentum=0.0, iterations=100)

    assert found["momentum"]["path"] == found["nesterov"]["path"]
    assert np.array(found["momentum"]["path"]) == pytest.approx(np.array(found["gd"]["path"]), abs=1e-12)


def test_nesterov_steps_as_its_look_ahead_form_does() -> None:
    """u is the usual iterate: v = m v - r grad(u + m v), u += v; the demo follows u + m v."""
    function, rate, m = FUNCTIONS["himmelblau"], 0.001, 0.9
    u, v = np.zeros(2), np.zeros(2)
    for _ in range(50):
        v = m * v - rate * np.array(function.gradient(*(u + m * v)))
        u = u + v

    point = descents(optimizers=["nesterov"], iterations=50)["nesterov"]["final_point"]

    assert point == pytest.approx((u + m * v).tolist(), rel=1e-12)


@pytest.mark.parametrize("rule", ["adam", "rmsprop", "adagrad"])
def test_adaptive_rules_do_not_feel_the_scale_of_the_function(rule: str) -> None:
    """At (0, 0) Himmelblau's slopes are -14 and -22, yet the first step is as long in x as in y."""
    path = descents(optimizers=[rule], iterations=1)[rule]["path"]

    assert path[1][0] == pytest.approx(path[1][1], rel=1e-6)


def test_a_run_that_diverges_says_so_and_keeps_what_was_followed() -> None:
    result = run(function="rosenbrock", optimizers=["gd"], learning_rates={"gd": 0.5})

    descent = result.output["optimizers"]["gd"]
    assert descent["status"] == "diverged"
    assert len(descent["path"]) == descent["iterations"] + 1 < 20
    assert np.max(np.abs(descent["path"])) <= 1e4
    assert "leaves the plane" in result.figures["landscape"].description


@EVERY_FUNCTION
def test_all_six_rules_follow_every_landscape_for_5000_iterations(name: str) -> None:
    found = descents(function=name, optimizers=list(reversed(RULES)), iterations=5000)

    assert list(found) == list(RULES)
    assert all(len(descent["path"]) == len(descent["costs"]) == descent["iterations"] + 1 for descent in found.values())


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/function", {"function": "ackley"}),
    ("/optimizers", {"optimizers": []}),
    ("/optimizers", {"optimizers": ["gd", "gd"]}),
    ("/optimizers/0", {"optimizers": ["sgd"]}),
    ("/learning_rates/adam", {"learning_rates": {"adam": float("nan")}}),
    ("/learning_rates/gd", {"learning_rates": {"gd": 1.5}}),
    ("/learning_rates/sgd", {"learning_rates": {"sgd": 0.1}}),
    ("/decays/gd", {"decays": {"gd": -1}}),
    ("/momentum", {"momentum": 1}),
    ("/start_x", {"start_x": float("inf")}),
    ("/start_y", {"function": "rosenbrock", "start_y": 2.5}),
    ("/iterations", {"iterations": 5001}),
    ("/iterations", {"iterations": 0}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(OPTIMIZERS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
