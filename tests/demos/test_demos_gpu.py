"""What demos compute on a GPU is what the CPU computes, within the tolerance that their descriptions state.

The same code on the CPU, in another precision or beside the NumPy engine, is held to the same tolerance everywhere:
what parts two devices is rounding, and so it is there.
"""

from typing import Any

import numpy as np
import pytest

from service.demos.convolutional_training import CONVOLUTIONAL_TRAINING
from service.demos.convolutional_training.shape import convolutional, course_of
from service.demos.demo import resolve_parameters
from service.demos.initialization_digits import INITIALIZATION_DIGITS, schemes_of
from service.demos.initialization_digits import course_of as course_of_schemes
from service.demos.initialization_digits.learning import Lesson
from service.demos.initialization_digits.learning import learn as learn_one
from service.demos.random_numbers import generator
from service.demos.registry import DEMOS
from service.demos.schemes import Scheme

torch = pytest.importorskip("torch", reason="torch, an extra, is not installed")

from service.demos.convolutional_training.learning import draw_problem, learn  # noqa: E402
from service.demos.initialization_digits.stacked import learn_all  # noqa: E402

HAS_GPU = torch.cuda.is_available()
NEEDS_GPU = pytest.mark.skipif(not HAS_GPU, reason="this machine has no GPU that torch can use")
# As the descriptions say: 1 % of a training loss, 2 digits of 100; a millionth of a cost.
LOSS, ACCURACY, COST = 0.01, 0.02, 1e-6


def silent(_fraction: float, _message: str = "") -> None:
    pass


def agree(one: Any, other: Any) -> None:
    for name in ("convolutional", "dense"):
        ours, theirs = one["networks"][name], other["networks"][name]
        assert np.array(ours["train_loss"]) == pytest.approx(np.array(theirs["train_loss"]), rel=LOSS)
        assert np.array(ours["test_accuracy"]) == pytest.approx(np.array(theirs["test_accuracy"]), abs=ACCURACY)


@NEEDS_GPU
@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_convolutional_networks_learn_on_a_gpu_what_they_learn_on_the_cpu(seed: str) -> None:
    parameters = resolve_parameters(CONVOLUTIONAL_TRAINING, {})
    assert CONVOLUTIONAL_TRAINING.run_on_gpu is not None

    on_gpu = CONVOLUTIONAL_TRAINING.run_on_gpu(parameters, seed, silent)

    agree(on_gpu.output, CONVOLUTIONAL_TRAINING.run(parameters, seed, silent).output)


def test_convolutional_networks_learn_in_single_precision_what_they_learn_in_double() -> None:
    parameters = resolve_parameters(CONVOLUTIONAL_TRAINING, {})
    course, shape = course_of(parameters), convolutional(parameters)

    def curves(dtype: Any) -> Any:
        problem = draw_problem(course, [generator(str(place)) for place in range(4)], "cpu", dtype)
        return learn(shape, course, problem, [generator(str(place)) for place in range(4)], silent).curves

    single, double = curves(torch.float32), curves(torch.float64)

    assert single.train_loss == pytest.approx(double.train_loss, rel=LOSS)
    assert single.test_accuracy == pytest.approx(double.test_accuracy, abs=ACCURACY)
    assert not np.array_equal(single.train_loss, double.train_loss)


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=NEEDS_GPU)])
@pytest.mark.parametrize(
    "given",
    [
        {"width": 60, "epochs": 2},
        {"activation": "relu", "learning_rate": 1.0, "width": 60, "epochs": 2},
        {"activation": "softsign", "epochs": 4, "width": 50},
    ],
    ids=str,
)
@np.errstate(over="ignore", invalid="ignore")
def test_all_schemes_side_by_side_learn_what_they_learn_one_after_another(given: dict[str, Any], device: str) -> None:
    parameters = resolve_parameters(INITIALIZATION_DIGITS, given)
    course, schemes = course_of_schemes(parameters), [Scheme(name) for name in schemes_of(parameters)]

    together = learn_all(course, schemes, "1", silent, device)

    for scheme, lesson in zip(schemes, together, strict=True):
        alone = learn_one(course, scheme, generator("1"), lambda _share: None)
        saturates = scheme.name == "normal"  # its rounding errors grow: the description says so
        same(lesson, alone, updates=3 if saturates else len(alone.costs))


def same(lesson: Lesson, alone: Lesson, updates: int) -> None:
    assert lesson.costs[:updates] == pytest.approx(alone.costs[:updates], rel=COST)
    assert (lesson.diverged, len(lesson.costs)) == (alone.diverged, len(alone.costs))
    assert lesson.shown.tolist() == alone.shown.tolist()
    if updates < len(alone.costs) or not lesson.scheme.is_random:  # from zero, classes tie: rounding picks the answer
        return
    assert lesson.errors == alone.errors
    for ours, theirs in zip(lesson.snapshots, alone.snapshots, strict=True):
        assert ours.answers.tolist() == theirs.answers.tolist()
        for h, other in zip(ours.outputs, theirs.outputs, strict=True):
            assert np.allclose(h, other, rtol=COST, atol=1e-9)  # pytest.approx takes seconds for so many


@np.errstate(over="ignore", invalid="ignore")
def test_a_scheme_that_diverges_leaves_the_others_alone() -> None:
    parameters = resolve_parameters(INITIALIZATION_DIGITS, {"activation": "linear", "learning_rate": 3.0})
    schemes = [Scheme("zero"), Scheme("normal")]

    zero, normal = learn_all(course_of_schemes(parameters), schemes, "1", silent, "cpu")

    assert (zero.diverged, normal.diverged) == (False, True)
    alone = learn_one(course_of_schemes(parameters), schemes[1], generator("1"), lambda _share: None)
    assert (len(normal.costs), normal.errors) == (len(alone.costs), alone.errors)


def test_those_that_can_use_a_gpu_say_how_near_they_come() -> None:
    able = [demo for demo in DEMOS if demo.run_on_gpu is not None]

    assert {demo.id for demo in able} == {"convolutional-training", "initialization-digits"}
    assert all("GPU" in demo.description and "within" in demo.description for demo in able)
