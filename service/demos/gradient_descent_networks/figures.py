"""The figures of gradient descent for networks: loss by epoch, by update, and by learning rate."""

from collections.abc import Mapping, Sequence

import numpy as np

from service.demos.charts import Axis, Curve, line_chart
from service.demos.compiled import Floats
from service.demos.figures import Figure, number_told
from service.demos.gradient_descent_networks.parameters import N_TRAIN

_LOSS = Axis("Training loss", "log")


def batch_name(batch_size: int) -> str:
    """What a batch of that size is called."""
    if batch_size == N_TRAIN:
        return f"{N_TRAIN}, all of them"
    return "1 (stochastic)" if batch_size == 1 else f"{batch_size} (mini-batch)"


def epoch_figure(losses: Mapping[int, Floats], rate: float) -> Figure:
    """The median loss of the seeds by epoch, for each batch size."""
    curves = [
        Curve(batch_name(size), np.arange(len(rows), dtype=float), np.median(rows, axis=1))
        for size, rows in losses.items()
    ]
    seeds = next(iter(losses.values())).shape[1]
    of_seeds = f"median of {seeds} seeds" if seeds > 1 else "of one seed"
    return Figure(
        "Loss by epoch",
        f"Line chart of the training loss by epoch, {of_seeds}, at learning rate {rate:g}, logarithmic. "
        f"Samples of a batch: {_ends(curves)}.",
        line_chart(
            "Loss by epoch: the same data, more or fewer updates",
            f"{of_seeds.capitalize()} · learning rate {rate:g} · by samples of a batch",
            (Axis("Epoch", low=0), _LOSS),
            curves,
        ),
    )


def update_figure(losses: Mapping[int, Floats], rate: float, seed: str) -> Figure:
    """One seed's loss by update, for each batch size."""
    curves = [Curve(batch_name(size), np.arange(len(row), dtype=float), row) for size, row in losses.items()]
    updates = len(next(iter(losses.values()))) - 1
    rising = ", ".join(f"{np.mean(np.diff(curve.y) > 0):.0%}" for curve in curves)
    told = f"Updates that raise the loss, in the legend's order: {rising}"
    return Figure(
        "Loss by update",
        f"Line chart of the training loss of seed {seed} over the first {updates} updates at learning rate {rate:g}. "
        f"Samples of a batch: {_ends(curves)}. {told}.",
        line_chart(
            "Loss by update",
            [f"Seed {seed} · learning rate {rate:g} · loss over all training data", told],
            (Axis("Update", low=0), Axis("Training loss")),
            curves,
        ),
    )


def rate_figure(medians: Mapping[int, Floats], rates: Sequence[float], epochs: int) -> Figure:
    """The median loss at the end over the learning rate, for each batch size."""
    curves = [Curve(batch_name(size), np.array(rates), row) for size, row in medians.items()]
    best = ", ".join(f"{rates[int(np.argmin(curve.y))]:g} for {curve.name}" for curve in curves)
    chart = line_chart(
        "Loss by learning rate",
        f"Median after {epochs} epochs · by samples of a batch",
        (Axis("Learning rate", "log"), _LOSS),
        curves,
    )
    return Figure(
        "Loss by learning rate",
        f"Line chart of the median training loss after {epochs} epochs over the learning rate, both logarithmic. "
        f"Lowest at {best}.",
        {**chart, "mark": {**chart["mark"], "point": {"size": 45, "filled": True}}},
    )


def _ends(curves: list[Curve]) -> str:
    return "; ".join(f"{curve.name} from {number_told(curve.y[0])} to {number_told(curve.y[-1])}" for curve in curves)
