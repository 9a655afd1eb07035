"""Stacked networks against references: NumPy cell by cell, torch's own optimisers, and each seed alone."""

from typing import Any

import numpy as np
import pytest

from service.demos.convolutional_training import CONVOLUTIONAL_TRAINING
from service.demos.convolutional_training.parameters import MAX_COST_S
from service.demos.convolutional_training.shape import N_TEST, Shape, convolutional, course_of, dense_rival
from service.demos.demo import DemoResult, resolve_parameters
from service.demos.digits import every_digit
from service.demos.random_numbers import generator
from service.errors import InvalidInput

Floats = Any
SHAPES = [
    Shape(12, (8, 16)),
    Shape(8, (3,), kernel_size=5, pooling="average", activation="tanh", hidden=7),
    Shape(10, (2, 3, 4), activation="sigmoid", batch_norm=True),
    Shape(8, (2, 3), kernel_size=1, pooling="none", activation="linear", batch_norm=True, hidden=5),
    Shape(8, (), hidden=6),
]
EVERY_SHAPE = pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))


def silent(_fraction: float, _message: str = "") -> None:
    pass


def resolved(**given: Any) -> dict[str, Any]:
    return resolve_parameters(CONVOLUTIONAL_TRAINING, given)


@EVERY_SHAPE
def test_parameters_and_products_are_those_of_the_layers(shape: Shape) -> None:
    k, maps, side, parameters, products = shape.kernel_size, 1, shape.side, 0, 0
    each = 2 if shape.batch_norm else 1  # a scale and a shift, or a bias
    for channels in shape.channels:
        parameters += k * k * maps * channels + each * channels
        products += k * k * maps * channels * side * side
        maps, side = channels, side if shape.pooling == "none" else side // 2
    n_in = maps * side * side
    if shape.hidden:
        parameters, products, n_in = (
            parameters + (n_in + each) * shape.hidden,
            products + n_in * shape.hidden,
            shape.hidden,
        )

    assert shape.parameters == parameters + (n_in + 1) * 10
    assert shape.products == products + n_in * 10


@EVERY_SHAPE
def test_the_dense_rival_has_as_many_parameters_as_whole_units_allow(shape: Shape) -> None:
    rival = dense_rival(shape)

    a_unit = shape.side**2 + 11 + shape.batch_norm
    assert abs(rival.parameters - shape.parameters) <= a_unit / 2
    assert rival.channels == ()


# What computes is an extra: without it, the declaration above is all that there is to test.
torch = pytest.importorskip("torch", reason="torch, an extra, is not installed")

from service.demos.convolutional_training.learning import draw_masks, draw_problem, judge, learn, numbers_of  # noqa: E402
from service.demos.convolutional_training.networks import Networks, draw_networks  # noqa: E402
from service.demos.convolutional_training.running import train  # noqa: E402
from service.demos.convolutional_training.steps import Steps  # noqa: E402


def run(seed: str = "1", **given: Any) -> DemoResult:
    return CONVOLUTIONAL_TRAINING.run(resolved(**given), seed, silent)


def drawn(shape: Shape, seeds: int) -> Networks:
    """In float64, with every number that is learnt changed from 0 or 1."""
    networks = draw_networks(shape, [np.random.default_rng(seed) for seed in range(seeds)], "cpu", torch.float64)
    torch.manual_seed(1)
    with torch.no_grad():
        for value in networks.learnt.values():
            value.add_(0.3 * torch.randn_like(value))
    return networks


ACTIVATIONS = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "linear": lambda z: z,
}


