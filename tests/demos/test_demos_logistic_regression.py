from itertools import combinations
from typing import Any

import numpy as np
import pytest

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.logistic_regression import LOGISTIC_REGRESSION, MAX_COST_S
from service.demos.logistic_regression.data import DATASETS
from service.demos.logistic_regression.learning import Model, optimum, probability
from service.errors import InvalidInput

SEEDS = ["1", "2", "3"]
OWN_POINTS = LOGISTIC_REGRESSION.presets["own-points"]["points"]


def run(seed: str = "1", **given: Any) -> DemoResult:
    parameters = resolve_parameters(LOGISTIC_REGRESSION, given)
    return LOGISTIC_REGRESSION.run(parameters, seed, lambda _fraction, _message="": None)


def inputs(output: dict[str, Any]) -> tuple[Any, Any]:
    x, y = np.array(output["data"]["x"]), np.array(output["data"]["y"])
    return np.stack([np.ones_like(x), x, y], axis=1), np.array(output["data"]["label"])


# Intercept and coefficients that scikit-learn 1.9.1 finds for the points of the preset "own-points":
# LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-13) on x, y (x², y², xy).
SCIKIT_LEARN = [
    ("linear", 0.1, [-0.84973107, 2.74223578, 2.02512522]),
    ("linear", 1.0, [-0.17975008, 0.98954188, 0.47422503]),
    ("linear", 10.0, [-0.02222006, 0.22192772, 0.03778399]),
    ("quadratic", 0.1, [-0.69990446, 2.57909002, 1.90643968, 0.47024905, 0.01499383, 0.92761423]),
    ("quadratic", 1.0, [-0.19407407, 1.00829064, 0.47352854, 0.10024549, -0.02684513, 0.20331208]),
    ("quadratic", 10.0, [-0.0155983, 0.22222012, 0.03712427, -0.00298003, 0.00518711, 0.01064794]),
]


@pytest.mark.parametrize(("kind", "penalty", "weights"), SCIKIT_LEARN)
def test_weights_are_scikit_learns_with_c_one_over_lambda(kind: str, penalty: float, weights: list[float]) -> None:
    output = run(points=OWN_POINTS, features=kind, penalty=penalty, iterations=20_000).output

    assert output["optimum"]["weights"] == pytest.approx(weights, abs=1e-7)
    assert output["weights"] == pytest.approx(weights, abs=1e-6)


