from typing import Any

import numpy as np
import pytest
from playground_reference import ReferenceNet

from service.demos.optimizers.rules import RULES, Moment
from service.demos.playground.data import FEATURES
from service.demos.playground.engine import evaluate, gradient, train
from service.demos.playground.kinds import ACTIVATIONS, LANES, LOSSES, OPTIMIZERS
from service.demos.playground.net import Net, Rule, Samples, Sums, start_training
from service.demos.playground.parameters import PlaygroundParameters
from service.demos.playground.training import Start, start_run, train_many, train_one

SEED = "0.12345"
EVERY_FEATURE = list(FEATURES)

# (training loss, test loss) by epoch of TensorFlow Playground's own nn.ts and dataset.ts, commit 02469bd, run in node
# 20 with seedrandom 2.4.3 in the page's order: seed, data, shuffle, weights, then oneStep() without its drawing.
DEFAULTS = {
    0: (0.5015807429602891, 0.5181059111177386),
    1: (0.49635937670035557, 0.5094232758604605),
    10: (0.4763460088372576, 0.4963097824689227),
    50: (0.14573481133009955, 0.1933601164741208),
    100: (0.00889784142890691, 0.01144976196033489),
    200: (0.002129526866236902, 0.002964760691479008),
    500: (0.0005634034333213456, 0.0010957073962197753),
}
GOLDEN: dict[str, tuple[str, dict[str, Any], dict[int, tuple[float, float]]]] = {
    "defaults": (SEED, {}, DEFAULTS),
    "spiral, ReLU, noise": (
        SEED,
        {"dataset": "spiral", "noise": 25, "activation": "relu", "hidden_layers": [8, 8], "features": EVERY_FEATURE},
        {
            0: (0.6867893435556668, 0.7339355264512468),
            1: (0.5208576989897333, 0.5259561261637472),
            10: (0.44442794331655194, 0.469483023185216),
            50: (0.3605166797862112, 0.3951361254578614),
        },
    ),
    "deep tanh": (
        "0.5",
        {"dataset": "spiral", "hidden_layers": [8, 8, 8], "features": EVERY_FEATURE},
        {
            0: (0.5181616583239175, 0.4995282674813047),
            1: (0.4971357748673343, 0.5127492383807262),
            10: (0.44553120803005075, 0.5429491303219183),
            50: (0.33811277139746293, 0.5809058590158764),
        },
    ),
    "regression, L2, noise": (
        SEED,
        {"dataset": "reg-gauss", "regularization": "L2", "regularization_rate": 0.001, "noise": 10},
        {
            0: (0.04750559815370974, 0.05699402797316842),
            1: (0.04052460244354884, 0.04900957148167176),
            10: (0.03553916730672029, 0.0427764788812822),
            50: (0.021871843891336794, 0.028542728468506445),
            200: (0.018673692841630545, 0.025879054750753198),
        },
    ),
    "batches that leave ten samples over": (
        SEED,
        {
            "dataset": "xor",
            "noise": 15,
            "batch_size": 30,
            "activation": "sigmoid",
            "hidden_layers": [3],
            "learning_rate": 0.3,
        },
        {
            0: (0.5035113541443187, 0.49410316745375976),
            1: (0.49956079198334735, 0.4989414801111586),
            10: (0.486816349762113, 0.4930844103841977),
            50: (0.21645079942414713, 0.22391312036132027),
            200: (0.09082532171088731, 0.12332912902832814),
        },
    ),
    "no hidden layer, 30 % to train on": (
        "abc é",
        {
            "dataset": "gauss",
            "noise": 35,
            "percent_train_data": 30,
            "batch_size": 7,
            "hidden_layers": [],
            "features": ["y", "x_times_y", "sin_x"],
        },
        {
            0: (0.9869686441486097, 0.982401461851085),
            1: (0.19568165753597538, 0.21912116245040142),
            10: (0.15136406228375532, 0.17694792867152048),
            50: (0.14860386945101753, 0.17172327407029417),
            200: (0.14846225163793503, 0.1713166354902027),
        },
    ),
    "L1, batches of one": (
        "7",
        {
            "dataset": "reg-plane",
            "regularization": "L1",
            "regularization_rate": 0.003,
            "activation": "relu",
            "hidden_layers": [5, 3, 2],
            "percent_train_data": 80,
            "batch_size": 1,
            "learning_rate": 0.01,
            "noise": 5,
        },
        {
            0: (0.1342825770131479, 0.15927865620293527),
            1: (0.011453107095342233, 0.013698570061886942),
            10: (0.0005639587916566359, 0.0006337226143796698),
            50: (0.00048027099418098383, 0.0005178374488444819),
        },
    ),
}
CASES = [
    pytest.param(seed, {**given, "epochs": epochs}, losses, id=f"{name}: {epochs}")
    for name, (seed, given, table) in GOLDEN.items()
    for epochs, losses in table.items()
]


