"""What one optimizer did on a landscape."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Parameters, Progress
from service.demos.optimizers.functions import FUNCTIONS, Function
from service.demos.optimizers.rules import REACHED, Rates, descend, is_inside


@dataclass(frozen=True)
class Descent:
    """One path; a run that diverged ends with the last point that was still followed."""

    rule: str
    points: Floats  # (iterations + 1, 2)
    heights: Floats  # (iterations + 1,), above the function's minimum
    diverged: bool

    @property
    def reached(self) -> int | None:
        """The first iteration that ends less than REACHED above the minimum."""
        below = np.flatnonzero(self.heights < REACHED)
        return int(below[0]) if len(below) else None


def descend_all(parameters: Parameters, progress: Progress) -> list[Descent]:
    """One descent for each optimizer, from the same start."""
    function = FUNCTIONS[parameters["function"]]
    start = parameters["start_x"], parameters["start_y"]
    descents = []
    for done, rule in enumerate(parameters["optimizers"], 1):
        rates = Rates(parameters["learning_rates"][rule], parameters["decays"][rule], parameters["momentum"])
        path = descend(function, rule, rates, start, parameters["iterations"])
        points = np.array([point for point in path if is_inside(point)])
        heights = np.asarray(function.height(points[:, 0], points[:, 1]))
        descents.append(Descent(rule, points, heights, len(points) < len(path)))
        progress(done / len(parameters["optimizers"]), rule)
    return descents


def output_of(function: Function, descent: Descent) -> dict[str, Any]:
    """Everything that was measured of one descent."""
    point = descent.points[-1]
    distances = [float(np.hypot(*(point - minimum))) for minimum in function.minima]
    nearest = int(np.argmin(distances))
    return {
        "status": "diverged" if descent.diverged else "completed",
        "iterations": len(descent.points) - 1,
        "iterations_to_0.01": descent.reached,
        "final_point": point.tolist(),
        "final_cost": float(function.f(*point)),
        "final_height": float(descent.heights[-1]),
        "nearest_minimum": list(function.minima[nearest]),
        "distance_to_minimum": distances[nearest],
        "path": descent.points.tolist(),
        "costs": np.asarray(function.f(descent.points[:, 0], descent.points[:, 1])).tolist(),
    }
