from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.gradient_descent_networks import GRADIENT_DESCENT_NETWORKS
from service.demos.gradient_descent_networks.descent import expected_noise, gradient_noise, losses_by_update
from service.demos.gradient_descent_networks.parameters import MAX_COST_S
from service.demos.playground import PLAYGROUND
from service.demos.playground.training import start_run
from service.errors import InvalidInput

ALL = 250
SEEDS = ["1", "2", "3", "4", "5"]


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(GRADIENT_DESCENT_NETWORKS, given)
    return GRADIENT_DESCENT_NETWORKS.run(parameters, seed, lambda _fraction, _message="": None)


def medians(output: dict[str, Any]) -> dict[int, Any]:
    """The median loss of the seeds by epoch, for each batch size."""
    return {
        batch["batch_size"]: np.array([median for _, median, _ in batch["loss_quartiles_by_epoch"]])
        for batch in output["batches"]
    }


@pytest.mark.parametrize("size", [1, 30, ALL])
def test_a_run_is_the_playgrounds_with_that_batch_and_rate(size: int) -> None:
    batches = run(batch_sizes=[size], n_seeds=2, epochs=5).output["batches"]

    for place, seed in enumerate(["1", "1-1"]):
        parameters = resolve_parameters(PLAYGROUND, {"batch_size": size, "epochs": 5})
        alone = PLAYGROUND.run(parameters, seed, lambda _fraction, _message="": None).output
        assert batches[0]["final_losses"][place] == pytest.approx(alone["train_loss"], rel=1e-12)


@pytest.mark.parametrize("size", [1, 30, ALL])
def test_losses_by_update_meet_those_by_epoch(size: int) -> None:
    """Thirty does not divide 250: eight updates an epoch, and ten samples wait for the next one's first."""
    epochs = 3
    updates = epochs * (ALL // size)

    batch = run(batch_sizes=[size], n_seeds=1, epochs=epochs, updates=updates).output["batches"][0]

    assert len(batch["loss_by_update"]) == updates + 1
    assert batch["loss_by_update"][-1] == pytest.approx(batch["final_losses"][0], rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_by_epoch_smaller_batches_learn_faster_at_a_small_rate(seed: str) -> None:
    found = medians(run(seed, batch_sizes=[1, 10, ALL], learning_rate=0.01).output)

    assert found[1][-1] < 0.3 * found[10][-1]
    assert found[10][-1] < 0.9 * found[ALL][-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_by_update_ten_samples_do_what_all_do_at_a_small_rate(seed: str) -> None:
    """A batch's gradient is right on average."""
    parameters = resolve_parameters(PLAYGROUND, {})
    start = start_run(parameters, seed)

    few, all_ = (losses_by_update(start, size, 0.01, 100) for size in (10, ALL))

    fall = all_[0] - all_[-1]
    assert few[-1] - all_[-1] == pytest.approx(0, abs=0.15 * fall)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_samples_at_a_small_rate_never_raise_the_loss_and_single_ones_often_do(seed: str) -> None:
    one, everything = run(seed, batch_sizes=[1, ALL], learning_rate=0.03, n_seeds=1).output["batches"]

    assert everything["share_of_updates_that_raise_the_loss"] == 0
    assert one["share_of_updates_that_raise_the_loss"] > 0.2


@pytest.mark.parametrize("size", [2, 5, 10, 25, 50])
def test_gradient_noise_falls_as_one_over_the_batch(size: int) -> None:
    """Over 30 seeds the mean of measured over expected is 1 within four of its standard errors."""
    starts = [start_run(resolve_parameters(PLAYGROUND, {}), str(seed)) for seed in range(30)]

    ratios = np.array(
        [gradient_noise(start, size) / expected_noise(gradient_noise(start, 1), size) for start in starts]
    )

    assert np.mean(ratios) == pytest.approx(1, abs=4 * np.std(ratios) / np.sqrt(len(ratios)))
    assert np.std(ratios) / np.sqrt(len(ratios)) < 0.1


def test_all_samples_have_no_noise() -> None:
    start = start_run(resolve_parameters(PLAYGROUND, {}), "1")

    assert gradient_noise(start, ALL) == 0 == expected_noise(1.0, ALL)


@pytest.mark.parametrize("seed", SEEDS)
def test_larger_batches_need_larger_steps(seed: str) -> None:
    one, ten, all_ = run(seed).output["by_learning_rate"]["best_learning_rate"]

    assert one < ten < all_


@pytest.mark.parametrize("seed", SEEDS)
def test_small_steps_scale_with_the_batch(seed: str) -> None:
    """Ten samples at ten times the rate move as ten updates by single ones do, to first order in the rate."""
    single = medians(run(seed, batch_sizes=[1], learning_rate=0.003, epochs=30).output)[1]
    tens = medians(run(seed, batch_sizes=[10], learning_rate=0.03, epochs=30).output)[10]

    assert tens == pytest.approx(single, rel=0.03)


@pytest.mark.parametrize("seed", SEEDS)
def test_single_samples_at_a_large_rate_do_not_learn(seed: str) -> None:
    found = medians(run(seed, learning_rate=1.0, batch_sizes=[1, ALL]).output)

    assert found[1][-1] > found[1][0] > 3 * found[ALL][-1]


def test_what_is_compared_is_put_in_its_order() -> None:
    given = {"batch_sizes": [ALL, 1], "learning_rates": [1.0, 0.1]}

    resolved = resolve_parameters(GRADIENT_DESCENT_NETWORKS, given)

    assert resolved["batch_sizes"] == [1, ALL]
    assert resolved["learning_rates"] == [0.1, 1.0]


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/dataset", {"dataset": "reg-plane"}),
    ("/noise", {"noise": float("nan")}),
    ("/hidden_layers", {"hidden_layers": [1] * 100}),
    ("/hidden_layers/0", {"hidden_layers": [10**6]}),
    ("/activation", {"activation": "step"}),
    ("/batch_sizes", {"batch_sizes": []}),
    ("/batch_sizes", {"batch_sizes": [5, 5]}),
    ("/batch_sizes/0", {"batch_sizes": [251]}),
    ("/learning_rate", {"learning_rate": 0}),
    ("/learning_rates", {"learning_rates": [0.1]}),
    ("/learning_rates/1", {"learning_rates": [0.1, float("inf")]}),
    ("/epochs", {"epochs": 10**9}),
    ("/epochs", {"epochs": 2000, "hidden_layers": [16] * 4}),
    ("/updates", {"updates": 2001}),
    ("/target_loss", {"target_loss": 0}),
    ("/n_seeds", {"n_seeds": 17}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(GRADIENT_DESCENT_NETWORKS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_too_much_work_is_refused_with_what_would_fit() -> None:
    large = {"hidden_layers": [16] * 4}
    with pytest.raises(InvalidInput, match="at most about") as refused:
        resolve_parameters(GRADIENT_DESCENT_NETWORKS, {"epochs": 2000, **large})

    fitting = int(str(refused.value).split("at most about ")[1].split(".")[0])
    parameters = resolve_parameters(GRADIENT_DESCENT_NETWORKS, {"epochs": fitting, **large})
    assert GRADIENT_DESCENT_NETWORKS.cost_s(parameters) == pytest.approx(MAX_COST_S, rel=0.01)
