from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import Dense, gradients
from service.demos.initialization_training.points import DATASETS, draw
from service.demos.symmetry import MAX_COST_S, SYMMETRY
from service.demos.symmetry.learning import even_product, largest_difference
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]
SHAPES = [[2], [6], [8, 8], [5, 3, 4]]


def run(seed: str = "1", **given: Any) -> DemoResult:
    return SYMMETRY.run(resolve_parameters(SYMMETRY, given), seed, lambda _fraction, _message="": None)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hidden", SHAPES, ids=str)
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_equal_units_stay_equal_to_the_last_bit(activation: str, hidden: list[int], seed: str) -> None:
    constant = run(seed, hidden_layers=hidden, activation=activation, steps=200).output["networks"]["constant"]

    assert set(constant["largest_difference_of_units"]) == {0.0}
    assert constant["ranks"] == [1] * (len(hidden) + 1)
    assert constant["costs"][-1] != constant["costs"][0]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_zero_weights_stay_zero_and_guess_for_ever(activation: str) -> None:
    zero = run(activation=activation, steps=100).output["networks"]["zero"]

    assert not any(np.any(w) for w in zero["weights"])
    assert zero["costs"] == pytest.approx([np.log(2)] * 101)
    assert zero["ranks"] == [0, 0]


def test_zero_weights_learn_how_often_classes_come() -> None:
    """Six of eleven points are of class 0: the last bias finds it, and the cost is their entropy."""
    zero = run(n=11, steps=1000, learning_rate=1.0).output["networks"]["zero"]

    assert zero["cost"] == pytest.approx(-(5 * np.log(5 / 11) + 6 * np.log(6 / 11)) / 11)
    assert zero["biases"][-1] == pytest.approx([np.log(5 / 6)])


def test_zero_weights_move_where_units_put_out_something_at_zero() -> None:
    """A sigmoid of 0 is one half: where classes are not even, weights learn, but all units the same."""
    zero = run(activation="sigmoid", dataset="moon", n=11, steps=300).output["networks"]["zero"]

    assert zero["ranks"] == [1, 1]
    assert set(zero["largest_difference_of_units"]) == {0.0}


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_layer_of_equal_units_is_one_unit_with_other_rates(dataset: str) -> None:
    """Six units of weight v out are one of 6 v, which moves six times as fast; into it, a sixth as fast."""
    units, rate, steps = 6, 0.3, 300
    output = run(dataset=dataset, hidden_layers=[units], learning_rate=rate, steps=steps, constant=0.5).output
    places, labels = np.array(output["data"]["places"]), np.array(output["data"]["labels"], dtype=float)[:, None]

    w, b, v, c = np.full((2, 1), 0.5), np.zeros(1), np.full((1, 1), 0.5 * units), np.zeros(1)
    for _ in range(steps):
        slopes = gradients(Dense((w, v), (b, c), "tanh"), places, labels)
        w, v = w - rate / units * slopes.weights[0], v - rate * units * slopes.weights[1]
        b, c = b - rate / units * slopes.biases[0], c - rate * slopes.biases[1]

    constant = output["networks"]["constant"]
    assert np.array(constant["weights"][0])[:, :1] == pytest.approx(w, abs=1e-9)
    assert sum(np.array(constant["weights"][1])) == pytest.approx(v[0], abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_unit_cannot_enclose_a_circle_and_random_units_can(seed: str) -> None:
    networks = run(seed).output["networks"]

    assert networks["constant"]["accuracy"] < 0.8
    assert networks["random"]["accuracy"] > 0.95
    assert networks["random"]["cost"] < 0.3 * networks["constant"]["cost"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_trifle_grows_until_units_differ(seed: str) -> None:
    networks = run(seed, steps=2000).output["networks"]
    apart = networks["disturbed"]["largest_difference_of_units"]

    assert 1e-6 < apart[0] < 1e-5
    assert apart[-1] > 1
    assert networks["disturbed"]["cost"] < 0.5 * networks["constant"]["cost"]


def test_no_disturbance_is_the_constant_network() -> None:
    networks = run(disturbance=0.0, steps=50).output["networks"]

    assert networks["disturbed"] == networks["constant"]


@pytest.mark.parametrize("shape", [(1, 1, 1), (7, 5, 3), (300, 8, 8), (8, 300, 1)])
def test_the_even_product_is_the_matrix_product(shape: tuple[int, int, int]) -> None:
    random = np.random.default_rng(1)
    a, b = random.normal(size=shape[:2]), random.normal(size=shape[1:])

    assert even_product(a, b) == pytest.approx(a @ b, abs=1e-12)


def test_units_are_as_far_apart_as_their_most_different_weight() -> None:
    w, v = np.array([[1.0, 1.0], [2.0, 2.5]]), np.array([[3.0], [3.1]])

    assert largest_difference(Dense((w, v), (np.zeros(2), np.zeros(1)), "tanh")) == 0.5
    assert largest_difference(Dense((w, v), (np.array([0.0, -0.7]), np.zeros(1)), "tanh")) == 0.7
    assert largest_difference(Dense((w, 9 * v), (np.zeros(2), np.zeros(1)), "tanh")) == pytest.approx(0.9)


def test_costs_and_accuracy_are_those_of_the_weights_that_are_told() -> None:
    output = run(steps=20).output
    places, labels = np.array(output["data"]["places"]), np.array(output["data"]["labels"])

    for network in output["networks"].values():
        (w, v), (b, c) = network["weights"], network["biases"]
        logits = (np.tanh(places @ np.array(w) + b) @ np.array(v) + c)[:, 0]
        assert network["accuracy"] == np.mean((logits > 0) == labels)
        assert network["cost"] == pytest.approx(np.mean(np.logaddexp(0, logits) - labels * logits))


def test_a_run_that_diverges_says_so() -> None:
    networks = run(activation="linear", learning_rate=10.0, constant=5.0, steps=100).output["networks"]

    assert networks["constant"]["status"] == "diverged"
    assert len(networks["constant"]["costs"]) < 101


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/dataset", {"dataset": "spiral"}),
    ("/n", {"n": 10**6}),
    ("/hidden_layers", {"hidden_layers": []}),
    ("/hidden_layers", {"hidden_layers": [2] * 100}),
    ("/hidden_layers/0", {"hidden_layers": [10**6]}),
    ("/activation", {"activation": "step"}),
    ("/constant", {"constant": float("nan")}),
    ("/disturbance", {"disturbance": -1}),
    ("/learning_rate", {"learning_rate": float("inf")}),
    ("/steps", {"steps": 10**9}),
    ("/steps", {"steps": 5000, "n": 300, "hidden_layers": [8, 8, 8]}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(SYMMETRY, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_too_much_work_is_refused_with_what_would_fit() -> None:
    large = {"n": 300, "hidden_layers": [8, 8, 8]}
    with pytest.raises(InvalidInput, match="at most about") as refused:
        resolve_parameters(SYMMETRY, {"steps": 5000, **large})

    fitting = int(str(refused.value).split("at most about ")[1].split(".")[0])
    assert SYMMETRY.cost_s(resolve_parameters(SYMMETRY, {"steps": fitting, **large})) == pytest.approx(
        MAX_COST_S, rel=0.01
    )


def test_points_are_the_ones_of_their_data_set() -> None:
    data = run(n=20, steps=1).output["data"]

    assert np.shape(data["places"]) == draw("circle", 20, np.random.default_rng(1)).places.shape
    assert sum(data["labels"]) == 10
