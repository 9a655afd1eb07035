"""A run of the ImageNet classifier: its output, and its figures."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from service.demos.demo import DemoResult, Parameters, Progress
from service.demos.imagenet_classifier.figures import decision_figure, maps_figure, places_figure
from service.demos.imagenet_classifier.parameters import ImagenetClassifierParameters
from service.demos.imagenet_classifier.view import View, classifier, view
from service.demos.maps import numbers
from service.inference.imagenet import NAME, PUBLISHED_TOP_1, STAGES, classes


def run(parameters: Parameters, _seed: str, progress: Progress) -> DemoResult:
    """Send a picture through the network."""
    seen = view(parameters)
    progress(0.5, "drawing")
    figures = {
        "decision": decision_figure(seen, parameters["top"]),
        "places": places_figure(seen),
        "maps": maps_figure(seen, parameters["stage"], parameters["maps"]),
    }
    return DemoResult(output_of(seen, parameters), figures)


def output_of(view: View, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The most probable classes, what each place adds to one of them, and the stages."""
    return {
        "model": {"name": NAME, "parameters": view.network.parameters, "published_top_1": PUBLISHED_TOP_1},
        "top": [_class(view, at) for at in view.order[: parameters["top"]]],
        "explained": {
            **_class(view, view.explained),
            "rank": view.order.index(view.explained) + 1,
            "bias": float(view.network.bias[view.explained]),
            "places": numbers(view.places),
        },
        "stages": [_brief(view, stage) for stage in STAGES],
        "maps": [
            {"channel": channel, "values": numbers(view.given[parameters["stage"]][channel])}
            for channel in view.strongest(parameters["stage"], parameters["maps"])
        ],
    }


def _class(view: View, at: int) -> dict[str, Any]:
    logit, probability = float(view.given["logits"][at]), float(view.probabilities[at])
    return {"class": classes()[at], "index": at, "probability": probability, "logit": logit}


def _brief(view: View, stage: str) -> dict[str, Any]:
    values = view.given[stage]
    return {
        "name": stage,
        "shape": list(values.shape),
        "mean": float(values.mean(dtype=np.float64)),
        "maximum": float(values.max()),
        "active": float(np.mean(values > 0)),
    }


def warm_up() -> None:
    """Read the weights, and compute once."""
    classifier()
    view(ImagenetClassifierParameters().load({}))
