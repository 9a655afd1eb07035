"""The CNN explainer: a small trained network from the picture to the probabilities, with every number on the way."""

from collections.abc import Mapping
from typing import Any

from service.demos.cnn_explainer.close import unit_figure
from service.demos.cnn_explainer.decision import softmax_figure
from service.demos.cnn_explainer.hyperparameters import widget_figure
from service.demos.cnn_explainer.network import weights
from service.demos.cnn_explainer.output import output_of
from service.demos.cnn_explainer.overview import overview_figure
from service.demos.cnn_explainer.parameters import CnnExplainerParameters
from service.demos.cnn_explainer.view import view
from service.demos.cnn_explainer.walk import walk_figure
from service.demos.demo import Demo, DemoResult, Parameters, Progress, needs_files


def run(parameters: Parameters, _seed: str, progress: Progress) -> DemoResult:
    """Send a picture through the network."""
    seen = view(parameters)
    progress(0.3, "telling")
    output = output_of(seen, parameters)
    progress(0.6, "drawing")
    figures = {
        "overview": overview_figure(seen, parameters["show_detail"]),
        "unit": unit_figure(seen),
        "walk": walk_figure(seen, parameters["input_channel"]),
        "softmax": softmax_figure(seen),
        "hyperparameters": widget_figure(parameters),
    }
    return DemoResult(output, {name: figure for name, figure in figures.items() if figure is not None})


def cost_s(_parameters: Mapping[str, Any]) -> float:
    """The same for every picture."""
    return 0.2


def warm_up() -> None:
    """Read the weights, and compute once."""
    weights()
    view(CnnExplainerParameters().load({}))


CNN_EXPLAINER = Demo(
    id="cnn-explainer",
    title="CNN explainer",
    description=(
        "A TinyVGG of 19,920 weights, trained on pictures of clothes, takes a picture from its pixels to ten "
        "probabilities: every map, kernel, bias and logit, and the arithmetic of any cell."
    ),
    version="1",
    topics=("CNN", "convolutional neural network", "Conv2D"),
    parameters=CnnExplainerParameters,
    presets={
        "inside-the-second-layer": {"layer": "conv_1_2", "unit": 6},
        "relu": {"layer": "relu_1_1", "unit": 1},
        "max-pooling": {"layer": "max_pool_1", "unit": 9},
        "flattening": {"layer": "flatten", "unit": 3},
        "why-a-shirt": {"image": "shirt", "layer": "output", "unit": 6},
        "one-scale-for-all": {"scale_level": "global"},
        "stride-that-does-not-fit": {"hyper_input_size": 6, "hyper_kernel": 3, "hyper_stride": 2},
    },
    figures={
        "overview": "All maps of all layers, and the probabilities",
        "unit": "The unit looked at: what goes in, its kernel, the arithmetic of a cell, and what comes out",
        "walk": "The window of a convolution, ReLU or pooling on its way over a map",
        "softmax": "Logits and probabilities of the ten classes",
        "hyperparameters": "The widget's kernel on its way over its input, where it fits and takes 100 steps at most",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
    lack=needs_files("models/tiny_vgg/weights.npz"),
    uses_seed=False,
)
