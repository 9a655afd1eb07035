from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.initialization import INITIALIZATION, MAX_COST_S
from service.demos.propagation import FUNCTIONS, Stack, propagate, theory
from service.demos.schemes import SCHEMES, Scheme
from service.errors import InvalidInput

NETS = 10


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(INITIALIZATION, given)
    return INITIALIZATION.run(parameters, seed, lambda _fraction, _message="": None)


# (activation, scheme, gain, by what a layer multiplies E[h²]), as worked out by hand.
FACTORS = [
    ("relu", "he", 1.0, 1.0),
    ("relu", "lecun", 1.0, 0.5),
    ("relu", "lecun", 8**0.5, 4.0),
    ("relu", "uniform", 1.0, 1 / 6),
    ("linear", "xavier", 1.0, 1.0),
    ("linear", "lecun", 2.0, 4.0),
    ("selu", "lecun", 1.0, 1.0),
]


@pytest.mark.parametrize(("activation", "scheme", "gain", "factor"), FACTORS)
def test_the_signal_grows_by_the_factor_of_theory(activation: str, scheme: str, gain: float, factor: float) -> None:
    output = run(activation=activation, scheme=scheme, gain=gain, depth=8, width=256, nets=NETS).output

    assert output["theory"]["growth_per_layer"] == pytest.approx(factor, rel=1e-4)
    assert output["growth_per_layer"] == pytest.approx(factor, rel=0.05)


@pytest.mark.parametrize("seed", ["1", "2"])
def test_tanh_with_xavier_decays_like_one_over_twice_the_depth(seed: str) -> None:
    output = run(seed, activation="tanh", scheme="xavier", depth=50, width=256, nets=4).output
    squares = np.array(output["layers"]["square"])

    assert squares[10] == pytest.approx(1 / 20, rel=0.15)
    assert squares[50] == pytest.approx(1 / 100, rel=0.15)
    assert output["theory"]["square"][50] == pytest.approx(0.01, rel=0.05)


def test_standard_normal_weights_saturate_tanh_and_gradients_explode() -> None:
    output = run(activation="tanh", scheme="normal", depth=10, width=512, nets=2).output

    assert output["layers"]["square"][10] == pytest.approx(0.964, abs=0.003)
    assert output["layers"]["gradient_square"][0] > 1e8


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_theory_holds_for_every_activation(activation: str) -> None:
    """At every layer, forward and backward, in networks wide enough."""
    stack = Stack(activation, Scheme("he", 0.9), depth=3, width=400)
    expected, random = theory(stack), np.random.default_rng(3)

    signals = [propagate(stack, random) for _ in range(NETS)]

    assert np.mean([one.square for one in signals], axis=0) == pytest.approx(expected.square, rel=0.05)
    assert np.mean([one.gradient_square for one in signals], axis=0) == pytest.approx(expected.gradient_square, rel=0.1)


def test_gradients_are_central_differences() -> None:
    """Of the loss by the first layer's weights; the network is drawn again for each difference."""
    stack = Stack("tanh", Scheme("xavier"), depth=3, width=8)

    class Nudged(np.random.Generator):
        """Draws as ever, but adds something to the first layer's weights."""

        def __init__(self, nudge: Any) -> None:
            super().__init__(np.random.PCG64(5))
            self.nudge, self.calls = nudge, 0

        def standard_normal(self, size: Any = None, *args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            drawn = super().standard_normal(size, *args, **kwargs)
            return drawn + self.nudge if self.calls == 2 else drawn

    def loss(nudge: Any) -> float:
        random = Nudged(nudge)
        top = propagate(stack, random, kept=(3,)).outputs[3]
        again = Nudged(nudge)
        for shape in ((32, 8), (8, 8), (8, 8), (8, 8)):
            again.standard_normal(shape)
        return float(np.sum(top * again.standard_normal((32, 8))) / 32)

    size = 1e-2  # weights are kept in float32
    gradient = [
        (loss(size * unit.reshape(8, 8)) - loss(-size * unit.reshape(8, 8))) / (2 * size) for unit in np.eye(64)
    ]

    length = np.linalg.norm(gradient) / stack.scheme.scale(8, 8)
    assert propagate(stack, Nudged(0.0)).weight_gradient[0] == pytest.approx(length, rel=1e-3)


@pytest.mark.parametrize("scheme", [name for name in SCHEMES if Scheme(name).is_random])
def test_weights_have_the_deviation_of_their_scheme(scheme: str) -> None:
    n_in, n_out = 300, 500
    expected = {
        "normal": 4.0,
        "uniform": 4 / (3 * n_in),
        "xavier": 8 / (n_in + n_out),
        "he": 8 / n_in,
        "lecun": 4 / n_in,
    }

    weights = Scheme(scheme, gain=2.0).weights(n_in, n_out, np.random.default_rng(1))

    assert weights.shape == (n_in, n_out)
    assert weights.mean() == pytest.approx(0, abs=4 * weights.std() / np.sqrt(weights.size))
    assert weights.var() == pytest.approx(expected[scheme], rel=0.02)


def test_uniform_weights_end_at_the_gain_over_the_root_of_the_inputs() -> None:
    weights = Scheme("uniform").weights(100, 1000, np.random.default_rng(1))

    assert np.abs(weights).max() == pytest.approx(0.1, rel=1e-3)


def test_zero_weights_let_nothing_through_in_either_direction() -> None:
    output = run(activation="tanh", scheme="zero", depth=5).output

    assert output["layers"]["square"][1:] == [0.0] * 5
    assert output["layers"]["gradient_square"][:5] == [0.0] * 5
    assert output["theory"] is None


def test_equal_weights_make_all_units_equal() -> None:
    """To the rounding of sums, which a matrix product may order by column."""
    stack = Stack("tanh", Scheme("constant"), depth=4, width=32)

    outputs = propagate(stack, np.random.default_rng(1), kept=(4,)).outputs[4]

    assert np.ptp(outputs, axis=1).max() < 1e-15


def test_a_histogram_counts_every_output() -> None:
    for given in INITIALIZATION.presets.values():
        histograms = run(**{**given, "width": 32, "nets": 1}).output["histograms"]

        assert all(sum(shares) == pytest.approx(1) for shares in histograms["shares"].values())


def test_signals_beyond_all_numbers_are_told() -> None:
    output = run(activation="linear", scheme="normal", gain=10.0, depth=100, width=64, nets=1).output

    assert output["status"] == "overflowed"
    assert output["layers"]["square"][-1] is None


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/activation", {"activation": "softmax"}),
    ("/scheme", {"scheme": "orthogonal"}),
    ("/gain", {"gain": float("nan")}),
    ("/gain", {"gain": float("inf")}),
    ("/depth", {"depth": 10**6}),
    ("/width", {"width": 10**6}),
    ("/width", {"width": 7}),
    ("/nets", {"nets": 0}),
    ("/nets", {"nets": 30, "depth": 100, "width": 1024}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(INITIALIZATION, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_the_largest_network_alone_may_run() -> None:
    assert (
        INITIALIZATION.cost_s(resolve_parameters(INITIALIZATION, {"depth": 100, "width": 1024, "nets": 1})) < MAX_COST_S
    )
