"""Runs of the training of convolutional networks, on either device. Loads torch: for processes that compute."""

import numpy as np
import torch

from service.demos.compiled import Ints
from service.demos.convolutional_training.charted import confusion_figure, curves_figure
from service.demos.convolutional_training.learning import Learnt, Problem, answers, draw_problem, learn, numbers_of
from service.demos.convolutional_training.output import Mistake, Seen, output_of
from service.demos.convolutional_training.parameters import ConvolutionalTrainingParameters
from service.demos.convolutional_training.shape import convolutional, course_of, dense_rival
from service.demos.convolutional_training.sheets import kernels_figure, maps_figure, mistakes_figure
from service.demos.demo import CPU, CUDA, DemoResult, Parameters, Progress
from service.demos.digits import CLASSES
from service.demos.part import Part
from service.demos.random_numbers import generator


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Train on the CPU."""
    return _run(parameters, seed, progress, CPU)


def run_on_gpu(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Train on a GPU, in numbers as long as the CPU's: without its short cuts."""
    torch.backends.cuda.matmul.fp32_precision = torch.backends.cudnn.conv.fp32_precision = "ieee"
    torch.backends.cudnn.deterministic = True
    return _run(parameters, seed, progress, CUDA)


def _run(parameters: Parameters, seed: str, progress: Progress, device: str) -> DemoResult:
    progress(0.0, "digits")
    learnt, problem = train(parameters, seed, progress, device)
    curves = {name: one.curves for name, one in learnt.items()}
    seen = _look(learnt["convolutional"], problem, parameters["example"])
    figures = {
        "curves": curves_figure(list(curves.values())),
        "kernels": kernels_figure(seen),
        "maps": maps_figure(seen),
        "confusion": confusion_figure(seen.confusion),
        "mistakes": mistakes_figure(seen),
    }
    return DemoResult(output_of(curves, seen, course_of(parameters)), figures)


def train(parameters: Parameters, seed: str, progress: Progress, device: str) -> tuple[dict[str, Learnt], Problem]:
    """A convolutional and a dense network for each seed, from equal digits in equal batches."""
    seeds = [seed if place == 0 else f"{seed}-{place}" for place in range(parameters["n_seeds"])]
    course, shape = course_of(parameters), convolutional(parameters)
    problem = draw_problem(course, [generator(f"{one} digits") for one in seeds], device)
    learnt = {}
    for place, one in enumerate((shape, dense_rival(shape))):
        part = Part(progress, place, 2)
        learnt[one.name] = learn(one, course, problem, [generator(one) for one in seeds], part)
    return learnt, problem


def _look(learnt: Learnt, problem: Problem, example: int) -> Seen:
    shape, kernels = learnt.networks.shape, learnt.networks.shape.layers[0].name
    images, labels = numbers_of(problem.test[0]), problem.test_labels.cpu().numpy()
    chances = numbers_of(answers(learnt.networks, problem.test).double().softmax(dim=2))
    told = chances.argmax(axis=2)
    shown = int((labels[0] == example).argmax())
    maps = learnt.networks.maps(problem.test[:, shown : shown + 1])
    return Seen(
        kernels=(numbers_of(learnt.first[kernels][0, :, 0]), numbers_of(learnt.networks.learnt[kernels][0, :, 0])),
        image=images[shown],
        label=example,
        answer=int(told[0, shown]),
        maps=tuple(numbers_of(one[0, :channels]) for one, channels in zip(maps, shape.channels, strict=True)),
        confusion=_confusion(labels, told),
        mistakes=tuple(
            Mistake(images[at], int(labels[0, at]), int(told[0, at]), float(chances[0, at, told[0, at]]))
            for at in (labels[0] != told[0]).nonzero()[0]
        ),
    )


def _confusion(labels: Ints, told: Ints) -> Ints:
    pairs = np.bincount((labels * CLASSES + told).ravel(), minlength=CLASSES**2)
    return pairs.reshape(CLASSES, CLASSES)


def warm_up() -> None:
    """Load torch, and let it choose its ways."""
    parameters = {**ConvolutionalTrainingParameters().load({}), "epochs": 1, "train_size": 100, "n_seeds": 1}
    train(parameters, "warm", lambda _fraction, _message="": None, CPU)
