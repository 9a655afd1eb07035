from typing import Any

import numpy as np
import pytest

from service.demos.batch_normalization import BATCH_NORMALIZATION, MAX_COST_S
from service.demos.batch_normalization.learning import kept
from service.demos.batch_normalization.network import Layer, Network, drawn, forward, gradients
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import cross_entropy
from service.demos.normalization import Moments, Normalizer
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]
SMALL: dict[str, Any] = {"width": 8, "depth": 3, "epochs": 1, "scales": [1.0]}


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(BATCH_NORMALIZATION, given)
    return BATCH_NORMALIZATION.run(parameters, seed, lambda _fraction, _message="": None)


BATCH = Normalizer(6, over_batch=True)
NORMALIZERS = [None, BATCH, Normalizer(1, over_batch=False), Normalizer(2, over_batch=False)]


def a_problem(normalizer: Normalizer | None) -> tuple[Network, Any, Any]:
    """A network whose gains and shifts are no longer those of the start, inputs and targets."""
    random = np.random.default_rng(1)
    net = drawn((5, 6, 6, 3), 1.0, normalizer, random)
    layers = (
        Layer(w, 0.1 * random.standard_normal(b.shape), 1 + 0.3 * random.standard_normal(g.shape), s + 0.2)
        for w, b, g, s in net.layers
    )
    return Network(tuple(layers), normalizer), random.standard_normal((20, 5)), np.eye(3)[random.integers(0, 3, 20)]


@pytest.mark.parametrize("normalizer", NORMALIZERS, ids=str)
def test_gradients_are_central_differences(normalizer: Normalizer | None) -> None:
    net, x, targets = a_problem(normalizer)
    _, slopes = gradients(net, forward(net, x), targets)
    step = 1e-6

    def loss(place: int, part: int, nudge: Any) -> float:
        layers = list(net.layers)
        values = list(layers[place])
        values[part] = values[part] + nudge
        layers[place] = Layer(*values)
        return cross_entropy(forward(Network(tuple(layers), normalizer), x).logits, targets)

    for place in range(3):
        for part in range(4):
            gradient = slopes[place][part]
            units = step * np.eye(gradient.size).reshape(-1, *gradient.shape)
            differences = [(loss(place, part, one) - loss(place, part, -one)) / (2 * step) for one in units]
            assert gradient.ravel() == pytest.approx(differences, abs=1e-8), (place, part)


def test_the_scale_of_weights_changes_nothing_but_their_gradient_inversely() -> None:
    """Ioffe and Szegedy 2015, section 3.3: BN((a W) u) = BN(W u), and the gradient by a W is 1 / a of that by W."""
    net, x, targets = a_problem(BATCH)
    scaled = Network(tuple(Layer(7 * w, 7 * b, g, s) for w, b, g, s in net.layers[:-1]) + net.layers[-1:], BATCH)

    (loss, slopes), (other_loss, other_slopes) = (gradients(one, forward(one, x), targets) for one in (net, scaled))

    assert other_loss == pytest.approx(loss, rel=1e-4)  # but for the epsilon in the variance
    for one, other in zip(slopes[:-1], other_slopes[:-1], strict=True):
        assert 7 * other.weights == pytest.approx(one.weights, rel=0.01, abs=1e-5)


