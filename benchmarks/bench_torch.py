"""Convolutional networks of 16 seeds, trained at once and one after another, interleaved; on a GPU too where one is.

    python benchmarks/bench_torch.py [--rounds 5]

The demo `convolutional-training` with its default networks and one epoch. On the CPU one thread, as demos run, in CPU
time; on a GPU the time that passes, and how much sooner it is done than the CPU.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from service.demos.demo import needs_torch
from service.demos.warm_child import ONE_THREAD

if lack := needs_torch():
    print(f"not measured: {lack}")
    sys.exit()
os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # before torch is imported

import torch

from service.demos.convolutional_training import CONVOLUTIONAL_TRAINING
from service.demos.convolutional_training.learning import draw_problem, learn
from service.demos.convolutional_training.shape import convolutional, course_of
from service.demos.demo import CPU, CUDA, resolve_parameters
from service.demos.random_numbers import generator

SEEDS = [str(seed) for seed in range(16)]
GOALS = {CPU: 1.0, CUDA: 0.25}  # at once, of one after another
PARAMETERS = resolve_parameters(CONVOLUTIONAL_TRAINING, {"epochs": 1})


def train(seeds: Sequence[str], device: str) -> None:
    """The convolutional networks of some seeds, at once; it has ended when its numbers are on the CPU."""
    course = course_of(PARAMETERS)
    problem = draw_problem(course, [generator(seed) for seed in seeds], device)
    learn(convolutional(PARAMETERS), course, problem, [generator(seed) for seed in seeds], lambda *_: None)


def seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    """How long it takes by a clock."""
    before = clock()
    work()
    return clock() - before


def one_after_another(device: str) -> None:
    """Every seed for itself."""
    for seed in SEEDS:
        train([seed], device)


def compare(device: str, rounds: int) -> float:
    """Print the medians of both ways and their ratio; return the seconds at once."""
    clock = time.process_time if device == CPU else time.perf_counter
    train(SEEDS, device)  # once in vain: kernels are chosen, a GPU is woken
    times = [
        (seconds(lambda: train(SEEDS, device), clock), seconds(lambda: one_after_another(device), clock))
        for _ in range(rounds)
    ]
    together, apart = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = statistics.median(one / other for one, other in times)
    told = f"{together:.2f} s at once, {apart:.2f} s one after another"
    print(f"{device:5} {len(SEEDS)} seeds: {told}; ratio {ratio:.2f} (goal <= {GOALS[device]})")
    return together


def main() -> None:
    """Print the ratios beside their goals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    on_cpu = compare(CPU, rounds)
    if not torch.cuda.is_available():
        print("cuda  not measured: torch sees no GPU here")
        return
    on_gpu = compare(CUDA, rounds)
    print(f"GPU / one thread of the CPU, at once: {on_gpu / on_cpu:.2f} ({torch.cuda.get_device_name()})")


if __name__ == "__main__":
    main()
