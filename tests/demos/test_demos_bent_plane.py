from typing import Any

import numpy as np
import pytest

from service.demos.bent_plane import BENT_PLANE
from service.demos.bent_plane.learning import DATASETS, REACH, Rule, draw_points, learn_all, planes
from service.demos.compiled import Floats
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import Dense, gradients
from service.demos.figures import FRAME
from service.errors import InvalidInput

SEEDS = ["1", "2", "3", "4", "5"]


def silent(_fraction: float, _message: str = "") -> None:
    pass


def run(seed: str = "1", **given: Any) -> DemoResult:
    return BENT_PLANE.run(resolve_parameters(BENT_PLANE, given), seed, silent)


def stretch(net: Dense, places: Floats) -> Floats:
    """By what the first layer multiplies areas at places, negative where it mirrors them; by central differences."""
    step = 1e-5
    ends = [[planes(net, places + sign * step * axis)[1] for sign in (1, -1)] for axis in np.eye(2)]
    (right, up) = ((plus - minus) / (2 * step) for plus, minus in ends)
    return np.asarray(right[:, 0] * up[:, 1] - right[:, 1] * up[:, 0])


@pytest.mark.parametrize("seed", SEEDS)
def test_one_layer_of_two_sigmoids_bends_the_plane_until_a_line_parts_two_curves(seed: str) -> None:
    output = run(seed).output
    hidden, labels = np.array(output["planes"][1]), np.array(output["labels"])

    sides = hidden @ np.array(output["weights"][1])[:, 0] + output["biases"][1][0]

    assert np.array_equal(sides > 0, labels == 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_hidden_layer_all_starts_end_at_the_best_line_which_parts_them_not(seed: str) -> None:
    """The cost of logistic regression has one minimum."""
    output = run(seed, hidden_layers=0, steps=5000).output
    weights, bias = np.array(output["weights"][0]), np.array(output["biases"][0])
    places, labels = np.array(output["planes"][0]), np.array(output["labels"], dtype=float)

    slope = gradients(Dense((weights,), (bias,), "tanh"), places, labels[:, None])

    assert np.ptp(output["costs"]) < 1e-6
    assert np.abs(slope.weights[0]).max() < 1e-4
    assert max(output["accuracies"]) < 0.75


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("hidden_layers", [1, 2, 3])
def test_no_layers_of_two_units_part_a_disc_from_the_ring_around_it(seed: str, hidden_layers: int) -> None:
    """Each is a map of the plane that neither tears nor folds, so that the disc stays inside (C. Olah 2014)."""
    output = run(seed, dataset="circle", hidden_layers=hidden_layers, activation="tanh", learning_rate=0.3).output

    assert 0.7 < max(output["accuracies"]) < 1


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softsign"])
def test_layers_of_rising_functions_do_not_fold_the_plane_and_relus_do(activation: str) -> None:
    """Where areas shrink to less than differences can tell, the sign is left out; a ReLU makes some exactly 0."""
    axis = np.linspace(-REACH, REACH, 21)
    grid = np.stack(np.meshgrid(axis, axis), axis=2).reshape(-1, 2)
    points = draw_points("curves", 60, np.random.default_rng(1))

    def stretched(name: str) -> Floats:
        (found,) = learn_all(points, Rule(1, name, 0.3, 300, 1), np.random.default_rng(2), silent)
        return stretch(found.nets[-1], grid)

    rising, relu = stretched(activation), stretched("relu")

    told = rising[np.abs(rising) > 1e-9]
    assert len(told) > 200
    assert len(np.unique(np.sign(told))) == 1
    assert np.any(relu == 0)


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_boundary_is_straight_in_the_last_plane_and_follows_the_network_in_each(seed: str) -> None:
    result = run(seed, hidden_layers=2, activation="tanh", learning_rate=1.0, steps=500)
    weights, biases = ([np.array(one) for one in result.output[name]] for name in ("weights", "biases"))
    panels = result.figures["planes"].spec["concat"]
    last = result.figures["planes"].animation
    assert last is not None

    for k, panel in enumerate(panels):
        rest = Dense(tuple(weights[k:]), tuple(biases[k:]), "tanh")
        rows = [row for row in panel["layer"][1]["data"]["values"] if row["frame"] == last.frames - 1]
        places = np.array([[row["x"], row["y"]] for row in rows])
        corners = np.array([[x, y] for x in panel["layer"][1]["encoding"]["x"]["scale"]["domain"] for y in (-1, 1)])
        assert len(rows) > 10
        assert np.abs(rest.logits(places)).max() < 0.1 * np.abs(rest.logits(corners)).max()
        if k == 2:
            assert np.abs(rest.logits(places)).max() < 0.01 * np.abs(weights[2]).max()


def test_inputs_stand_still_and_layers_move() -> None:
    figure = run(steps=50).figures["planes"]
    inputs, layer = figure.spec["concat"]

    assert figure.animation is not None
    assert inputs["layer"][0]["transform"] == []
    assert layer["layer"][0]["transform"] == [{"filter": f"datum.frame == {FRAME}"}]
    assert {row["frame"] for row in layer["layer"][2]["data"]["values"]} == set(range(figure.animation.frames))


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_data_set_lies_within_what_is_drawn_and_has_both_classes(dataset: str) -> None:
    points = draw_points(dataset, 100, np.random.default_rng(3))

    assert points.labels.sum() == 50
    assert np.mean(np.abs(points.places) <= REACH) > 0.98


def test_the_best_start_is_drawn() -> None:
    output = run("1", steps=1000, starts=6).output

    assert output["costs"][output["best_start"] - 1] == min(output["costs"])


def test_a_run_that_diverges_says_so_and_is_drawn_as_far_as_it_goes() -> None:
    result = run(activation="linear", learning_rate=10.0, hidden_layers=4, steps=100)

    assert result.output["costs"] == [None] * 4
    assert result.figures["planes"].svg().startswith("<svg")


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/dataset", {"dataset": "swiss roll"}),
    ("/points", {"points": 10**6}),
    ("/hidden_layers", {"hidden_layers": 100}),
    ("/activation", {"activation": "step"}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/steps", {"steps": 10**9}),
    ("/steps", {"steps": 20_000, "hidden_layers": 4, "starts": 6, "points": 400}),
    ("/starts", {"starts": 0}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(BENT_PLANE, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
