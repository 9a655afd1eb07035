from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from service.demos.compiled import Floats
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import Dense, cross_entropy, gradients, one_hot
from service.demos.digits import CLASSES, every_digit
from service.demos.representation_space import REPRESENTATION_SPACE
from service.demos.representation_space.convolving import (
    draw_convolving,
    pooled_gradients,
    pooled_outputs,
    sharing,
    tie,
)
from service.demos.representation_space.families import FAMILIES
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]


def silent(_fraction: float, _message: str = "") -> None:
    pass


def run(seed: str = "1", **given: Any) -> DemoResult:
    return REPRESENTATION_SPACE.run(resolve_parameters(REPRESENTATION_SPACE, given), seed, silent)


@cache
def result_of(seed: str) -> DemoResult:
    """All families, by the distances of 200 digits."""
    return run(seed, points=200)


def of_seed(seed: str) -> dict[str, Any]:
    return result_of(seed).output


def between(output: dict[str, Any], first: str, second: str) -> float:
    """The distance of two networks by id; of two copies where it is the same id."""
    ids = [network["id"] for network in output["networks"]]
    i = ids.index(first)
    j = ids.index(second, i + 1) if first == second else ids.index(second)
    return float(output["distances"][i][j])


@pytest.mark.parametrize("seed", SEEDS)
def test_wide_networks_learn_what_their_copies_learn_and_narrow_ones_do_not(seed: str) -> None:
    output = of_seed(seed)

    for family in ("sigmoid", "relu"):
        assert between(output, f"{family}:100", f"{family}:100") < 0.5 * between(output, f"{family}:2", f"{family}:2")
        assert between(output, f"{family}:100", "pixels") < 0.6 * between(output, f"{family}:1", "pixels")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_wide_network_is_nearer_to_its_copy_than_to_another_family(seed: str) -> None:
    output = of_seed(seed)

    assert between(output, "sigmoid:100", "sigmoid:100") < between(output, "sigmoid:100", "relu:100")
    assert between(output, "relu:200", "relu:200") < between(output, "relu:200", "sigmoid:100")


@pytest.mark.parametrize("seed", SEEDS)
def test_every_wide_network_reads_digits(seed: str) -> None:
    """Of which it has learnt none: so that what is compared is learnt, not drawn."""
    copies = defaultdict(list)
    for network in of_seed(seed)["networks"]:
        copies[network["id"]].append(network["accuracy"])

    for id_ in ("sigmoid:20", "sigmoid:100", "relu:100", "two-relu:200-100"):
        assert min(copies[id_]) > 0.92, id_
    assert min(copies["convolution:8"]) > 0.85
    assert min(copies["pooling:8"]) > 0.8
    assert max(copies["relu:1"]) < 0.6


def test_a_shared_first_layer_is_a_convolution() -> None:
    """Against sums over every place, channel by channel."""
    random = np.random.default_rng(1)
    filters, shared = 3, sharing(3)
    kernels = random.standard_normal((5, 5, filters))
    image = random.standard_normal((8, 8))

    units = image.reshape(-1) @ np.where(shared >= 0, kernels.ravel()[shared], 0.0)

    expected = [
        np.sum(image[row : row + 5, column : column + 5] * kernels[:, :, k])
        for row, column, k in np.ndindex(4, 4, filters)
    ]
    assert units == pytest.approx(expected)


def test_pooling_takes_the_largest_of_two_by_two() -> None:
    random = np.random.default_rng(1)
    net, _ = draw_convolving(3, True, random)
    x = random.standard_normal((5, 64))
    outputs = np.maximum(x @ net.weights[0], 0).reshape(5, 4, 4, 3)

    pooled = pooled_outputs(net, x).reshape(5, 2, 2, 3)

    for n, row, column, k in np.ndindex(5, 2, 2, 3):
        block = outputs[n, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2, k]
        assert pooled[n, row, column, k] == block.max()


