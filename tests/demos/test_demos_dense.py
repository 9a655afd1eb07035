import numpy as np
import pytest

from service.demos.dense import Dense, cross_entropy, drawn, error_rate, gradients, one_hot, probabilities
from service.demos.digits import COUNT, every_digit
from service.demos.digits import drawn as drawn_digits
from service.demos.propagation import FUNCTIONS
from service.demos.schemes import Scheme


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("activation", FUNCTIONS)
def test_gradients_are_central_differences(activation: str, classes: int, masked: bool) -> None:
    random, step = np.random.default_rng(1), 1e-6
    net = drawn((4, 6, 5, classes), activation, Scheme("he"), random)
    x, labels = random.standard_normal((20, 4)), random.integers(0, max(classes, 2), 20)
    targets = labels[:, None].astype(float) if classes == 1 else one_hot(labels, classes)
    masks = [random.uniform(0.5, 2, (20, width)) for width in (4, 6, 5)] if masked else None
    found = gradients(net, x, targets, masks)

    def loss(layer: int, nudge: np.ndarray, of_biases: bool) -> float:
        weights, biases = list(net.weights), list(net.biases)
        moved = biases if of_biases else weights
        moved[layer] = moved[layer] + nudge
        return cross_entropy(Dense(tuple(weights), tuple(biases), activation).logits(x, masks), targets)

    for layer in range(3):
        for of_biases, gradient in ((False, found.weights[layer]), (True, found.biases[layer])):
            units = step * np.eye(gradient.size).reshape(-1, *gradient.shape)
            slopes = [(loss(layer, unit, of_biases) - loss(layer, -unit, of_biases)) / (2 * step) for unit in units]
            assert gradient.ravel() == pytest.approx(slopes, abs=1e-8)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("classes", [1, 3])
@pytest.mark.parametrize("activation", FUNCTIONS)
def test_gradients_are_those_of_torchs_autograd(activation: str, classes: int, masked: bool) -> None:
    torch = pytest.importorskip("torch", reason="torch, an extra, is not installed")
    from service.demos.initialization_digits.stacked import ACTIVATIONS  # noqa: PLC0415  # it loads torch

    random = np.random.default_rng(2)
    net = drawn((4, 6, 5, classes), activation, Scheme("he"), random)
    x, labels = random.standard_normal((20, 4)), random.integers(0, max(classes, 2), 20)
    targets = labels[:, None].astype(float) if classes == 1 else one_hot(labels, classes)
    masks = [random.uniform(0.5, 2, (20, width)) for width in (4, 6, 5)] if masked else None
    weights, biases = ([torch.tensor(one, requires_grad=True) for one in kind] for kind in (net.weights, net.biases))

    h = torch.tensor(x)
    for layer, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        h = ACTIVATIONS[activation](h) if layer else h
        h = (h * torch.tensor(masks[layer]) if masks else h) @ weight + bias
    losses = torch.nn.functional
    measure = losses.binary_cross_entropy_with_logits if classes == 1 else losses.cross_entropy
    loss = measure(h, torch.tensor(targets))
    loss.backward()

    found = gradients(net, x, targets, masks)
    assert found.loss == pytest.approx(loss.item(), rel=1e-12)
    for ours, theirs in zip((*found.weights, *found.biases), (*weights, *biases), strict=True):
        assert ours == pytest.approx(theirs.grad.numpy(), rel=1e-10, abs=1e-14)


def test_the_loss_and_its_gradient_are_finite_at_any_logit() -> None:
    for logits in (np.array([[1000.0], [-1000.0]]), np.array([[1000.0, 0.0], [0.0, 1000.0]])):
        wrong = np.array([[0.0], [1.0]]) if logits.shape[1] == 1 else np.eye(2)[::-1]

        assert cross_entropy(logits, wrong) == pytest.approx(1000)
        assert np.all(np.isfinite(probabilities(logits)))


def test_one_logit_answers_as_two_do() -> None:
    logits, labels = np.array([[0.3], [-2.0], [4.0]]), np.array([1, 1, 0])
    pairs = np.hstack([np.zeros((3, 1)), logits])

    assert cross_entropy(logits, labels[:, None]) == pytest.approx(cross_entropy(pairs, one_hot(labels, 2)))
    assert probabilities(pairs)[:, 1] == pytest.approx(probabilities(logits)[:, 0])
    assert error_rate(logits, labels) == error_rate(pairs, labels) == pytest.approx(2 / 3)


def test_the_digits_are_the_ones_of_the_repository() -> None:
    digits = every_digit()

    assert len(digits) == COUNT
    assert np.bincount(digits.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.images.min() == 0
    assert digits.images.max() == 1
    assert (digits.images[0, :8] * 16).tolist() == [0, 0, 5, 13, 9, 1, 0, 0]


def test_drawn_digits_and_the_others_are_all_digits_once() -> None:
    chosen, others = drawn_digits(1200, np.random.default_rng(1))

    assert (len(chosen), len(others)) == (1200, COUNT - 1200)
    assert np.sort(np.concatenate([chosen.images, others.images]).sum(axis=1)) == pytest.approx(
        np.sort(every_digit().images.sum(axis=1))
    )


def test_centred_digits_have_mean_0_and_deviation_1() -> None:
    images = every_digit().centred().images

    assert images.mean(axis=0) == pytest.approx(0, abs=1e-12)
    assert images.std() == pytest.approx(1)
