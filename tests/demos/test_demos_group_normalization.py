from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.group_normalization import GROUP_NORMALIZATION, MAX_COST_S, SIZES
from service.demos.group_normalization.kinds import BATCH, GROUP, INSTANCE, LAYER, Maps, kinds, measure
from service.demos.normalization import EPSILON
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]
QUICK: dict[str, Any] = {"batch_sizes": [300]}  # of what learns, where only the errors are looked at


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(GROUP_NORMALIZATION, given)
    return GROUP_NORMALIZATION.run(parameters, seed, lambda _fraction, _message="": None)


def normalized(name: str, x: np.ndarray, groups: int = 4) -> np.ndarray:
    normalizer = kinds(x.shape[1], groups)[name]
    return normalizer.normalized(x, normalizer.moments(x))


MAPS = 5 + 3 * np.random.default_rng(1).standard_normal((6, 8, 5, 4))
OVER = {BATCH: (0, 2, 3), LAYER: (1, 2, 3), INSTANCE: (2, 3)}


@pytest.mark.parametrize(("name", "axes"), OVER.items())
def test_each_kind_is_the_formula_over_its_axes(name: str, axes: tuple[int, ...]) -> None:
    mean, variance = MAPS.mean(axis=axes, keepdims=True), MAPS.var(axis=axes, keepdims=True)

    assert normalized(name, MAPS) == pytest.approx((MAPS - mean) / np.sqrt(variance + EPSILON), abs=1e-12)


def test_groups_are_neighbouring_channels() -> None:
    """Normalizing each pair of channels as if it were a layer of its own."""
    pairs = [normalized(LAYER, MAPS[:, first : first + 2]) for first in range(0, 8, 2)]

    assert normalized(GROUP, MAPS, groups=4) == pytest.approx(np.concatenate(pairs, axis=1), abs=1e-12)


def test_one_group_is_layer_and_a_group_a_channel_is_instance_normalization() -> None:
    assert np.array_equal(normalized(GROUP, MAPS, groups=1), normalized(LAYER, MAPS))
    assert np.array_equal(normalized(GROUP, MAPS, groups=8), normalized(INSTANCE, MAPS))


def test_a_batch_of_one_makes_batch_normalization_instance_normalization() -> None:
    assert normalized(BATCH, MAPS[:1]) == pytest.approx(normalized(INSTANCE, MAPS[:1]), abs=1e-12)


@pytest.mark.parametrize("name", [LAYER, GROUP, INSTANCE])
def test_an_input_is_normalized_alone_as_in_a_batch_to_the_last_bit(name: str) -> None:
    assert np.array_equal(normalized(name, MAPS)[:1], normalized(name, MAPS[:1]))


@pytest.mark.parametrize("seed", SEEDS)
def test_only_batch_normalization_depends_on_its_neighbours(seed: str) -> None:
    errors = run(seed, **QUICK).output["errors"]

    assert errors["batch_sizes"] == list(SIZES)
    for name in (LAYER, GROUP, INSTANCE):
        assert set(errors[name]["change_with_other_neighbours"]) == {0.0}
    changes = errors[BATCH]["change_with_other_neighbours"]
    assert changes[0] == 0
    assert changes[1] > changes[4] > changes[8] > 0


def test_errors_are_one_over_the_root_of_the_numbers_of_a_mean() -> None:
    """Root mean squares over five seeds, within 15 percent: of 64 places and channels, and 8 groups."""
    sizes = np.array(SIZES[:8])
    runs = [measure(Maps(64, 64), sizes.tolist(), kinds(64, 8), np.random.default_rng(seed)) for seed in range(5)]
    expected = {
        BATCH: 1 / np.sqrt(64 * sizes),
        LAYER: np.full(8, 1 / 64),
        GROUP: np.full(8, 1 / np.sqrt(8 * 64)),
        INSTANCE: np.full(8, 1 / 8),
    }

    for name, theory in expected.items():
        found = np.sqrt(np.mean([np.square(one[name].mean) for one in runs], axis=0))
        assert runs[0][name].expected == pytest.approx(theory), name
        assert found == pytest.approx(theory, rel=0.15), name


@pytest.mark.parametrize("seed", SEEDS)
def test_small_batches_break_batch_normalization_and_no_other(seed: str) -> None:
    """Two numbers, normalized, are 1 and -1 whatever they were."""
    learning = run(seed).output["learning"]
    accuracies = {name: [one["accuracy"] for one in learning[name]] for name in (BATCH, LAYER, GROUP)}

    assert learning["batch_sizes"] == [2, 4, 8, 32]
    assert accuracies[BATCH][0] < 0.5
    assert accuracies[BATCH][0] < accuracies[BATCH][1] < accuracies[BATCH][3]
    assert accuracies[BATCH][3] > 0.75
    for name in (LAYER, GROUP):
        assert min(accuracies[name]) > 0.75
        assert np.ptp(accuracies[name]) < 0.06


def test_sizes_are_put_in_their_order() -> None:
    assert resolve_parameters(GROUP_NORMALIZATION, {"batch_sizes": [32, 2]})["batch_sizes"] == [2, 32]


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/channels", {"channels": 10**6}),
    ("/groups", {"groups": 7}),
    ("/groups", {"groups": 0}),
    ("/side", {"side": 1000}),
    ("/batch_sizes", {"batch_sizes": []}),
    ("/batch_sizes", {"batch_sizes": [2, 2]}),
    ("/batch_sizes/0", {"batch_sizes": [1]}),
    ("/depth", {"depth": 100}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/epochs", {"epochs": 10**9}),
    ("/epochs", {"epochs": 50, "depth": 10, "batch_sizes": [2, 3, 4]}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(GROUP_NORMALIZATION, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_too_much_work_is_refused_with_what_would_fit() -> None:
    with pytest.raises(InvalidInput, match="at most about") as refused:
        resolve_parameters(GROUP_NORMALIZATION, {"epochs": 50, "depth": 10})

    fitting = int(str(refused.value).split("at most about ")[1].split(".")[0])
    parameters = resolve_parameters(GROUP_NORMALIZATION, {"epochs": fitting, "depth": 10})
    assert 0.8 * MAX_COST_S < GROUP_NORMALIZATION.cost_s(parameters) <= MAX_COST_S