@pytest.mark.parametrize("pools", [False, True])
def test_tied_gradients_are_those_of_the_kernels(pools: bool) -> None:
    """By central differences of each kernel's numbers and biases."""
    filters = 2
    net, shared = draw_convolving(filters, pools, np.random.default_rng(2))
    digits = every_digit()[:20]
    x, targets = digits.centred().images, one_hot(digits.labels, CLASSES)

    found = tie((pooled_gradients if pools else gradients)(net, x, targets), shared)

    def loss(weights: Floats, biases: Floats) -> float:
        moved = Dense((weights, net.weights[1]), (biases, net.biases[1]), "relu")
        outputs = pooled_outputs(moved, x) if pools else moved.outputs(x)[0]
        return cross_entropy(outputs @ net.weights[1] + net.biases[1], targets)

    (weights, _), (biases, _), step = net.weights, net.biases, 1e-6
    for number in range(0, 25 * filters, 7):
        nudge = np.where(shared == number, step, 0.0)
        slope = (loss(weights + nudge, biases) - loss(weights - nudge, biases)) / (2 * step)
        assert found.weights[0][shared == number] == pytest.approx(slope, abs=1e-7)
    for k in range(filters):
        nudge = np.where(np.arange(16 * filters) % filters == k, step, 0.0)
        slope = (loss(weights, biases + nudge) - loss(weights, biases - nudge)) / (2 * step)
        assert found.biases[0][k::filters] == pytest.approx(slope, abs=1e-7)
    assert found.loss == pytest.approx(loss(weights, biases))


@pytest.mark.parametrize("pools", [False, True])
def test_steps_keep_shared_weights_equal(pools: bool) -> None:
    net, shared = draw_convolving(2, pools, np.random.default_rng(3))
    digits = every_digit()[:50]
    slope = pooled_gradients if pools else gradients

    for _ in range(20):
        net = net.stepped(tie(slope(net, digits.images, one_hot(digits.labels, CLASSES)), shared), 0.05)

    for number in range(25 * 2):
        assert np.ptp(net.weights[0][shared == number]) < 1e-12
    assert np.all(net.weights[0][shared < 0] == 0)


@pytest.mark.parametrize("result", [lambda: result_of("1"), lambda: run(method="pca", points=100)], ids=["tsne", "pca"])
def test_names_lie_on_no_mark_and_on_no_other_name(result: Callable[[], DemoResult]) -> None:
    layers = result().figures["space"].spec["layer"]
    marks = [(row["x"], row["y"]) for row in layers[0]["data"]["values"]]

    boxes = []
    for layer in layers[1:]:
        for row in layer["data"]["values"]:
            width = 6 * len(row["text"])
            left = row["x"] if row["align"] == "left" else row["x"] - width
            boxes.append((left, row["y"] - 5, left + width, row["y"] + 5))

    assert len(boxes) >= 10
    assert not any(left < x < right and top < y < bottom for left, top, right, bottom in boxes for x, y in marks)
    assert not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for i, a in enumerate(boxes) for b in boxes[:i]
    )


def test_the_network_to_be_shown_is_shown() -> None:
    output = run(shown="sigmoid:2", families=["pixels", "sigmoid"], copies=1, points=150).output

    assert list(output["shown"]) == ["Pixels", "Sigmoid units 2"]
    assert np.shape(output["shown"]["Sigmoid units 2"]) == (150, 2)


def test_families_stand_together_and_pixels_come_once() -> None:
    ids = [network["id"] for network in of_seed("1")["networks"]]

    assert ids.count("pixels") == 1
    assert len(ids) == 1 + 2 * sum(len(family) for name, family in FAMILIES.items() if name != "pixels")


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/families", {"families": []}),
    ("/families", {"families": ["pixels"]}),
    ("/families", {"families": ["relu", "relu"]}),
    ("/families/0", {"families": ["transformer"]}),
    ("/copies", {"copies": 10**6}),
    ("/points", {"points": 10**6}),
    ("/method", {"method": "umap"}),
    ("/shown", {"shown": "relu:10^6"}),
    ("/shown", {"shown": "relu:100", "families": ["sigmoid"]}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(REPRESENTATION_SPACE, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