def resolved(**given: Any) -> dict[str, Any]:
    return dict(PlaygroundParameters().load(given))


def silent(_fraction: float) -> None:
    pass


@pytest.mark.parametrize(("seed", "given", "losses"), CASES)
def test_losses_are_the_originals(seed: str, given: dict[str, Any], losses: tuple[float, float]) -> None:
    curves = train_one(resolved(**given), seed, silent).curves

    # Last digits may differ with the C library's sin, cos and log, and grow from epoch to epoch.
    tolerance = 1e-12 if given["epochs"] <= 10 else 1e-9
    assert (curves.train_loss[-1, 0], curves.test_loss[-1, 0]) == pytest.approx(losses, abs=tolerance)


@pytest.mark.parametrize("penalty", ["none", "L1", "L2"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_follows_plain_loops(activation: str, penalty: str) -> None:
    given = {"activation": activation, "regularization": penalty, "hidden_layers": [3, 2], "dataset": "xor"}
    parameters = resolved(**given, regularization_rate=0.02, batch_size=70, epochs=2)
    start = start_run(parameters, SEED)
    reference = reference_of(start.net, activation, penalty)
    samples = list(zip(start.train_samples.inputs.T.tolist(), start.train_samples.targets.tolist(), strict=True))

    for _ in range(2):
        reference.epoch(samples, 70)
    trained = train_one(parameters, SEED, silent)

    weights = [weight for layer in reference.weights for row in layer for weight in row]
    biases = [bias for layer in reference.biases for bias in layer]
    assert trained.training.net.weights == pytest.approx(weights, abs=1e-13)
    assert trained.training.net.biases == pytest.approx(biases, abs=1e-13)
    assert trained.training.dead.sum() == len(reference.dead)


def reference_of(net: Net, activation: str, penalty: str) -> ReferenceNet:
    weights, biases = iter(net.weights.tolist()), iter(net.biases.tolist())
    pairs = list(zip(net.shape.tolist()[:-1], net.shape.tolist()[1:], strict=True))
    return ReferenceNet(
        [[[next(weights) for _ in range(before)] for _ in range(width)] for before, width in pairs],
        [[next(biases) for _ in range(width)] for _, width in pairs],
        [activation] * (len(pairs) - 1) + ["tanh"],
        rate=0.03,
        penalty=penalty,
        penalty_rate=0.02,
    )


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_difference_quotient_of_the_loss(activation: str) -> None:
    start = start_run(resolved(activation=activation, hidden_layers=[5, 3], features=EVERY_FEATURE), "3")
    net, samples = start.net, start.train_samples
    sums = Sums(np.empty_like(net.weights), np.empty_like(net.biases), np.zeros(1, dtype=np.int64))

    gradient(net, sums, samples)

    for numbers, slopes in ((net.weights, sums.weights), (net.biases, sums.biases)):
        quotients = [difference_quotient(start, numbers, place) for place in range(len(numbers))]
        assert slopes == pytest.approx(quotients, abs=1e-7)


def difference_quotient(start: Start, numbers: np.ndarray, place: int, step: float = 1e-5) -> float:
    kept, losses = numbers[place], []
    for sign in (1, -1):
        numbers[place] = kept + sign * step
        losses.append(evaluate(start.net, start.train_samples)[0][0])
    numbers[place] = kept
    return float((losses[0] - losses[1]) / (2 * step))


@pytest.mark.parametrize("name", GOLDEN)
def test_a_lane_is_a_single_run_to_the_last_bit(name: str) -> None:
    _, given, _ = GOLDEN[name]
    parameters = resolved(**{**given, "epochs": 20})
    seeds = [f"{number}" for number in range(LANES)]

    curves = train_many(parameters, seeds, silent)

    for lane in (0, 1, LANES - 1):
        alone = train_one(parameters, seeds[lane], silent).curves
        for mine, theirs in zip(curves.columns(), alone.columns(), strict=True):
            assert (mine[:, lane] == theirs[:, 0]).all()


def test_training_in_parts_is_training_at_once() -> None:
    parameters = resolved(batch_size=30)
    at_once, in_parts = start_run(parameters, SEED), start_run(parameters, SEED)
    rule = Rule(0.03, 0, 0.0, 30)
    whole, parts = (start_training(start.net) for start in (at_once, in_parts))

    train(whole, at_once.train_samples, rule, 7)
    for epochs in (3, 0, 4):
        train(parts, in_parts.train_samples, rule, epochs)

    assert (whole.net.weights == parts.net.weights).all()


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name != "sgd"])
def test_an_optimizer_steps_as_in_the_optimizers_demo(optimizer: str) -> None:
    given = {"optimizer": optimizer, "learning_rate": 0.02, "batch_size": 50, "hidden_layers": [3]}
    start = start_run(resolved(**given), SEED)
    first = start.net.weights.copy()
    gradients: list[np.ndarray] = []

    for batch in range(3):
        part = slice(50 * batch, 50 * batch + 50)
        trained = train_parts(given, batch)
        sums = Sums(np.empty_like(first), np.empty_like(trained.biases), np.zeros(1, dtype=np.int64))
        inputs, targets = start.train_samples.inputs[:, part], start.train_samples.targets[part]
        gradient(trained, sums, Samples(np.ascontiguousarray(inputs), targets))
        gradients.append(sums.weights)

    expected = first.copy()
    memories = [[0.0, 0.0] for _ in expected]
    for t, slopes in enumerate(gradients, start=1):
        now = Moment(0.02, 0.9, t)
        expected += [RULES[optimizer](float(g), memory, now) for g, memory in zip(slopes, memories, strict=True)]
    assert train_parts(given, 3).weights == pytest.approx(expected, abs=1e-13)


