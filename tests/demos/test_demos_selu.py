from typing import Any

import numpy as np
import pytest

from service.demos.activations.functions import SELU_ALPHA, SELU_SCALE
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.propagation import FUNCTIONS
from service.demos.selu import MAX_COST_S, SELU
from service.demos.selu.dropping import FLOOR, alpha_dropout, alpha_factors, dropout
from service.demos.selu.mapping import Moments, Weights, after_layer, fixed_point, jacobian, path
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]
LECUN = Weights(0.0, 1.0)
RATES = [0.05, 0.1, 0.3, 0.5, 0.9]


def run(seed: str = "1", **given: Any) -> DemoResult:
    return SELU.run(resolve_parameters(SELU, given), seed, lambda _fraction, _message="": None)


def integrated(mean: float, variance: float) -> tuple[float, float]:
    """Mean and variance of the SELU of a normal number, by adding up 400,001 places."""
    z = np.linspace(-12, 12, 400_001)
    density = np.exp(-z * z / 2)
    h = FUNCTIONS["selu"].f(mean + np.sqrt(variance) * z)
    average = float(np.sum(density * h) / density.sum())
    return average, float(np.sum(density * (h - average) ** 2) / density.sum())


@pytest.mark.parametrize("omega", [-0.4, 0.0, 0.1])
@pytest.mark.parametrize("mean", [-1.0, 0.0, 0.7])
@pytest.mark.parametrize("variance", [0.1, 1.0, 9.0])
def test_the_closed_form_is_the_integral(omega: float, mean: float, variance: float) -> None:
    after = after_layer(Moments(mean, variance), Weights(omega, 1.1))

    assert (after.mean, after.variance) == pytest.approx(integrated(mean * omega, variance * 1.1), abs=1e-6)


def test_mean_0_and_variance_1_stay_what_they_are() -> None:
    after = after_layer(Moments(0, 1), LECUN)

    assert after.mean == pytest.approx(0, abs=1e-10)
    assert after.square == pytest.approx(1, abs=1e-9)


