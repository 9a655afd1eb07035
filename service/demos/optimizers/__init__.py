"""Optimizers: six rules of gradient descent race on the landscapes of eight test functions."""

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.optimizers.figures import cost_figure, landscape_figure
from service.demos.optimizers.functions import FUNCTIONS
from service.demos.optimizers.parameters import OptimizersParameters
from service.demos.optimizers.runs import descend_all, output_of

_FIXED_S, _STEP_S = 0.3, 12e-6  # the surface and its lines; an iteration of one optimizer


def run(parameters: Parameters, _seed: str, progress: Progress) -> DemoResult:
    """Let every optimizer descend from the start; nothing is left to chance."""
    function = FUNCTIONS[parameters["function"]]
    descents = descend_all(parameters, progress)
    output = {
        "function": {
            "title": function.title,
            "formula": function.formula,
            "range": [function.low, function.high],
            "minimum": function.minimum,
            "minima": [list(point) for point in function.minima],
        },
        "optimizers": {descent.rule: output_of(function, descent) for descent in descents},
    }
    figures = {"landscape": landscape_figure(function, descents), "cost": cost_figure(function, descents)}
    return DemoResult(output, figures)


def cost_s(parameters: Parameters) -> float:
    """Rough seconds on one core."""
    return float(_FIXED_S + parameters["iterations"] * len(parameters["optimizers"]) * _STEP_S)


PRESETS: dict[str, Parameters] = {
    "himmelblau": {},
    "all-six": {"optimizers": ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"]},
    "narrow-valley": {"function": "rosenbrock"},
    "flat-regions": {"function": "beale"},
    "one-bowl-of-four": {"function": "styblinski_tang", "start_x": 0.5, "start_y": 2.0},
    "steep-walls": {
        "function": "goldstein_price",
        "learning_rates": {"gd": 1e-5, "momentum": 1e-6},
    },
    "plane-with-waves": {"function": "mccormick"},
    "long-bowl": {"function": "matyas", "learning_rates": {"gd": 0.1, "momentum": 0.1, "rmsprop": 0.1, "adam": 0.1}},
    "many-local-minima": {"function": "rastrigin"},
    "too-large-a-step": {"function": "rosenbrock", "learning_rates": {"gd": 0.005, "momentum": 0.005}},
    "decay-ends-the-limit-cycle": {"optimizers": ["rmsprop"], "decays": {"rmsprop": 0.002}, "iterations": 5000},
}

OPTIMIZERS = Demo(
    id="optimizers",
    title="Optimizers on loss landscapes",
    description=(
        "Gradient descent, momentum, Nesterov, AdaGrad, RMSprop and Adam start from one point of a landscape whose "
        "minima are known: which path each takes, how fast it gets there, and where a rate is too large."
    ),
    version="1",
    topics=("gradient descent", "optimizers", "momentum", "Adam", "backpropagation and initialization"),
    parameters=OptimizersParameters,
    presets=PRESETS,
    figures={
        "landscape": "The path of every optimizer over the landscape",
        "cost": "Height above the minimum by iteration",
    },
    cost_s=cost_s,
    run=run,
    warm_up=lambda: None,
    uses_seed=False,
)
