"""The space of representations: networks as points, near each other where they hold digits equally far apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.dense import error_rate
from service.demos.digits import Digits
from service.demos.parameter_fields import choice, several, whole
from service.demos.part import Part
from service.demos.random_numbers import generator
from service.demos.representation_space.families import FAMILIES, Learnt, learn_member
from service.demos.representation_space.figures import Space, distances_figure, full_name, space_figure
from service.demos.representations.figures import maps_figure
from service.demos.representations.learning import draw_digits
from service.demos.representations.mapping import METHODS, TSNE, Mapped, Method, Shown, map_representation, project
from service.demos.representations.projection import profile, purity, squared_distances
from service.demos.representations.tsne import Tsne, tsne

_NEIGHBOURS = 10
_DIGIT_MAP = Tsne(perplexity=15, iterations=300)
_NAMES = {member.id: member for family in FAMILIES.values() for member in family}


def cost_s(parameters: Mapping[str, Any]) -> float:
    """Rough seconds on one core."""
    networks = parameters["copies"] * sum(len(FAMILIES[family]) for family in parameters["families"])
    pairs = parameters["points"] ** 2
    return float(0.3 + networks * (0.05 + pairs * 5e-8) + 2 * _DIGIT_MAP.iterations * pairs * 5e-9)


class RepresentationSpaceParameters(Schema):
    """Which networks learn, and how they are compared."""

    families = several(
        tuple(FAMILIES),
        fields.String(validate=validate.OneOf(list(FAMILIES))),
        (1, len(FAMILIES)),
        "Families",
        "Of networks that learn; pixels are what is given",
    )
    copies = whole(2, (1, 4), "Copies", "Networks of each kind, from different first weights", "networks")
    points = whole(250, (100, 600), "Points", "Digits by whose distances networks are compared", "digits")
    method = choice(TSNE, list(METHODS), "Method", "How the space of representations is drawn")
    shown = choice("relu:100", list(_NAMES), "Shown", "The network whose map of digits is drawn beside that of pixels")

    @validates_schema
    def fit_together(self, data: dict[str, Any], **_: Any) -> None:
        """What no single field can tell."""
        if len(set(data["families"])) < len(data["families"]):
            raise ValidationError("Names a family twice.", "families")
        if data["families"] == ["pixels"]:
            raise ValidationError("Should name a family of networks, too.", "families")
        if _NAMES[data["shown"]].family not in data["families"]:
            raise ValidationError("Is of none of the families.", "shown")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Let all networks learn the same digits, and compare what they hold of others."""
    random = generator(seed)
    digits = draw_digits(parameters["points"], random)
    learnt = _learn_all(parameters, digits, random, Part(progress, 0, 2))
    profiles = np.array([profile(one.points) for one in learnt])
    method = Method(parameters["method"], Tsne(min(5.0, len(learnt) / 4), 500))
    plane = project(profiles, method, lambda _fraction, _message="": None)
    space = Space(learnt, plane.places, np.sqrt(squared_distances(profiles)), plane.told)
    chosen = next(one for one in learnt if one.member.id == parameters["shown"])
    mapped = _maps(chosen, digits[1], Part(progress, 1, 2))
    figures = {
        "space": space_figure(space),
        "distances": distances_figure(space),
        "maps": maps_figure(mapped, digits[1], METHODS[TSNE], linked=False),
    }
    output = {
        "networks": [_told(one, place, digits[1]) for one, place in zip(learnt, plane.places.tolist(), strict=True)],
        "kept_by_map": plane.kept,
        "distances": space.distances.tolist(),
        "labels": digits[1].labels.tolist(),
        "shown": {one.name: one.plane.places.tolist() for one in mapped},
    }
    return DemoResult(output, figures)


def _learn_all(
    parameters: Parameters, digits: tuple[Digits, Digits], random: np.random.Generator, progress: Progress
) -> list[Learnt]:
    """Copies stand beside each other; of pixels there is one."""
    wanted = [
        member
        for name, family in FAMILIES.items()
        if name in parameters["families"]
        for member in family
        for _ in range(parameters["copies"] if member.hidden else 1)
    ]
    return [
        learn_member(member, digits, random, Part(progress, place, len(wanted))) for place, member in enumerate(wanted)
    ]


def _maps(chosen: Learnt, shown: Digits, progress: Progress) -> list[Mapped]:
    """Of pixels, and of the network that is to be shown."""
    what, method = Shown(shown.labels, _NEIGHBOURS), Method(TSNE, _DIGIT_MAP)
    both = {"Pixels": shown.centred().images, full_name(chosen): chosen.points}
    return [
        map_representation(name, points, what, method, Part(progress, place, len(both)))
        for place, (name, points) in enumerate(both.items())
    ]


def _told(one: Learnt, place: list[float], shown: Digits) -> dict[str, Any]:
    return {
        "id": one.member.id,
        "family": one.member.family,
        "hidden": list(one.member.hidden),
        "units": one.points.shape[1],
        "accuracy": None if one.logits is None else 1 - error_rate(one.logits, shown.labels),
        "purity": purity(squared_distances(one.points), shown.labels, _NEIGHBOURS),
        "place": place,
    }


def warm_up() -> None:
    """Compile or load t-SNE's loop."""
    tsne(np.random.default_rng(0).standard_normal((12, 3)), Tsne(2.0, 2), lambda _fraction, _message="": None)


PRESETS: dict[str, Parameters] = {
    "six-families": {},
    "by-pca": {"method": "pca"},
    "few-sigmoids": {"families": ["pixels", "sigmoid"], "copies": 4, "shown": "sigmoid:2"},
    "rectifiers": {"families": ["pixels", "relu", "two-relu"], "shown": "two-relu:40-20"},
    "filters": {"families": ["pixels", "relu", "convolution", "pooling"], "shown": "convolution:8"},
}

REPRESENTATION_SPACE = Demo(
    id="representation-space",
    title="The space of representations",
    description=(
        "Many networks learn the same digits. Each becomes a point: two are near each other when digits that are near "
        "in one are near in the other, whatever the order of units or the turn of axes."
    ),
    version="1",
    topics=(
        "neural network",
        "hidden representation",
        "representation learning",
        "PCA",
        "t-SNE",
        "dimensionality reduction",
    ),
    parameters=RepresentationSpaceParameters,
    presets=PRESETS,
    figures={
        "space": "Each network as a point of the space of representations",
        "distances": "The distance of every two networks",
        "maps": "The digits as pixels, and as one of the networks holds them, by t-SNE",
    },
    cost_s=cost_s,
    run=run,
    warm_up=warm_up,
)
