from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from service.demos.batch_size_sharpness import BATCH_SIZE_SHARPNESS
from service.demos.batch_size_sharpness.parameters import MAX_COST_S
from service.demos.batch_size_sharpness.sharpness import curvature, draw_subspace, sharpness
from service.demos.batch_size_sharpness.training import N_TRAIN, Problem, Rule, draw_problem, flat, learn
from service.demos.compiled import Floats
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.dense import Dense, Gradients, gradients
from service.errors import InvalidInput

SEEDS = 5


def silent(_fraction: float, _message: str = "") -> None:
    pass


def run(seed: str = "1", **given: Any) -> DemoResult:
    return BATCH_SIZE_SHARPNESS.run(resolve_parameters(BATCH_SIZE_SHARPNESS, given), seed, silent)


@pytest.fixture(scope="module")
def five_seeds() -> Any:
    """The default comparison, by batch size, of five seeds."""
    output = run(n_seeds=SEEDS, batch_sizes=[8, 128]).output
    return {batch["batch_size"]: batch for batch in output["batches"]}


def small_problem(seed: int, width: int = 6) -> Problem:
    return draw_problem(width, "elu", 0.2, np.random.default_rng(seed))


def bowl(curvatures: Floats, tilt: Floats) -> Any:
    """A quadratic loss around 0, and its gradient."""
    return lambda x: (float(np.sum(curvatures * x * x) / 2 + tilt @ x), curvatures * x + tilt)


def test_losses_are_equal_where_sharpness_is_compared(five_seeds: Any) -> None:
    small, large = (np.array(five_seeds[size]["excess_losses"]) for size in (8, 128))

    assert large == pytest.approx(small, rel=0.1)
    assert small.max() < 0.06


@pytest.mark.parametrize("box", [0, 1])
def test_large_batches_end_in_sharper_minima_in_every_seed(five_seeds: Any, box: int) -> None:
    small, large = (np.array(five_seeds[size]["sharpness"])[:, box] for size in (8, 128))

    assert np.all(large > 1.05 * small)


def test_large_batches_end_where_the_loss_is_more_curved_in_every_seed(five_seeds: Any) -> None:
    small, large = (np.array(five_seeds[size]["largest_curvature"]) for size in (8, 128))

    assert np.all(large > 1.2 * small)


def test_so_it_is_in_random_directions_in_the_median(five_seeds: Any) -> None:
    small, large = (np.array(five_seeds[size]["sharpness_in_random_directions"])[:, 0] for size in (8, 128))

    assert np.median(large) > 1.2 * np.median(small)


def test_after_equal_epochs_large_batches_have_learnt_less_which_alone_makes_them_sharp() -> None:
    small, large = run(equal="epochs", epochs=5, batch_sizes=[8, 128], n_seeds=1).output["batches"]

    assert (small["updates"], large["updates"]) == (500, 30)
    assert large["excess_losses"][0] > 3 * small["excess_losses"][0]
    assert large["sharpness"][0][0] > 1.5 * small["sharpness"][0][0]


@pytest.mark.parametrize("seed", range(3))
def test_sharpness_of_a_bowl_is_its_height_at_the_corners_of_the_box(seed: int) -> None:
    """In the closed form: f grows by sum of (c_i e_i² / 2 + |t_i| e_i), e_i = epsilon (|x_i| + 1)."""
    random = np.random.default_rng(seed)
    curvatures, x, epsilon = random.uniform(0.1, 5, 20), random.normal(size=20), 0.01
    # The gradient is larger than what a box can change of it: the loss grows along every coordinate, on to the corner.
    tilt = random.choice([-1.0, 1.0], 20) * random.uniform(20, 30, 20)
    slope = bowl(curvatures, tilt)
    f, gradient = slope(x)
    box = epsilon * (np.abs(x) + 1)

    found = sharpness(lambda at: (slope(at)[0] - f, slope(at)[1]), x, epsilon)

    assert found == pytest.approx(100 * float(np.sum(curvatures * box**2 / 2 + np.abs(gradient) * box)))


def test_sharpness_is_over_one_plus_the_loss_and_grows_as_the_square_of_the_box_at_a_minimum() -> None:
    curvatures, x = np.array([1.0, 4.0]), np.zeros(2)

    slope = bowl(curvatures, np.zeros(2))

    small, double = (sharpness(slope, x, epsilon) for epsilon in (0.01, 0.02))
    raised = sharpness(lambda at: (slope(at)[0] + 1, slope(at)[1]), x, 0.01)

    assert small == pytest.approx(100 * 0.5 * 5.0 * 0.01**2)
    assert double == pytest.approx(4 * small)
    assert raised == pytest.approx(small / 2)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("epsilon", [1e-3, 1e-2])
def test_corners_lead_as_high_as_many_small_steps_do(seed: int, epsilon: float) -> None:
    """Of a trained network, against 300 steps of gradient ascent that stay in the box."""
    problem = small_problem(seed)
    x = learn(problem, Rule(16, 200, 0.2), silent).x
    box, z = epsilon * (np.abs(x) + 1), np.zeros_like(x)
    f = problem.slope(x)[0]
    for _ in range(300):
        z = np.clip(z + 0.03 * box * np.sign(problem.slope(x + z)[1]), -box, box)
    reference = 100 * (problem.slope(x + z)[0] - f) / (1 + f)

    assert sharpness(problem.slope, x, epsilon) > 0.95 * reference


