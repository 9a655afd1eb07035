from typing import Any

import numpy as np
import pytest

from service.demos.compiled import Floats
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.digits import every_digit
from service.demos.representations import REPRESENTATIONS
from service.demos.representations.divergence import gradient
from service.demos.representations.learning import MOST_SHOWN
from service.demos.representations.projection import explained, nearest, pca, profile, purity, squared_distances
from service.demos.representations.tsne import Tsne, affinities, tsne
from service.errors import InvalidInput

GOLDEN_0 = [4.9235e-05, 0.000160015, 0.000757576, 0.000590003, 0.001470365]
GOLDEN_3 = [0.009940127, 0.00037329, 6.8941e-05, 0.00225238]
SEEDS = ["1", "2", "3", "4", "5"]


def silent(_fraction: float, _message: str = "") -> None:
    pass


def run(seed: str = "1", **given: Any) -> DemoResult:
    return REPRESENTATIONS.run(resolve_parameters(REPRESENTATIONS, given), seed, silent)


def purities(output: dict[str, Any]) -> dict[str, float]:
    return {one["name"]: one["purity"] for one in output["representations"]}


def turn(dimensions: int, random: np.random.Generator) -> Floats:
    """A random turn or mirroring of space."""
    return np.asarray(np.linalg.qr(random.standard_normal((dimensions, dimensions)))[0])


@pytest.mark.parametrize("seed", SEEDS)
def test_layer_by_layer_neighbours_show_the_same_digit_more_often(seed: str) -> None:
    """Of digits that the network has not learnt from; PCA is not looked at, but takes no time."""
    output = run(seed, method="pca", points=800).output
    found = purities(output)

    assert found["Pixels"] + 0.005 < found["Layer 2"]
    assert found["Layer 1"] < found["Layer 2"]
    assert output["accuracy_on_shown"] > 0.93


@pytest.mark.parametrize("seed", SEEDS)
def test_before_learning_layers_only_lose(seed: str) -> None:
    found = purities(run(seed, method="pca", points=400, epochs=0).output)

    assert found["Logits"] < found["Layer 2"] < found["Pixels"]


@pytest.mark.parametrize("seed", SEEDS[:2])
def test_tsne_keeps_neighbours_that_pca_loses(seed: str) -> None:
    by_tsne, by_pca = (
        run(seed, method=method, points=300, iterations=300).output["representations"] for method in ("tsne", "pca")
    )

    for one, other in zip(by_tsne, by_pca, strict=True):
        assert one["purity_on_map"] > one["purity"] - 0.05
        assert one["purity_on_map"] > other["purity_on_map"] + 0.1


