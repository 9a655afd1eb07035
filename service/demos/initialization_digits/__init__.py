"""Initialization and real digits: what a deep network's layers put out, and what it learns, from several schemes."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from marshmallow import Schema, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress, later
from service.demos.initialization_digits.figures import answers_figure, cost_figure, outputs_figure
from service.demos.initialization_digits.histograms import Histograms, histograms
from service.demos.initialization_digits.learning import BATCH, BATCHES, N_TRAIN, Course, Lesson, digits, learn, rows_of
from service.demos.json_numbers import all_finite
from service.demos.parameter_fields import choice, number, refuse_beyond, whole
from service.demos.propagation import FUNCTIONS
from service.demos.random_numbers import generator
from service.demos.schemes import SCHEMES, Scheme

STANDARD = ("zero", "uniform", "lecun", "normal")
MAX_COST_S = 20.0
_FIXED_S, _UPDATE_S, _WEIGHT_S = 0.3, 400e-6, 20e-9


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    weights = sum(n_in * n_out for n_in, n_out in pairwise(course_of(parameters).widths))
    return float(
        _FIXED_S + len(schemes_of(parameters)) * parameters["epochs"] * BATCHES * (_UPDATE_S + weights * _WEIGHT_S)
    )


class InitializationDigitsParameters(Schema):
    """The original's control, and the network's shape."""

    scheme = choice(
        "lecun",
        list(SCHEMES),
        "Scheme",
        'Of the first weights; "lecun" is what some call Xavier. '
        + "; ".join(f"{name}: {told}" for name, told in SCHEMES.items()),
    )
    activation = choice("tanh", list(FUNCTIONS), "Activation", "Of the hidden layers")
    depth = whole(4, (1, 8), "Hidden layers", "One after the other", "layers")
    width = whole(300, (8, 500), "Width", "Units of each hidden layer", "units")
    learning_rate = number(0.1, (0, 10), "Learning rate", f"Step along the gradient over {BATCH} digits")
    epochs = whole(3, (1, 100), "Epochs", f"Times through the {N_TRAIN} digits to learn from", "epochs")

    @validates_schema
    def bounded_work(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what would compute for too long."""
        refuse_beyond(MAX_COST_S, cost_s, data, "epochs")


@np.errstate(over="ignore", invalid="ignore")  # of weights far too large: the output says so
def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Learn from the scheme asked for, and from the standard ones beside it, all from the same random numbers."""
    names = schemes_of(parameters)
    lessons = {}
    for done, name in enumerate(names):

        def told(share: float, done: int = done, name: str = name) -> None:
            progress((done + share) / len(names), name)

        lessons[name] = learn(course_of(parameters), Scheme(name), generator(seed), told)
    return result_of(parameters, lessons)


def schemes_of(parameters: Mapping[str, Any]) -> list[str]:
    """The scheme asked for, and the standard ones."""
    return [name for name in SCHEMES if name in {*STANDARD, parameters["scheme"]}]


def result_of(parameters: Parameters, lessons: dict[str, Lesson]) -> DemoResult:
    """What is told and shown of lessons, wherever they were computed."""
    chosen = lessons[parameters["scheme"]]
    counted = histograms(chosen.snapshots)
    figures = {
        "cost": cost_figure(list(lessons.values())),
        "outputs": outputs_figure(chosen, counted),
        "answers": answers_figure(chosen),
    }
    return DemoResult(_output(chosen, lessons, counted), figures)


def course_of(parameters: Mapping[str, Any]) -> Course:
    """How the networks learn."""
    names = ("depth", "width", "activation", "learning_rate", "epochs")
    return Course(**{name: parameters[name] for name in names})


def _output(chosen: Lesson, lessons: dict[str, Lesson], counted: Histograms) -> dict[str, Any]:
    return {
        "status": "diverged" if chosen.diverged else "completed",
        "schemes": {
            name: {
                "costs": lesson.costs.tolist(),
                "train_error": lesson.errors[0],
                "test_error": lesson.errors[1],
                "diverged": lesson.diverged,
            }
            for name, lesson in lessons.items()
        },
        "histogram_edges": counted.edges.tolist(),
        "frames": [_frame(chosen, place, counted) for place in range(len(chosen.shown))],
    }


def _frame(lesson: Lesson, place: int, counted: Histograms) -> dict[str, Any]:
    snapshot, update = lesson.snapshots[place], int(lesson.shown[place])
    labels = digits()[0].labels[rows_of(update)]
    return {
        "update": update,
        "epoch": update // BATCHES,
        "batch": update % BATCHES,
        "cost": float(lesson.costs[update]),
        "misclassified": int(np.sum(snapshot.answers != labels)),
        "labels": labels.tolist(),
        "answers": snapshot.answers.tolist(),
        "mean_squares": all_finite(float(np.mean(h**2)) for h in snapshot.outputs),
        "histograms": counted.shares[place].tolist(),
    }


PRESETS: dict[str, Parameters] = {
    "one-over-the-inputs": {},
    "zero": {"scheme": "zero"},
    "uniform": {"scheme": "uniform"},
    "standard-normal": {"scheme": "normal"},
    "relu-he": {"scheme": "he", "activation": "relu"},
    "deep-and-narrow": {"depth": 8, "width": 64, "epochs": 10},
}

INITIALIZATION_DIGITS = Demo(
    id="initialization-digits",
    title="Initialization: a deep network and real digits",
    description=(
        "Four hidden layers of tanh learn handwritten digits from zero, uniform, well scaled or standard normal "
        "weights: what every layer puts out, which digits are told right, and the cost, batch by batch. A GPU learns "
        "from all schemes at once; its costs are the CPU's within a millionth, but for standard normal weights: where "
        "layers saturate, errors of rounding grow."
    ),
    version="1",
    topics=("initialization", "backpropagation and initialization", "GD for NN", "neural network"),
    parameters=InitializationDigitsParameters,
    presets=PRESETS,
    figures={
        "cost": "The cost of each batch, from several schemes",
        "outputs": "How the outputs of every layer are distributed, as learning goes on",
        "answers": "The digits of a batch, and which of them are told right, as learning goes on",
    },
    cost_s=cost_s,
    run=run,
    run_on_gpu=later("service.demos.initialization_digits.stacked:run_on_gpu"),
    warm_up=lambda: None,
)
