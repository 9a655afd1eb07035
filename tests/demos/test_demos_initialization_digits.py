from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import drawn
from service.demos.digits import every_digit
from service.demos.initialization_digits import INITIALIZATION_DIGITS, MAX_COST_S, STANDARD
from service.demos.initialization_digits.learning import digits
from service.demos.propagation import Stack, theory
from service.demos.random_numbers import generator
from service.demos.schemes import Scheme
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(INITIALIZATION_DIGITS, given)
    return INITIALIZATION_DIGITS.run(parameters, seed, lambda _fraction, _message="": None)


@pytest.fixture(scope="module", params=SEEDS)
def lessons(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the standard schemes become, of a narrower network than the default one."""
    return run(request.param, width=100, epochs=8).output["schemes"]


def test_zero_weights_learn_nothing_but_how_often_classes_come(lessons: dict[str, Any]) -> None:
    """Only the last biases move, hence one answer for all digits: nine in ten are wrong."""
    assert lessons["zero"]["costs"] == pytest.approx([np.log(10)] * 97, abs=0.01)
    assert lessons["zero"]["test_error"] == pytest.approx(0.9, abs=0.02)


def test_well_scaled_weights_learn_first_and_best(lessons: dict[str, Any]) -> None:
    """The areas under the cost curves, and digits that were not learnt from."""
    areas = {name: float(np.mean(lesson["costs"])) for name, lesson in lessons.items()}

    assert areas["lecun"] < 0.5 * min(areas["uniform"], areas["normal"], areas["zero"])
    assert lessons["lecun"]["test_error"] < 0.13
    assert lessons["normal"]["test_error"] > 2 * lessons["lecun"]["test_error"]


def test_standard_normal_weights_start_far_from_guessing(lessons: dict[str, Any]) -> None:
    """Logits are sums of a hundred saturated units: of deviation about ten, not about one."""
    assert lessons["normal"]["costs"][0] > 3 * np.log(10)


def first_outputs(scheme: str, seed: int) -> list[Any]:
    """What four hidden layers of 300 units put out for the first batch, before learning."""
    net = drawn((64, 300, 300, 300, 300, 10), "tanh", Scheme(scheme), np.random.default_rng(seed))
    return net.outputs(digits()[0].images[:100])


@pytest.mark.parametrize("seed", range(5))
def test_first_outputs_have_the_size_that_theory_tells(seed: int) -> None:
    squares = [np.mean(h**2) for h in first_outputs("lecun", seed)]

    expected = theory(Stack("tanh", Scheme("lecun"), depth=4, width=300)).square[1:]
    assert squares == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("seed", range(5))
def test_uniform_weights_leave_a_third_of_a_small_signal(seed: int) -> None:
    """Their variance is 1 / (3 n), and tanh is nearly linear where it is small."""
    *_, third, fourth = first_outputs("uniform", seed)

    assert np.mean(fourth**2) / np.mean(third**2) == pytest.approx(1 / 3, rel=0.06)


@pytest.mark.parametrize("seed", range(5))
def test_standard_normal_weights_saturate_every_layer(seed: int) -> None:
    assert all(np.mean(np.abs(h) > 0.9) > 0.85 for h in first_outputs("normal", seed))


def test_the_first_frame_is_of_the_first_outputs() -> None:
    """Counted in 61 bins of equal width; those of the frame are drawn from the same random numbers."""
    output = run("5", width=300, epochs=1).output
    frame = output["frames"][0]
    outputs = drawn((64, 300, 300, 300, 300, 10), "tanh", Scheme("lecun"), generator("5")).outputs(
        digits()[0].images[:100]
    )

    counted, _ = np.histogram(outputs[2], output["histogram_edges"])

    assert frame["mean_squares"] == pytest.approx([np.mean(h**2) for h in outputs])
    assert frame["histograms"][2] == pytest.approx(counted / outputs[2].size)


def test_zero_weights_keep_every_unit_at_zero() -> None:
    output = run(scheme="zero", width=20, epochs=2).output

    assert all(not any(frame["mean_squares"]) for frame in output["frames"])


def test_frames_are_of_the_batches_that_they_name() -> None:
    output = run(width=20, epochs=2).output
    labels = every_digit().labels

    assert [frame["update"] for frame in output["frames"]][-1] == 24
    for frame in output["frames"]:
        assert frame["update"] == 12 * frame["epoch"] + frame["batch"]
        assert frame["labels"] == labels[100 * frame["batch"] :][:100].tolist()
        assert frame["misclassified"] == np.sum(np.array(frame["labels"]) != frame["answers"])
        assert frame["cost"] == output["schemes"]["lecun"]["costs"][frame["update"]]
        assert np.sum(frame["histograms"], axis=1) == pytest.approx(np.ones(4))


def test_a_scheme_of_ones_choice_stands_beside_the_standard_ones() -> None:
    assert set(run(scheme="he", width=16, epochs=1).output["schemes"]) == {*STANDARD, "he"}


def test_a_run_that_diverges_says_so_and_ends() -> None:
    output = run(scheme="normal", activation="relu", width=200, depth=8, learning_rate=10.0, epochs=2).output

    assert output["status"] == "diverged"
    assert len(output["schemes"]["normal"]["costs"]) < 25


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/scheme", {"scheme": "orthogonal"}),
    ("/activation", {"activation": "gelu"}),
    ("/depth", {"depth": 100}),
    ("/width", {"width": 10**6}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/epochs", {"epochs": 10**9}),
    ("/epochs", {"epochs": 100, "depth": 8, "width": 500}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(INITIALIZATION_DIGITS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_too_much_work_is_refused_with_what_would_fit() -> None:
    with pytest.raises(InvalidInput, match="at most about") as refused:
        resolve_parameters(INITIALIZATION_DIGITS, {"epochs": 100, "width": 500})

    fitting = int(str(refused.value).split("at most about ")[1].split(".")[0])
    parameters = resolve_parameters(INITIALIZATION_DIGITS, {"epochs": fitting, "width": 500})
    assert 0.95 * MAX_COST_S < INITIALIZATION_DIGITS.cost_s(parameters) <= MAX_COST_S