def reference(networks: Networks, seed: int, images: Floats) -> tuple[list[Floats], Floats]:
    """One network's maps after each block and its logits while it learns, cell by cell."""
    shape = networks.shape
    learnt = {name: numbers_of(value[seed]) for name, value in networks.learnt.items()}

    def activated(name: str, z: Floats) -> Floats:
        """`z` has the units in its second dimension."""
        over = tuple(axis for axis in range(z.ndim) if axis != 1)
        wide = (slice(None),) + (None,) * (z.ndim - 2)
        if shape.batch_norm:
            z = (z - z.mean(axis=over, keepdims=True)) / np.sqrt(z.var(axis=over, keepdims=True) + 1e-5)
            z = learnt[f"{name} scale"][wide] * z + learnt[f"{name} shift"][wide]
        else:
            z = z + learnt[f"{name} bias"][wide]
        return ACTIVATIONS[shape.activation](z)

    h, maps, k = images[:, None], [], shape.kernel_size
    for block in range(1, len(shape.channels) + 1):
        kernels, side = learnt[f"convolution {block}"], h.shape[-1]
        padded = np.pad(h, ((0, 0), (0, 0), (k // 2, k // 2), (k // 2, k // 2)))
        z = np.zeros((len(h), len(kernels), side, side))
        for i in range(side):
            for j in range(side):
                z[:, :, i, j] = np.tensordot(padded[:, :, i : i + k, j : j + k], kernels, ((1, 2, 3), (1, 2, 3)))
        h = activated(f"convolution {block}", z)
        if shape.pooling != "none":
            half = side // 2
            cells = h[:, :, : 2 * half, : 2 * half].reshape(len(h), -1, half, 2, half, 2)
            h = cells.max(axis=(3, 5)) if shape.pooling == "max" else cells.mean(axis=(3, 5))
        maps.append(h)
    h = h.reshape(len(h), -1)
    if shape.hidden:
        h = activated("hidden", h @ learnt["hidden"])
    return maps, h @ learnt["logits"] + learnt["logits bias"]


@EVERY_SHAPE
def test_stacked_networks_compute_what_each_would_alone_cell_by_cell(shape: Shape) -> None:
    networks, images = drawn(shape, 3), np.random.default_rng(5).standard_normal((3, 6, shape.side, shape.side))

    logits = numbers_of(networks.logits(torch.from_numpy(images), learning=True))
    maps = [numbers_of(one) for one in networks.maps(torch.from_numpy(images), learning=True)]

    for seed in range(3):
        maps_alone, logits_alone = reference(networks, seed, images[seed])
        assert logits[seed] == pytest.approx(logits_alone, abs=1e-10)
        for together, alone in zip(maps, maps_alone, strict=True):
            channels = alone.shape[1]
            assert together[:, seed * channels : (seed + 1) * channels] == pytest.approx(alone, abs=1e-10)


def test_what_judges_a_normalized_network_are_running_moments() -> None:
    networks = drawn(SHAPES[2], 1)
    images = torch.randn(1, 20, 10, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    kernels = networks.learnt["convolution 1"][0]
    z = numbers_of(torch.nn.functional.conv2d(images.transpose(0, 1), kernels, padding=1))

    networks.maps(images, learning=True)

    count = z.size / z.shape[1]
    moments = {name: numbers_of(value[0]) for name, value in networks.moments.items()}
    assert moments["convolution 1 mean"] == pytest.approx(0.1 * z.mean(axis=(0, 2, 3)))
    unbiased = z.var(axis=(0, 2, 3)) * count / (count - 1)
    assert moments["convolution 1 variance"] == pytest.approx(0.9 + 0.1 * unbiased)


@pytest.mark.parametrize(
    ("optimizer", "peer"),
    [
        ("sgd", lambda values: torch.optim.SGD(values, 0.1)),
        ("momentum", lambda values: torch.optim.SGD(values, 0.1, momentum=0.9)),
        ("adam", lambda values: torch.optim.Adam(values, 0.1)),
    ],
)
def test_steps_are_those_of_torchs_own_optimisers(optimizer: str, peer: Any) -> None:
    torch.manual_seed(1)
    ours = [torch.randn(2, 3, dtype=torch.float64), torch.randn(4, dtype=torch.float64)]
    theirs = [value.clone().requires_grad_() for value in ours]
    steps, optimiser = Steps(optimizer, 0.1, ours), peer(theirs)

    for _ in range(7):
        gradients = [torch.randn_like(value) for value in ours]
        steps.take(gradients)
        for value, gradient in zip(theirs, gradients, strict=True):
            value.grad = gradient
        optimiser.step()

    for mine, value in zip(ours, theirs, strict=True):
        assert numbers_of(mine) == pytest.approx(numbers_of(value), rel=1e-12)


@pytest.mark.parametrize(
    "given", [{}, {"batch_norm": True, "hidden": 12}, {"dropout": 0.4, "optimizer": "momentum"}], ids=str
)
def test_seeds_trained_at_once_are_the_seeds_trained_one_after_another(given: dict[str, Any]) -> None:
    parameters = resolved(train_size=200, epochs=2, **given)
    course, shape, seeds = course_of(parameters), convolutional(parameters), ["a", "b", "c"]

    def curves(chosen: list[str]) -> list[Floats]:
        problem = draw_problem(course, [generator(seed) for seed in chosen], "cpu", torch.float64)
        found = learn(shape, course, problem, [generator(f"{seed}!") for seed in chosen], silent).curves
        return [found.train_loss, found.test_loss, found.test_accuracy]

    together, alone = curves(seeds), [curves([seed]) for seed in seeds]

    for place, column in enumerate(together):
        assert column == pytest.approx(np.hstack([one[place] for one in alone]), rel=1e-9)
        assert len(np.unique(column[-1])) == 3


def test_a_step_goes_down_the_slope_of_the_loss_by_finite_differences() -> None:
    parameters = resolved(
        channels=[1], room=0, optimizer="sgd", learning_rate=1.0, epochs=1, train_size=50, activation="tanh"
    )
    course, shape = course_of(parameters), convolutional(parameters)
    problem = draw_problem(course, [generator("a")], "cpu", torch.float64)
    learnt = learn(shape, course, problem, [generator("b")], silent)

    def loss_beside(nudge: float, cell: int) -> float:
        values = {name: value.clone() for name, value in learnt.first.items()}
        values["convolution 1"].view(-1)[cell] += nudge
        return float(judge(Networks(shape, values, {}), problem.train, problem.train_labels)[0])

    moved = numbers_of(learnt.networks.learnt["convolution 1"] - learnt.first["convolution 1"]).ravel()
    slopes = [(loss_beside(1e-6, cell) - loss_beside(-1e-6, cell)) / 2e-6 for cell in range(9)]
    assert moved == pytest.approx([-slope for slope in slopes], abs=1e-8)


def test_no_digit_that_judges_is_learnt_from_and_places_are_within_the_room() -> None:
    parameters = resolved(train_size=1000, room=1)
    problem = draw_problem(course_of(parameters), [generator("a"), generator("b")], "cpu")
    images = {digit.tobytes() for digit in every_digit().images.astype(np.float32)}

    def inside(pictures: Floats) -> set[bytes]:
        """The digits in pictures, wherever they are."""
        found = set()
        for picture in np.float32(numbers_of(pictures)) * np.float32(0.376):
            places = [picture[i : i + 8, j : j + 8] for i in range(3) for j in range(3)]
            whole = [place for place in places if np.isclose(place.sum(), picture.sum())]
            rounded = [(np.round(place * 16) / 16).astype(np.float32).tobytes() for place in whole]
            found.add(next(each for each in rounded if each in images))
        return found

    for learnt_from, judging in zip(problem.train, problem.test, strict=True):
        assert len(inside(judging)) == N_TEST
        assert not inside(learnt_from) & inside(judging)
    assert (problem.test_labels[0] != problem.test_labels[1]).any()


def test_dropout_leaves_out_its_share_and_makes_up_for_it() -> None:
    course = course_of(resolved(dropout=0.3, batch_size=200))
    networks = drawn(SHAPES[0], 2)

    masks = numbers_of(draw_masks(networks, course, [np.random.default_rng(seed) for seed in (1, 2)]))

    assert masks.shape == (2, 200, 144)
    assert set(np.round(np.unique(masks), 6)) == {0.0, round(1 / 0.7, 6)}
    assert np.mean(masks == 0) == pytest.approx(0.3, abs=4 * np.sqrt(0.3 * 0.7 / masks.size))


@pytest.fixture(scope="module")
def five_seeds() -> Any:
    return run(n_seeds=5).output


def test_shared_weights_find_digits_anywhere_which_as_many_others_do_not(five_seeds: Any) -> None:
    accuracies = {name: np.array(one["test_accuracy"])[:, -1] for name, one in five_seeds["networks"].items()}

    assert accuracies["convolutional"].min() > accuracies["dense"].max() + 0.15
    assert np.median(accuracies["convolutional"]) > 0.75


def test_in_the_middle_of_their_picture_both_tell_digits_about_equally_well() -> None:
    networks = run(n_seeds=5, room=0).output["networks"]

    medians = {name: one["median_test_accuracy"] for name, one in networks.items()}
    assert min(medians.values()) > 0.9
    assert medians["convolutional"] == pytest.approx(medians["dense"], abs=0.03)


def test_losses_fall_in_every_seed(five_seeds: Any) -> None:
    for network in five_seeds["networks"].values():
        for losses in network["train_loss"]:
            assert losses[-1] < 0.75 * losses[0]
        assert np.median(np.array(network["test_loss"])[:, -1]) < np.median(np.array(network["test_loss"])[:, 0])


def test_what_is_told_of_answers_fits_together(five_seeds: Any) -> None:
    accuracies = np.array(five_seeds["networks"]["convolutional"]["test_accuracy"])[:, -1]
    confusion, first = np.array(five_seeds["confusion"]), five_seeds["first_seed"]

    assert confusion.sum() == 5 * N_TEST
    assert np.trace(confusion) == pytest.approx(accuracies.sum() * N_TEST)
    assert first["wrong"] == pytest.approx((1 - accuracies[0]) * N_TEST)
    assert all(mistake["label"] != mistake["answer"] for mistake in first["mistakes"])
    assert first["example"]["label"] == 3
    assert [np.array(maps).shape for maps in first["example"]["maps"]] == [(8, 6, 6), (16, 3, 3)]


def test_progress_is_told_from_the_start_to_the_end() -> None:
    told: list[float] = []

    train(resolved(epochs=1, n_seeds=1), "1", lambda fraction, message="": told.append(fraction), "cpu")

    assert len(told) == 40
    assert told[0] == 0
    assert told == sorted(told)
    assert told[-1] > 0.95


@pytest.mark.filterwarnings("error")
def test_a_run_that_diverges_says_so() -> None:
    result = run(optimizer="sgd", learning_rate=10.0, activation="linear", pooling="none", n_seeds=1, epochs=2)

    assert result.output["networks"]["convolutional"]["train_loss"][0][-1] is None
    assert all(figure.svg().startswith("<svg") for figure in result.figures.values())


LARGE_MAPS = {"channels": [32, 32, 32], "pooling": "none", "room": 4, "n_seeds": 9, "epochs": 1}
HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/channels", {"channels": []}),
    ("/channels", {"channels": [8] * 4}),
    ("/channels/1", {"channels": [8, 10**6]}),
    ("/kernel_size", {"kernel_size": 4}),
    ("/kernel_size", {"kernel_size": 9}),
    ("/pooling", {"pooling": "median"}),
    ("/activation", {"activation": "softmax"}),
    ("/dropout", {"dropout": 1}),
    ("/learning_rate", {"learning_rate": float("nan")}),
    ("/batch_size", {"batch_size": 100, "train_size": 60}),
    ("/train_size", {"train_size": 1700}),
    ("/epochs", {"channels": [32, 32, 32], "pooling": "none", "n_seeds": 32}),
    ("/batch_size", {**LARGE_MAPS, "batch_size": 200, "train_size": 200}),
    ("/n_seeds", {"n_seeds": 33}),
    ("/example", {"example": 10}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolved(**given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_many_seeds_are_allowed() -> None:
    assert CONVOLUTIONAL_TRAINING.cost_s(resolved(n_seeds=32)) < MAX_COST_S