@pytest.mark.parametrize("penalty", [0.0, 3.0])
def test_gradient_and_hessian_are_central_differences(penalty: float) -> None:
    random = np.random.default_rng(1)
    features = np.c_[np.ones(30), random.normal(size=(30, 2))]
    model, w = Model(features, random.integers(0, 2, 30).astype(float), penalty), random.normal(size=3)
    steps = 1e-5 * np.eye(3)

    slopes = [(model.loss(w + step) - model.loss(w - step)) / 2e-5 for step in steps]
    curvatures = [(model.gradient(w + step) - model.gradient(w - step)) / 2e-5 for step in steps]

    assert model.gradient(w) == pytest.approx(slopes, abs=1e-9)
    assert model.hessian(w) == pytest.approx(np.array(curvatures), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("dataset", DATASETS)
def test_a_penalty_gives_the_weights_an_end_that_gradient_descent_reaches(seed: str, dataset: str) -> None:
    output = run(seed, dataset=dataset, n=40, penalty=1.0, iterations=10_000).output

    assert output["gradient_norm"] < 1e-9
    assert output["distance_to_optimum"] < 1e-7
    assert output["curves"]["weight_norm"][-1] == pytest.approx(output["curves"]["weight_norm"][-20], abs=1e-6)


def widest_margin(features: Any, labels: Any) -> Any:
    """The shortest w with y a.w >= 1 for all points (a hard-margin support vector machine), by trying all supports."""
    signed = (2 * labels - 1)[:, None] * features
    supports = (list(support) for size in (1, 2, 3) for support in combinations(range(len(signed)), size))
    candidates = [np.linalg.pinv(signed[support]) @ np.ones(len(support)) for support in supports]
    return min((w for w in candidates if np.min(signed @ w) > 1 - 1e-9), key=lambda w: float(w @ w))


@pytest.mark.parametrize("seed", SEEDS)
def test_without_penalty_separating_weights_grow_as_log_t_toward_the_widest_margin(seed: str) -> None:
    """Soudry et al., arXiv 1710.10345: w(t) is ŵ log t and something bounded, ŵ the support vector machine's."""
    output = run(seed, dataset="separable", n=20, penalty=0.0, iterations=100_000).output
    widest = widest_margin(*inputs(output))

    log_t, lengths = np.log(output["curves"]["iterations"][1:]), output["curves"]["weight_norm"][1:]
    third, fourth, fifth = np.interp(np.log([1e3, 1e4, 1e5]), log_t, lengths)
    per_decade = np.log(10) * np.linalg.norm(widest)

    assert output["separated"]
    assert output["optimum"] is None
    assert np.all(np.diff(lengths) > 0)
    assert (fourth - third) / per_decade == pytest.approx(1, abs=0.15)
    assert (fifth - fourth) / per_decade == pytest.approx(1, abs=0.08)
    assert widest @ output["weights"] / np.linalg.norm(widest) / fifth > 0.995


@pytest.mark.parametrize("seed", SEEDS)
def test_points_that_no_line_separates_have_best_weights_without_a_penalty(seed: str) -> None:
    output = run(seed, dataset="clouds", distance=1.0, penalty=0.0, iterations=20_000).output

    assert output["optimum"] is not None
    assert output["distance_to_optimum"] < 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_stable_rate_is_a_bound_for_every_curvature(seed: str) -> None:
    output = run(seed, n=40).output
    features, labels = inputs(output)
    model, random = Model(features, labels, 1.0), np.random.default_rng(2)

    curvatures = [np.linalg.norm(model.hessian(random.normal(size=3)), 2) for _ in range(20)]

    assert max(curvatures) <= 2 / output["largest_stable_learning_rate"]
    stable = run(seed, n=40, learning_rate=output["largest_stable_learning_rate"] * 0.99, iterations=300).output
    assert np.all(np.diff(stable["curves"]["loss"]) <= 1e-15)


def test_squares_as_features_tell_a_circle_and_a_line_cannot() -> None:
    """One label in ten is wrong, hence 0.9 at best."""
    line = [run(seed, dataset="circle", n=500).output["accuracy"] for seed in SEEDS]
    squares = [run(seed, dataset="circle", n=500, features="quadratic").output["accuracy"] for seed in SEEDS]

    assert max(line) < 0.65
    assert min(squares) > 0.83


def test_loss_and_probability_are_finite_at_any_size_of_the_weights() -> None:
    model = Model(np.array([[1.0, 1000.0], [1.0, -1000.0]]), np.array([0.0, 1.0]), 0.0)

    assert model.loss(np.array([0.0, 1000.0])) == pytest.approx(1e6)
    assert probability(np.array([-1e6, 0.0, 1e6])).tolist() == [0.0, 0.5, 1.0]


def test_newton_knows_that_separable_points_have_no_best_weights() -> None:
    separable = Model(np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([0.0, 1.0]), 0.0)

    assert optimum(separable) is None


def test_too_large_a_step_never_settles() -> None:
    curves = run(learning_rate=60.0).output["curves"]

    assert np.ptp(curves["loss"][-20:]) > 0.1


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/dataset", {"dataset": "iris"}),
    ("/n", {"n": 10**6}),
    ("/distance", {"distance": float("nan")}),
    ("/learning_rate", {"learning_rate": float("inf")}),
    ("/penalty", {"penalty": -1}),
    ("/iterations", {"iterations": 10**9}),
    ("/iterations", {"iterations": 200_000, "n": 2000, "features": "quadratic"}),
    ("/features", {"features": "cubic"}),
    ("/points/0/x", {"points": [{"x": float("nan"), "y": 0, "label": 0}, *OWN_POINTS]}),
    ("/points/0/label", {"points": [{"x": 0, "y": 0, "label": 2}, *OWN_POINTS]}),
    ("/points/6/y", {"points": [*OWN_POINTS, {"x": 0, "label": 1}]}),
    ("/points", {"points": OWN_POINTS[:3]}),
    ("/points", {"points": OWN_POINTS * 100}),
    ("/points", {"points": [OWN_POINTS[0]] * 4}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(LOGISTIC_REGRESSION, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_too_much_work_is_refused_with_what_would_fit() -> None:
    with pytest.raises(InvalidInput, match="at most about") as refused:
        resolve_parameters(LOGISTIC_REGRESSION, {"iterations": 200_000, "n": 2000, "features": "quadratic"})

    fitting = int(str(refused.value).split("at most about ")[1].split(".")[0])
    parameters = resolve_parameters(LOGISTIC_REGRESSION, {"iterations": fitting, "n": 2000, "features": "quadratic"})
    assert LOGISTIC_REGRESSION.cost_s(parameters) == pytest.approx(MAX_COST_S, rel=0.01)