def test_the_jacobian_there_is_the_papers() -> None:
    """Klambauer et al. 2017, equation 7: all that is not in the fixed point gets closer to it."""
    slopes = jacobian(Moments(0, 1), LECUN)

    assert slopes == pytest.approx(np.array([[0, 0.088834], [0, 0.782648]]), abs=1e-5)
    assert np.linalg.norm(slopes, 2) == pytest.approx(0.7877, abs=1e-4)
    assert run(networks=["selu"], width=8, nets=1).output["map"]["spectral_norm"] == pytest.approx(0.7877, abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_all_starts_near_the_fixed_point_stay_there_and_meet(seed: int) -> None:
    """The paper's theorem 1, with its domain, from 50 starts."""
    random = np.random.default_rng(seed)
    weights = Weights(random.uniform(-0.1, 0.1), random.uniform(0.95, 1.1))
    end = fixed_point(weights)

    paths = [path(Moments(random.uniform(-0.1, 0.1), random.uniform(0.8, 1.5)), weights, 200) for _ in range(50)]

    assert all(abs(at.mean) <= 0.1 and 0.8 <= at.variance <= 1.5 for each in paths for at in each)
    for each in paths:
        assert (each[-1].mean, each[-1].variance) == pytest.approx((end.mean, end.variance), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_high_variance_falls_and_low_variance_rises(seed: int) -> None:
    """The paper's theorems 2 and 3, with their domains, at 200 points each."""
    random = np.random.default_rng(seed)
    for _ in range(200):
        weights = Weights(random.uniform(-0.1, 0.1), random.uniform(0.9, 1.25))
        high = Moments(random.uniform(-1, 1), random.uniform(3, 16))
        low = Moments(random.uniform(-0.1, 0.1), random.uniform(0.02, 0.24))

        assert after_layer(high, weights).variance < high.variance
        assert after_layer(low, weights).variance > low.variance


@pytest.mark.parametrize("seed", SEEDS)
def test_fifty_layers_of_selus_keep_mean_and_variance_and_relus_do_not(seed: str) -> None:
    """In each of ten networks; ReLUs keep the mean square, but each network has its own, and a mean above 0."""
    found = run(seed, networks=["selu", "relu"], nets=10).output["networks"]

    selu, relu = found["selu"], found["relu"]
    assert np.abs(selu["last_means"]).max() < 0.13  # three times 1 / sqrt(512)
    assert np.abs(np.array(selu["last_variances"]) - 1).max() < 0.13
    assert min(relu["last_means"]) > 0.2
    assert np.ptp(relu["last_variances"]) > 5 * np.ptp(selu["last_variances"])


@pytest.mark.parametrize("seed", SEEDS)
def test_alpha_dropout_keeps_them_and_plain_dropout_does_not(seed: str) -> None:
    """Plain dropout multiplies the mean square that a layer sums up by 1 / (1 - rate), again and again."""
    rate = 0.2
    ends = [Moments(0, 1)]
    for _ in range(50):
        ends.append(after_layer(Moments(0, ends[-1].square / (1 - rate)), LECUN))

    found = run(seed, networks=["selu_alpha_dropout", "selu_dropout"], dropout=rate).output["networks"]

    alpha, plain = found["selu_alpha_dropout"], found["selu_dropout"]
    assert alpha["mean"][-1] == pytest.approx(0, abs=0.04)
    assert alpha["variance"][-1] == pytest.approx(1, abs=0.04)
    assert plain["variance"][-1] == pytest.approx(ends[-1].variance, rel=0.05)
    assert ends[-1].variance > 1.8


@pytest.mark.parametrize("seed", SEEDS)
def test_shifted_inputs_come_back_as_theory_says(seed: str) -> None:
    given = {"networks": ["selu"], "input_mean": 1.0, "input_variance": 4.0, "nets": 4}
    expected = [after_layer(Moments(0, 5.0), LECUN)]  # weights have mean 0: a sum's variance is the mean square
    for _ in range(49):
        expected.append(after_layer(Moments(0, expected[-1].square), LECUN))

    found = run(seed, **given).output["networks"]["selu"]

    assert expected[3].variance > 1.5
    assert found["variance"][1:] == pytest.approx([one.variance for one in expected], rel=0.06)
    assert found["variance"][-1] == pytest.approx(1, abs=0.05)


def test_the_wrong_initialization_explodes() -> None:
    found = run(networks=["selu", "selu_he"], nets=2).output["networks"]

    assert min(found["selu_he"]["last_variances"]) > 100 > 100 * 0.9 * max(found["selu"]["last_variances"])


def test_kinds_are_compared_on_equal_weights_and_inputs() -> None:
    given = {"width": 32, "depth": 5}

    alone, together = (run(networks=list(names), **given).output["networks"] for names in (["selu"], ["selu", "relu"]))

    assert alone["selu"] == together["selu"]
    assert together["selu"]["mean"][0] == together["relu"]["mean"][0]


@pytest.mark.parametrize("rate", RATES)
def test_alpha_dropouts_factor_and_shift_keep_mean_0_and_variance_1_exactly(rate: float) -> None:
    """Of -1 and 1 with equal chances, kept or off: all cases, weighted."""
    factor, shift = alpha_factors(rate)
    values = factor * np.array([-1.0, 1.0, FLOOR]) + shift
    chances = np.array([(1 - rate) / 2, (1 - rate) / 2, rate])

    mean = chances @ values

    assert mean == pytest.approx(0, abs=1e-15)
    assert chances @ (values - mean) ** 2 == pytest.approx(1, abs=1e-14)


def test_a_unit_that_is_off_puts_out_what_selus_come_down_to() -> None:
    assert FLOOR == -SELU_SCALE * SELU_ALPHA == pytest.approx(-1.7580993408473766, abs=1e-15)
    factor, shift = alpha_factors(0.5)
    h = FUNCTIONS["selu"].f(np.random.default_rng(1).standard_normal(1000))

    dropped = alpha_dropout(h, 0.5, np.random.default_rng(2))

    off = np.isclose(dropped, factor * FLOOR + shift)
    assert 400 < off.sum() < 600
    assert dropped[~off] == pytest.approx(factor * h[~off] + shift)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("seed", range(3))
def test_moments_after_dropout_are_those_of_theory(rate: float, seed: int) -> None:
    """Within five standard errors, as estimated from the sample."""
    random = np.random.default_rng(seed)
    h = FUNCTIONS["selu"].f(random.standard_normal(100_000))

    for dropped, variance in ((alpha_dropout(h, rate, random), 1.0), (dropout(h, rate, random), 1 / (1 - rate))):
        mean_error = dropped.std() / np.sqrt(h.size)
        variance_error = ((dropped - dropped.mean()) ** 2).std() / np.sqrt(h.size)
        assert dropped.mean() == pytest.approx(0, abs=5 * mean_error)
        assert dropped.var() == pytest.approx(variance, abs=5 * variance_error)


def test_no_dropout_changes_nothing() -> None:
    h, random = np.linspace(-1, 3, 50), np.random.default_rng(1)

    assert alpha_dropout(h, 0.0, random) == pytest.approx(h)
    assert np.array_equal(dropout(h, 0.0, random), h)


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/networks", {"networks": []}),
    ("/networks", {"networks": ["selu", "selu"]}),
    ("/networks/0", {"networks": ["transformer"]}),
    ("/depth", {"depth": 10**6}),
    ("/width", {"width": 10**6}),
    ("/nets", {"nets": 30, "depth": 100, "width": 1024}),
    ("/dropout", {"dropout": 1.0}),
    ("/dropout", {"dropout": float("nan")}),
    ("/input_mean", {"input_mean": float("inf")}),
    ("/input_variance", {"input_variance": 0}),
    ("/omega", {"omega": 5}),
    ("/tau", {"tau": 0}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(SELU, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_the_largest_network_alone_may_run() -> None:
    parameters = resolve_parameters(SELU, {"depth": 100, "width": 1024, "nets": 1})

    assert SELU.cost_s(parameters) < MAX_COST_S
