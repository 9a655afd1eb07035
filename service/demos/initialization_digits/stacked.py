"""Networks that learn from all schemes at once, stacked along the first dimension: for a GPU. Loads torch.

In float64, with the CPU's draws, batches and steps: `learning` is what it has to agree with.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch.nn import functional

from service.demos.compiled import Floats
from service.demos.demo import CUDA, DemoResult, Parameters, Progress
from service.demos.dense import drawn
from service.demos.digits import Digits
from service.demos.initialization_digits import course_of, result_of, schemes_of
from service.demos.initialization_digits.learning import EDGE, Course, Lesson, Snapshot, digits, rows_of
from service.demos.moving import moments
from service.demos.random_numbers import generator
from service.demos.schemes import Scheme

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "linear": lambda z: z,
    "relu": torch.relu,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "selu": functional.selu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "softsign": functional.softsign,
}


@np.errstate(over="ignore", invalid="ignore")  # of weights far too large: the output says so
def run_on_gpu(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """The demo's run, all schemes side by side."""
    names = schemes_of(parameters)
    lessons = learn_all(course_of(parameters), [Scheme(name) for name in names], seed, progress, CUDA)
    return result_of(parameters, dict(zip(names, lessons, strict=True)))


def learn_all(course: Course, schemes: Sequence[Scheme], seed: str, progress: Progress, device: str) -> list[Lesson]:
    """As `learning.learn` for each scheme; one that diverges keeps its last weights while the others learn."""
    net = _Stacked(course, schemes, seed, device)
    (train, _), shown = digits(), set(moments(course.updates).tolist())
    images, labels = (torch.from_numpy(each).to(device) for each in (train.images, train.labels))
    costs, snapshots = [], []
    for update in range(course.updates + 1):
        rows = rows_of(update)
        outputs, logits = net.forward(images[rows])
        each = functional.cross_entropy(logits.flatten(0, 1), labels[rows].repeat(len(schemes)), reduction="none")
        losses = each.view(len(schemes), -1).mean(dim=1)
        costs.append(_numbers(losses))
        if update in shown:
            snapshots.append([_numbers(one) for one in (*outputs, logits)])
        if update < course.updates:
            net.step(losses, course.learning_rate)
        progress(update / course.updates, "all schemes")
    return [_lesson(place, scheme, np.array(costs)[:, place], snapshots, net) for place, scheme in enumerate(schemes)]


class _Stacked:
    """A network for each scheme, from equal random numbers."""

    def __init__(self, course: Course, schemes: Sequence[Scheme], seed: str, device: str) -> None:
        nets = [drawn(course.widths, course.activation, scheme, generator(seed)) for scheme in schemes]
        layers = [*zip(*(net.weights for net in nets), strict=True)], [*zip(*(net.biases for net in nets), strict=True)]
        self._weights, self._biases = (
            [torch.from_numpy(np.stack(one)).to(device).requires_grad_() for one in kind] for kind in layers
        )
        self._activation = ACTIVATIONS[course.activation]
        self._learns = torch.ones(len(schemes), dtype=torch.bool, device=device)

    def forward(self, images: torch.Tensor) -> tuple[list[torch.Tensor], torch.Tensor]:
        """What hidden layers put out, each (schemes, n, width), and the logits, for images (n, pixels)."""
        h, outputs = images.expand(len(self._learns), -1, -1), []
        for weights, bias in zip(self._weights[:-1], self._biases[:-1], strict=True):
            h = self._activation(torch.baddbmm(bias[:, None], h, weights))
            outputs.append(h)
        return outputs, torch.baddbmm(self._biases[-1][:, None], h, self._weights[-1])

    def step(self, losses: torch.Tensor, rate: float) -> None:
        """Gradient descent for all schemes whose loss is still followed."""
        values = [*self._weights, *self._biases]
        self._learns &= losses <= EDGE
        gradients = torch.autograd.grad(losses.sum(), values)
        with torch.no_grad():
            for value, gradient in zip(values, gradients, strict=True):
                learns = self._learns.view(-1, *[1] * (value.dim() - 1))
                value.sub_(torch.where(learns, gradient, 0.0), alpha=rate)

    def error_rate(self, place: int, part: Digits) -> float:
        """Of one scheme: the share of digits whose likeliest class is not theirs."""
        with torch.no_grad():
            _, logits = self.forward(torch.from_numpy(part.images).to(self._learns.device))
        return float(np.mean(_numbers(logits[place]).argmax(axis=1) != part.labels))


def _lesson(place: int, scheme: Scheme, costs: Floats, snapshots: Sequence[Sequence[Floats]], net: _Stacked) -> Lesson:
    followed = len(costs) if np.all(costs <= EDGE) else int(np.argmin(costs <= EDGE))
    shown = moments(len(costs) - 1)
    shown = shown[shown < followed]
    kept = [[one[place] for one in snapshot] for snapshot in snapshots[: len(shown)]]
    pictured = tuple(Snapshot(tuple(outputs), logits.argmax(axis=1)) for *outputs, logits in kept)
    train, test = (net.error_rate(place, part) for part in digits())
    return Lesson(scheme, costs[:followed], shown, pictured, (train, test), followed < len(costs))


def _numbers(tensor: torch.Tensor) -> Floats:
    return np.asarray(tensor.detach().cpu().numpy())