@pytest.mark.parametrize("seed", range(3))
def test_turns_shifts_order_and_scale_of_units_change_no_distance_of_a_profile(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.standard_normal((60, 12))
    other = 3.5 * points @ turn(12, random) + random.standard_normal(12)

    assert profile(other) == pytest.approx(profile(points), abs=1e-10)
    assert profile(points[:, random.permutation(12)]) == pytest.approx(profile(points), abs=1e-10)
    assert np.linalg.norm(profile(points)) == pytest.approx(1)
    assert np.linalg.norm(profile(points[random.permutation(60)]) - profile(points)) > 0.1


def test_distances_are_those_of_all_pairs() -> None:
    points = np.random.default_rng(1).standard_normal((30, 5))

    found = squared_distances(points)

    assert found == pytest.approx(np.sum((points[:, None] - points) ** 2, axis=2), abs=1e-12)
    assert np.all(np.diag(found) == 0)


@pytest.mark.parametrize("seed", range(3))
def test_principal_components_have_the_covariances_eigenvalues(seed: int) -> None:
    points = np.random.default_rng(seed).standard_normal((80, 6)) * [5, 3, 2, 1, 1, 1]
    eigenvalues = np.linalg.eigvalsh(np.cov(points.T))[::-1]

    places = pca(points, 2)

    assert np.cov(places.T) == pytest.approx(np.diag(eigenvalues[:2]), abs=1e-10)
    assert explained(points, 2) == pytest.approx(eigenvalues[:2].sum() / eigenvalues.sum())


def test_a_plane_in_space_is_drawn_as_it_is() -> None:
    random = np.random.default_rng(1)
    flat = random.standard_normal((40, 2))
    points = np.hstack([flat, np.zeros((40, 3))]) @ turn(5, random) + 2

    assert squared_distances(pca(points, 2)) == pytest.approx(squared_distances(flat), abs=1e-12)
    assert explained(points, 2) == pytest.approx(1)


def test_one_number_is_drawn_on_a_line() -> None:
    places = pca(np.array([[1.0], [2.0], [4.0]]), 2)

    assert np.ptp(places[:, 0]) == pytest.approx(3)
    assert np.all(places[:, 1] == 0)


def test_purity_counts_neighbours_of_the_same_label() -> None:
    """On a line: 0 0 0 1, and each has two nearest others."""
    squares = squared_distances(np.array([[0.0], [1.0], [2.1], [5.0]]))

    assert purity(squares, np.array([0, 0, 0, 1]), 2) == pytest.approx((1 + 1 + 1 + 0) / 4)
    assert nearest(squares).tolist() == [1, 0, 1, 2]


def test_affinities_are_scikit_learns() -> None:
    """Of the first 20 digits at perplexity 5, by version 1.9.1; it keeps distances in float32."""
    p = affinities(squared_distances(every_digit().images[:20]), 5.0)

    assert p[0, 1:6] == pytest.approx(GOLDEN_0, abs=2e-7)
    assert p[3, 5:9] == pytest.approx(GOLDEN_3, abs=2e-7)
    assert p.sum() == pytest.approx(1)
    assert np.array_equal(p, p.T)


def test_points_that_are_equally_far_apart_are_equally_near() -> None:
    p = affinities(squared_distances(np.eye(9)), 4.0)

    assert p[~np.eye(9, dtype=bool)] == pytest.approx(1 / 72)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_the_divergence(seed: int) -> None:
    """By central differences, of a divergence written down as in the paper."""
    random = np.random.default_rng(seed)
    p, y = affinities(random.uniform(0.1, 5, (12, 12)), 3.0), random.standard_normal((12, 2))
    others = ~np.eye(12, dtype=bool)

    def divergence(at: Floats) -> float:
        near = 1 / (1 + np.sum((at[:, None] - at) ** 2, axis=2))
        q = near / near[others].sum()
        return float(np.sum(p[others] * np.log(p[others] / q[others])))

    slope, found = gradient(p, y)

    step = 1e-5
    for place in np.ndindex(12, 2):
        nudge = np.zeros_like(y)
        nudge[place] = step
        assert slope[place] == pytest.approx((divergence(y + nudge) - divergence(y - nudge)) / (2 * step), abs=1e-8)
    assert found == pytest.approx(divergence(y))


def test_tsne_gets_as_near_as_scikit_learns_exact_method() -> None:
    """Whose divergence for the first 500 digits at perplexity 30 is 0.3374, after 1000 iterations."""
    _, divergence = tsne(every_digit().images[:500], Tsne(30, 500), silent)

    assert divergence < 1.04 * 0.3374


def test_tsne_parts_what_is_apart() -> None:
    random = np.random.default_rng(1)
    points = np.vstack([random.standard_normal((25, 8)) + 12 * np.eye(8)[k] for k in range(3)])

    places, divergence = tsne(points, Tsne(8, 300), silent)

    assert purity(squared_distances(places), np.repeat([0, 1, 2], 25), 8) == 1
    assert divergence == pytest.approx(gradient(affinities(squared_distances(points), 8), places)[1])


@pytest.mark.parametrize("points", [np.zeros((40, 3)), np.repeat([[0.0], [1.0]], 20, axis=0), np.arange(40.0)[:, None]])
def test_tsne_of_equal_points_and_of_points_on_a_line_is_a_map(points: Floats) -> None:
    """As units that have died, or a layer of one unit, give them."""
    places, divergence = tsne(points, Tsne(5, 100), silent)

    assert np.all(np.isfinite(places))
    assert np.isfinite(divergence)
    assert len(np.unique(places, axis=0)) == 40


def test_a_rarely_used_preset_shows_what_its_name_says() -> None:
    graph = run(**REPRESENTATIONS.presets["neighbour-graph"]).figures["maps"].spec

    rows = graph["concat"][0]["layer"][0]["data"]["values"]
    assert len(rows) == 300
    assert all(row.keys() == {"x", "y", "x2", "y2"} for row in rows)


def test_every_digit_carries_its_picture() -> None:
    rows = run(method="pca", points=60).figures["maps"].spec["data"]["values"]

    assert len(rows) == 60
    assert all(row["image"].startswith("data:image/png;base64,") for row in rows)


def test_distances_of_representations_are_a_metric() -> None:
    found = np.array(run(method="pca", points=100).output["distances_of_representations"])

    assert np.diag(found) == pytest.approx(0, abs=1e-7)
    assert found == pytest.approx(found.T)
    assert all(found[i, j] <= found[i, k] + found[k, j] + 1e-9 for i, j, k in np.ndindex(4, 4, 4))
    assert found[0, 1] < found[0, 3]  # the first layer is nearer to pixels than logits are


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/hidden_layers", {"hidden_layers": []}),
    ("/hidden_layers", {"hidden_layers": [1] * 100}),
    ("/hidden_layers/0", {"hidden_layers": [10**6]}),
    ("/activation", {"activation": "step"}),
    ("/epochs", {"epochs": 10**9}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/points", {"points": MOST_SHOWN + 1}),
    ("/points", {"points": 800, "iterations": 2000}),
    ("/method", {"method": "umap"}),
    ("/perplexity", {"perplexity": float("inf")}),
    ("/perplexity", {"perplexity": 40, "points": 100}),
    ("/iterations", {"iterations": 0}),
    ("/neighbours", {"neighbours": 0}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(REPRESENTATIONS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