def test_a_bias_before_normalization_has_no_effect() -> None:
    net, x, targets = a_problem(BATCH)

    _, slopes = gradients(net, forward(net, x), targets)

    assert slopes[0].bias == pytest.approx(np.zeros(6), abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_normalization_learns_where_plain_weights_are_too_small_or_too_large(seed: str) -> None:
    """Ten layers, learning rate 0.1, ten epochs."""
    small, small_normalized, large, large_normalized = run(seed, scales=[0.3, 4.0], epochs=10).output["networks"]

    assert small["losses"][-24:] == pytest.approx([np.log(10)] * 24, abs=0.05)
    assert small["accuracy"] < 0.15
    assert small_normalized["accuracy"] > 0.9
    assert large["status"] == "diverged"
    assert large["accuracy"] is None
    assert large_normalized["accuracy"] > 0.7


@pytest.mark.parametrize("seed", SEEDS)
def test_the_signal_goes_with_the_power_of_the_depth_unless_it_is_normalized(seed: str) -> None:
    """He's weights times a: each layer multiplies by a. Normalized, half of a normal number's square is left: √½."""
    small, small_normalized, large, large_normalized = run(seed, scales=[0.3, 4.0], epochs=1, width=256).output[
        "networks"
    ]

    for network, scale in ((small, 0.3), (large, 4.0)):
        deviations = np.array(network["first_deviations_by_layer"])
        assert (deviations[-1] / deviations[0]) ** (1 / 8) == pytest.approx(scale, rel=0.05)
    for network in (small_normalized, large_normalized):
        assert network["first_deviations_by_layer"] == pytest.approx([np.sqrt(0.5)] * 9, rel=0.05)


@pytest.mark.parametrize("momentum", [0.05, 0.1, 1.0])
def test_running_moments_are_the_weighted_sum_of_the_batches(momentum: float) -> None:
    """(1 - m)^k of the start, and m (1 - m)^(k - i) of batch i; variances as of what batches of 40 are drawn from."""
    watched = run(**SMALL, momentum=momentum, batch_size=40).output["networks"][1]["watched_unit"]
    k = len(watched["batch_mean"])
    weights = momentum * (1 - momentum) ** np.arange(k - 1, -1, -1)

    expected_mean = weights @ watched["batch_mean"]
    expected_variance = (1 - momentum) ** k + weights @ watched["batch_variance"] * 40 / 39

    assert k == 30
    assert watched["running_mean"][-1] == pytest.approx(expected_mean)
    assert watched["running_variance"][-1] == pytest.approx(expected_variance)


def test_moments_of_many_batches_are_those_of_the_numbers_they_are_drawn_from() -> None:
    """Of normal numbers of mean 3 and variance 4 in batches of two: only n / (n - 1) gives 4."""
    random = np.random.default_rng(1)
    running = Moments(np.zeros((1, 1)), np.ones((1, 1)))

    for _ in range(20_000):
        batch = random.normal(3, 2, (2, 1))
        running = kept(running, Moments(batch.mean(0, keepdims=True), batch.var(0, keepdims=True)), 2, 0.001)

    assert running.mean[0, 0] == pytest.approx(3, abs=0.15)
    assert running.variance[0, 0] == pytest.approx(4, rel=0.12)


@pytest.mark.parametrize("seed", SEEDS)
def test_running_moments_judge_as_the_moments_of_all_the_judged_do(seed: str) -> None:
    network = run(seed, scales=[1.0], depth=4).output["networks"][1]

    assert network["accuracy"] == pytest.approx(network["accuracy_by_moments_of_the_judged"], abs=0.03)


def test_scales_are_put_in_their_order() -> None:
    assert resolve_parameters(BATCH_NORMALIZATION, {"scales": [4.0, 0.3]})["scales"] == [0.3, 4.0]


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/scales", {"scales": []}),
    ("/scales", {"scales": [1, 1]}),
    ("/scales/0", {"scales": [float("nan")]}),
    ("/scales/1", {"scales": [1, 0]}),
    ("/depth", {"depth": 100}),
    ("/width", {"width": 10**6}),
    ("/learning_rate", {"learning_rate": float("inf")}),
    ("/epochs", {"epochs": 10**9}),
    ("/batch_size", {"batch_size": 1}),
    ("/momentum", {"momentum": 0}),
    ("/epochs", {"epochs": 100, "width": 256, "depth": 20}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(BATCH_NORMALIZATION, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_too_much_work_is_refused_with_what_would_fit() -> None:
    large = {"width": 256, "depth": 12}
    with pytest.raises(InvalidInput, match="at most about") as refused:
        resolve_parameters(BATCH_NORMALIZATION, {"epochs": 100, **large})

    fitting = int(str(refused.value).split("at most about ")[1].split(".")[0])
    parameters = resolve_parameters(BATCH_NORMALIZATION, {"epochs": fitting, **large})
    assert 0.8 * MAX_COST_S < BATCH_NORMALIZATION.cost_s(parameters) <= MAX_COST_S
