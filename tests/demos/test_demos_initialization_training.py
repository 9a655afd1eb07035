from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import error_rate
from service.demos.initialization_training import INITIALIZATION_TRAINING, STANDARD
from service.demos.initialization_training.points import DATASETS, draw
from service.demos.initialization_training.training import train, unit_net
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(INITIALIZATION_TRAINING, given)
    return INITIALIZATION_TRAINING.run(parameters, seed, lambda _fraction, _message="": None)


@pytest.mark.parametrize("seed", SEEDS)
def test_zero_weights_stay_zero_and_guess_for_ever(seed: str) -> None:
    output = run(seed, variance=0.0, steps=200).output
    last = output["snapshots"][-1]

    assert not any(np.any(weights) for weights in last["weights"])
    assert not any(np.any(gradients) for gradients in last["weight_gradients"])
    assert output["costs"]["0"] == pytest.approx([np.log(2)] * 201)


@pytest.mark.parametrize("seed", SEEDS)
def test_small_weights_learn_later_than_appropriate_ones(seed: str) -> None:
    """The areas under the cost curves: small weights stay on a plateau of ln 2 at first."""
    costs = run(seed, dataset="gaussian", steps=200).output["costs"]

    assert costs["0.01"][0] == pytest.approx(np.log(2), abs=0.01)
    assert sum(costs["0.01"]) > 1.5 * sum(costs["1"])


def test_large_weights_start_far_off() -> None:
    """A logit is a product of three layers' weights: ten times each, a thousand times the logit."""
    costs = run(steps=1).output["costs"]

    assert costs["100"][0] > 20 * costs["1"][0]


@pytest.mark.parametrize("dataset", DATASETS)
def test_appropriate_weights_learn_every_data_set(dataset: str) -> None:
    """The median over seeds, as a draw of so few units may leave too few of them alive."""
    errors = []
    for seed in range(5):
        random = np.random.default_rng(seed)
        points = draw(dataset, 100, random)
        net = train(points, 1.0, unit_net(random), rate=0.1, steps=1000).nets[-1]
        errors.append(error_rate(net.logits(points.places), points.labels.astype(int)))

    assert np.median(errors) < 0.1


def test_the_curve_of_a_variance_of_ones_own_stands_beside_the_standard_ones() -> None:
    output = run(variance=5.0, steps=10).output

    assert set(output["costs"]) == {f"{variance:g}" for variance in (*STANDARD, 5.0)}
    assert output["cost"] == output["costs"]["5"][-1]


def test_the_map_and_the_accuracy_are_of_the_snapshot_they_name() -> None:
    output = run(steps=50).output
    (w1, w2, w3), biases = output["snapshots"][-1]["weights"], output["snapshots"][-1]["biases"]
    b1, b2, b3 = biases

    h = np.maximum(np.array(output["data"]["places"]) @ np.array(w1) + b1, 0)
    logits = (np.maximum(h @ np.array(w2) + b2, 0) @ np.array(w3) + b3)[:, 0]

    assert output["snapshots"][-1]["step"] == 50
    assert output["accuracy"] == np.mean((logits > 0) == np.array(output["data"]["labels"]))


def test_points_lie_where_their_data_set_says() -> None:
    random = np.random.default_rng(1)
    circle, square, gaussian = (draw(name, 400, random) for name in ("circle", "square", "gaussian"))
    radius = np.hypot(*circle.places.T)

    assert np.all(np.abs(radius - np.where(circle.labels == 1, 4, 1)) <= 1)
    assert np.all((square.places[:, 0] * square.places[:, 1] > 0) == (square.labels == 1))
    assert np.all((np.abs(square.places) >= 0.5) & (np.abs(square.places) <= 5))
    assert gaussian.places[gaussian.labels == 1].mean(axis=0) == pytest.approx([2, 2], abs=0.3)
    assert all(draw(name, 20, random).labels.sum() == 10 for name in DATASETS)


def test_a_run_that_diverges_says_so() -> None:
    output = run(dataset="square", variance=100.0, learning_rate=10.0, steps=100).output

    assert output["status"] == "diverged"
    assert output["snapshots"][-1]["step"] < 100
    assert all(np.all(np.isfinite(costs)) for costs in output["costs"].values())


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/dataset", {"dataset": "spiral"}),
    ("/n", {"n": 10**6}),
    ("/variance", {"variance": -1}),
    ("/variance", {"variance": float("nan")}),
    ("/learning_rate", {"learning_rate": float("inf")}),
    ("/steps", {"steps": 10**9}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(INITIALIZATION_TRAINING, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
