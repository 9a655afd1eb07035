"""A classifier of ordinary pictures, trained by others: what it takes a picture for, and where it looks."""

from collections.abc import Mapping
from typing import Any

from service.demos.demo import Demo, later
from service.demos.imagenet_classifier.parameters import ImagenetClassifierParameters
from service.inference.imagenet import NAME, PACKAGE, is_installed


def lack() -> str | None:
    """Its weights come in a package of their own."""
    return None if is_installed() else f"The weights of {NAME} are missing: the package {PACKAGE} is not installed."


def cost_s(_parameters: Mapping[str, Any]) -> float:
    """The same for every picture."""
    return 0.15


IMAGENET_CLASSIFIER = Demo(
    id="imagenet-classifier",
    title="ImageNet classifier",
    description=(
        "EfficientNet-lite0, 4.7 million weights trained on 1.3 million photographs, takes a picture for one of 1,000 "
        "classes, shows which places of the picture spoke for it, and what its stages see."
    ),
    version="1",
    topics=("CNN", "convolutional neural network", "Conv2D"),
    parameters=ImagenetClassifierParameters,
    presets={
        "cat": {"image": "cat"},
        "tripod-not-person": {"image": "photographer"},
        "no-class-for-people": {"image": "astronaut"},
        "what-spoke-for-a-cup": {"image": "espresso", "explained": "cup"},
        "first-edges": {"stage": "stem"},
        "last-maps": {"stage": "head"},
    },
    figures={
        "decision": "The picture, and the most probable classes",
        "places": "What each place of the picture adds to a class's logit",
        "maps": "The maps of a stage that hold most",
    },
    cost_s=cost_s,
    run=later("service.demos.imagenet_classifier.running:run"),
    warm_up=later("service.demos.imagenet_classifier.running:warm_up"),
    lack=lack,
    uses_seed=False,
)
