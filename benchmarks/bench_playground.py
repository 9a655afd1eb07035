"""The playground's engine against the original's in node, training only, in CPU time, interleaved in one run.

    python benchmarks/bench_playground.py --original original.js

`original.js` is the nn.ts of a TensorFlow Playground checkout as a CommonJS module, which you provide; the variable
PLAYGROUND_ORIGINAL may name it instead. Without it there are no ratios, only this machine's own figures.

Both sides start from the same data and weights, and node gets its inputs ready-made; each configuration has a
node process of its own, since mixing activations in one slows it. A ratio is the median over the rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from service.demos.playground.data import FEATURES
from service.demos.playground.engine import train
from service.demos.playground.kinds import LANES
from service.demos.playground.net import (
    Rule,
    Samples,
    Training,
    samples_side_by_side,
    side_by_side,
    start_training,
)
from service.demos.playground.parameters import PlaygroundParameters
from service.demos.playground.running import warm_up
from service.demos.playground.training import start_run

DRIVER = Path(__file__).with_name("playground_original.js")
SEED = "0.12345"
GOALS = {1: 3.0, 16: 10.0, 64: 10.0}  # runs at once -> times the original's run-epochs a second


@dataclass(frozen=True)
class Case:
    """A configuration, and how many epochs of it one round takes."""

    name: str
    given: dict[str, Any]
    epochs: int

    def parameters(self) -> dict[str, Any]:
        """All parameters of a run."""
        return dict(PlaygroundParameters().load(self.given))


SPIRAL = {"dataset": "spiral", "features": list(FEATURES), "hidden_layers": [8, 8, 8]}
CASES = [
    Case("(a) circle 2-4-2-1 tanh", {}, 1000),
    Case("(b) spiral 7-8-8-8-1 relu", {**SPIRAL, "activation": "relu"}, 250),
    Case("(b) spiral 7-8-8-8-1 tanh", {**SPIRAL, "activation": "tanh"}, 250),
]
RULE = Rule(0.03, 0, 0.0, 10)


class Original:
    """The original engine in a node process of its own."""

    def __init__(self, module: Path, case: Case) -> None:
        start = start_run(case.parameters(), SEED)
        self._start = {
            "shape": start.net.shape.tolist(),
            "activation": case.parameters()["activation"].upper(),
            "weights": start.net.weights.tolist(),
            "biases": start.net.biases.tolist(),
            "inputs": start.train_samples.inputs.T.tolist(),
            "targets": start.train_samples.targets.tolist(),
            "batch": RULE.batch_size,
            "rate": RULE.learning_rate,
        }
        command = ["node", str(DRIVER), str(module.resolve())]
        self._node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def train(self, epochs: int) -> dict[str, Any]:
        """CPU seconds and last weights of so many epochs from the start."""
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.write(json.dumps({**self._start, "epochs": epochs}) + "\n")
        self._node.stdin.flush()
        return dict(json.loads(self._node.stdout.readline()))

    def close(self) -> None:
        """End the process."""
        self._node.communicate()


def ours(case: Case, runs: int, epochs: int) -> tuple[float, Training]:
    """CPU seconds that `runs` runs take, in blocks of LANES when there are several, and the last block."""
    blocks = [_block(case, min(runs, LANES)) for _ in range(-(-runs // LANES))]
    started = time.process_time()
    for training, samples in blocks:
        train(training, samples, RULE, epochs)
    return time.process_time() - started, blocks[-1][0]


def _block(case: Case, runs: int) -> tuple[Training, Samples]:
    starts = [start_run(case.parameters(), SEED if run == 0 else f"{SEED}-{run}") for run in range(runs)]
    if runs == 1:
        return start_training(starts[0].net), starts[0].train_samples
    nets = side_by_side([start.net for start in starts])
    return start_training(nets), samples_side_by_side([start.train_samples for start in starts])


def speeds_of(case: Case, original: Original | None, rounds: int) -> dict[int, list[float]]:
    """Run-epochs a CPU second by runs at once, round by round; 0 stands for the original."""
    speeds: dict[int, list[float]] = {runs: [] for runs in GOALS}
    if original:
        original.train(case.epochs)  # node compiles its hot loops
        speeds[0] = []
    for _ in range(rounds):
        if original:
            speeds[0].append(case.epochs / original.train(case.epochs)["cpu_s"])
        for runs in GOALS:
            speeds[runs].append(runs * case.epochs / ours(case, runs, case.epochs)[0])
    return speeds


def compare(case: Case, module: Path | None, rounds: int) -> bool:
    """Print one configuration's figures; whether all of its goals are met (none is judged without the original)."""
    original = Original(module, case) if module else None
    print(f"{case.name}: run-epochs per CPU second, median of {rounds} rounds")
    if original:
        apart = np.abs(ours(case, 1, 10)[1].net.weights - original.train(10)["weights"]).max()
        print(f"  after 10 epochs from the same start no weight is more than {apart:.0e} from the original's")
    speeds = speeds_of(case, original, rounds)
    if original:
        original.close()
        print(f"   original: {statistics.median(speeds[0]):10,.0f}")
    return all([_print_ratio(runs, speeds) for runs in GOALS])  # noqa: C419 - every line is to be printed


def _print_ratio(runs: int, speeds: dict[int, list[float]]) -> bool:
    line = f"  {runs:2d} at once: {statistics.median(speeds[runs]):10,.0f}"
    if 0 not in speeds:
        print(line)
        return True
    ratio = statistics.median(mine / theirs for mine, theirs in zip(speeds[runs], speeds[0], strict=True))
    met = ratio >= GOALS[runs]
    print(f"{line}   {ratio:5.1f} x the original   goal {GOALS[runs]:.0f} x   {'met' if met else 'MISSED'}")
    return met


def main() -> None:
    """Compare every configuration; exit code 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--original", type=Path, default=os.environ.get("PLAYGROUND_ORIGINAL"))
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    module = Path(arguments.original) if arguments.original else None
    started = time.perf_counter()
    warm_up()
    print(f"warm_up: {time.perf_counter() - started:.1f} s (the first on a machine compiles, later ones load)")
    if module is None:
        print("No --original module: these are this machine's own figures, and no ratio can be given.")
    if not all([compare(case, module, arguments.rounds) for case in CASES]):  # noqa: C419 - every case is to run
        sys.exit(1)


if __name__ == "__main__":
    main()