def train_parts(given: dict[str, Any], batches: int) -> Net:
    """The net after so many batches of 50."""
    start = start_run(resolved(**given), SEED)
    training = start_training(start.net)
    inputs, targets = start.train_samples
    samples = Samples(np.ascontiguousarray(inputs[:, : 50 * batches]), targets[: 50 * batches])
    train(training, samples, Rule(0.02, batch_size=50, optimizer=OPTIMIZERS[given["optimizer"]]), 1)
    return training.net


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_is_the_slope_of_every_loss(loss: str) -> None:
    start = start_run(resolved(loss=loss, hidden_layers=[4]), "3")
    net, samples = start.net, start.train_samples
    sums = Sums(np.empty_like(net.weights), np.empty_like(net.biases), np.zeros(1, dtype=np.int64))

    gradient(net, sums, samples)

    quotients = [difference_quotient(start, net.weights, place) for place in range(len(net.weights))]
    assert sums.weights == pytest.approx(quotients, abs=1e-6)


def test_the_cross_entropy_stays_finite_and_goes_on_learning_where_tanh_is_one() -> None:
    start = start_run(resolved(loss="cross_entropy", hidden_layers=[], features=["x"]), SEED)
    start.net.weights[:] = 1e4
    sums = Sums(np.empty_like(start.net.weights), np.empty_like(start.net.biases), np.zeros(1, dtype=np.int64))

    (loss,), _ = evaluate(start.net, start.train_samples)
    gradient(start.net, sums, start.train_samples)

    x, targets = start.train_samples.inputs[0], start.train_samples.targets
    wrong = np.sign(x) != targets
    assert loss == pytest.approx(np.mean(2e4 * np.abs(x) * wrong), rel=1e-3)
    assert sums.weights[0] == pytest.approx(np.mean(2 * np.abs(x) * wrong), rel=1e-3)


def test_several_seeds_take_every_loss_and_optimizer_as_one_does() -> None:
    parameters = resolved(
        loss="cross_entropy", optimizer="adam", regularization="L2", regularization_rate=0.01, epochs=9
    )

    together = train_many(parameters, ["1", "2"], silent)

    for lane, seed in enumerate(("1", "2")):
        assert (together.test_loss[:, lane] == train_one(parameters, seed, silent).curves.test_loss[:, 0]).all()
