"""A picture's way through the classifier, and which of its places speak for a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from service.config import bundled
from service.demos import pictures
from service.demos.imagenet_classifier.parameters import KEPT_SIDE
from service.inference.efficientnet import Floats, ImageClassifier, load_classifier
from service.inference.imagenet import CARD, SIDE, STAGES, classes

classifier = cache(load_classifier)


@dataclass(frozen=True)
class View:
    """What the network makes of a picture, and the class that is explained."""

    network: ImageClassifier
    pixels: pictures.Pixels  # (224, 224, 3)
    given: Mapping[str, Floats]  # by stage (channels, height, width), and "logits"
    asked: str | None  # the class to explain; None is the most probable

    @property
    def probabilities(self) -> Floats:
        """Of the classes (1000,); the largest logit is subtracted first so that nothing overflows."""
        powers = np.exp(self.given["logits"] - self.given["logits"].max())
        return np.asarray(powers / powers.sum())

    @property
    def order(self) -> list[int]:
        """The classes, the most probable first."""
        return [int(at) for at in np.argsort(-self.given["logits"], kind="stable")]

    @property
    def explained(self) -> int:
        """The class that is explained."""
        return self.order[0] if self.asked is None else classes().index(self.asked)

    @property
    def places(self) -> Floats:
        """What each cell of the head adds to the explained class's logit (7, 7).

        The logit is a bias and a weighted sum of the maps' means, so that it can be told cell by cell (class
        activation maps, Zhou et al. 2016, arXiv 1512.04150): all cells and the bias add up to it.
        """
        maps = self.given[STAGES[-1]]
        return np.asarray(np.tensordot(self.network.dense[self.explained], maps, 1) / maps[0].size)

    def strongest(self, stage: str, count: int) -> list[int]:
        """The channels of a stage with the largest mean size, the largest first."""
        means = np.abs(self.given[stage]).mean(axis=(1, 2))
        return [int(at) for at in np.argsort(-means, kind="stable")[:count]]


def view(parameters: Mapping[str, Any]) -> View:
    """Compute all stages for the picture that the parameters name or bring."""
    if parameters["upload"] is None:
        kept = pictures.read_file(bundled("data") / CARD / "images" / f"{parameters['image']}.webp", KEPT_SIDE)
    else:
        kept = pictures.read_upload(parameters["upload"], KEPT_SIDE)
    edge = (KEPT_SIDE - SIDE) // 2
    pixels = kept[edge : edge + SIDE, edge : edge + SIDE]
    return View(classifier(), pixels, classifier().see(pixels), parameters["explained"])