def test_a_subspace_moves_only_along_its_directions() -> None:
    random = np.random.default_rng(1)
    x = random.normal(size=400)
    within = draw_subspace(400, random)
    seen: list[Floats] = []

    def slope(at: Floats) -> tuple[float, Floats]:
        seen.append(at - x)
        return float(at @ at), 2 * at

    sharpness(slope, x, 0.01, within)

    bound = 0.01 * (np.abs(within.inverse @ x) + 1)
    for moved in seen[1:]:
        assert within.directions @ (within.inverse @ moved) == pytest.approx(moved, abs=1e-12)
        assert np.abs(within.inverse @ moved) == pytest.approx(bound)


@pytest.mark.parametrize("seed", range(3))
def test_curvature_is_the_largest_eigenvalue_of_the_hessian(seed: int) -> None:
    """Of a small network whose whole Hessian is worked out by differences."""
    problem = small_problem(seed, width=4)
    x = learn(problem, Rule(16, 100, 0.1), silent).x
    step = 1e-5
    hessian = np.array(
        [
            (problem.slope(x + step * unit)[1] - problem.slope(x - step * unit)[1]) / (2 * step)
            for unit in np.eye(x.size)
        ]
    )

    found = curvature(problem.slope, x, np.random.default_rng(seed))

    largest = np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]
    assert 0.9 * largest < found <= 1.001 * largest


@pytest.mark.parametrize("batch_size", [7, N_TRAIN])
def test_learning_is_gradient_descent_with_a_rate_that_falls_to_0(batch_size: int) -> None:
    problem = small_problem(1)
    start = flat(problem.start.weights, problem.start.biases)

    first = learn(problem, Rule(batch_size, 1, 0.5), silent)

    rows = np.random.default_rng(0).permutation(N_TRAIN)[:batch_size]
    part = replace(problem, train=problem.train[rows], targets=problem.targets[rows])
    assert first.x == pytest.approx(start - 0.5 * part.slope(start)[1])
    assert first.moments.tolist() == [0.0, 1.0]
    assert first.losses[0] == pytest.approx(problem.excess(start))


def test_no_sample_is_seen_twice_before_all_batches_are(monkeypatch: pytest.MonkeyPatch) -> None:
    numbered = replace(small_problem(1), targets=np.repeat(np.arange(float(N_TRAIN))[:, None], 10, axis=1))
    seen: list[float] = []

    def watched(net: Dense, x: Floats, targets: Floats) -> Gradients:
        seen.extend(targets[:, 0])
        return gradients(net, x, targets)

    monkeypatch.setattr("service.demos.batch_size_sharpness.training.gradients", watched)
    learn(numbered, Rule(100, 16, 0.0), silent)

    assert sorted(seen[:N_TRAIN]) == sorted(seen[N_TRAIN:]) == list(range(N_TRAIN))
    assert seen[:N_TRAIN] != seen[N_TRAIN:]


def test_the_least_loss_is_the_entropy_of_smoothed_targets() -> None:
    """Of one class with 0.82 and nine with 0.02."""
    assert small_problem(1).floor == pytest.approx(-0.82 * np.log(0.82) - 9 * 0.02 * np.log(0.02))
    assert draw_problem(4, "elu", 0.0, np.random.default_rng(1)).floor == 0


def test_the_line_ends_at_both_networks() -> None:
    output = run(updates=100, n_seeds=1).output
    at = dict(zip(np.round(output["line"]["alpha"], 6), output["line"]["excess_loss"], strict=True))

    assert at[0.0] == pytest.approx(output["batches"][0]["excess_losses"][0])
    assert at[1.0] == pytest.approx(output["batches"][-1]["excess_losses"][0])


@pytest.mark.filterwarnings("error")
def test_a_run_that_diverges_says_so() -> None:
    output = run(learning_rate=3.0, activation="linear", updates=2000, batch_sizes=[2, 4], width=64, n_seeds=1).output

    assert output["batches"][0]["excess_losses"] == [None]


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/batch_sizes", {"batch_sizes": [8]}),
    ("/batch_sizes", {"batch_sizes": [8, 8]}),
    ("/batch_sizes/1", {"batch_sizes": [8, 10**6]}),
    ("/equal", {"equal": "time"}),
    ("/updates", {"updates": 10**9}),
    ("/updates", {"updates": 5000, "n_seeds": 10, "width": 64}),
    ("/epochs", {"equal": "epochs", "epochs": 200, "batch_sizes": [2, 4], "n_seeds": 5}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/label_smoothing", {"label_smoothing": 1}),
    ("/width", {"width": 10**6}),
    ("/activation", {"activation": "softmax"}),
    ("/epsilons", {"epsilons": []}),
    ("/epsilons/0", {"epsilons": [0]}),
    ("/n_seeds", {"n_seeds": 11}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(BATCH_SIZE_SHARPNESS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_one_large_run_is_allowed() -> None:
    parameters = resolve_parameters(BATCH_SIZE_SHARPNESS, {"width": 64, "updates": 2000, "n_seeds": 1})

    assert BATCH_SIZE_SHARPNESS.cost_s(parameters) < MAX_COST_S
