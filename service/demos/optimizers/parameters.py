"""The optimizers' parameters: the original's controls, and the coefficient of momentum."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from service.demos.optimizers.functions import FUNCTIONS
from service.demos.optimizers.rules import RULES, TITLES
from service.demos.parameter_fields import about, choice, number, several, whole

MAX_ITERATIONS = 5000
SHOWN = ("gd", "momentum", "rmsprop", "adam")
_RATES = {"gd": 0.001, "momentum": 0.001, "nesterov": 0.001, "adagrad": 0.5, "rmsprop": 0.01, "adam": 0.01}


def _per_rule(name: str, defaults: dict[str, float], title: str, description: str) -> type[Schema]:
    fields_ = {rule: number(defaults[rule], (0, 1), f"{title}: {TITLES[rule]}", description) for rule in RULES}
    return Schema.from_dict(dict(fields_), name=name)


LearningRates = _per_rule("LearningRates", _RATES, "Learning rate", "Step along the (scaled) gradient")
Decays = _per_rule(
    "Decays", dict.fromkeys(RULES, 0.0), "Decay", "The learning rate of iteration t is divided by 1 + decay t"
)


def _all_of(schema: type[Schema], title: str, description: str) -> fields.Nested:
    return fields.Nested(schema, load_default=lambda: schema().load({}), metadata=about(title, description))


class OptimizersParameters(Schema):
    """Which landscape, which rules, from where, how fast and how long."""

    function = choice("himmelblau", list(FUNCTIONS), "Landscape", "The function to make small")
    optimizers = several(
        SHOWN,
        fields.String(validate=validate.OneOf(list(RULES))),
        (1, len(RULES)),
        "Optimizers",
        "Which rules to follow from the same start; their order does not matter",
    )
    learning_rates = _all_of(LearningRates, "Learning rates", "One for each optimizer")
    decays = _all_of(Decays, "Learning-rate decay", "One for each optimizer")
    momentum = number(0.9, (0, 0.999), "Momentum", "Share of the last step that momentum and Nesterov keep")
    start_x = number(None, (-10, 10), "Start x", "Within the landscape; null is a start of the landscape's own")
    start_y = number(None, (-10, 10), "Start y", "Within the landscape; null is a start of the landscape's own")
    iterations = whole(1000, (1, MAX_ITERATIONS), "Iterations", "Steps of each optimizer", "iterations")

    @post_load
    def in_their_order(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Each optimizer once, in one order; the start filled in and within the landscape."""
        if len(set(data["optimizers"])) < len(data["optimizers"]):
            raise ValidationError("Names an optimizer twice.", "optimizers")
        function = FUNCTIONS[data["function"]]
        for name, default in zip(("start_x", "start_y"), function.start, strict=True):
            data[name] = default if data[name] is None else data[name]
            if not function.low <= data[name] <= function.high:
                told = f"{function.title} is shown from {function.low:g} to {function.high:g}."
                raise ValidationError(told, name)
        return {**data, "optimizers": [rule for rule in RULES if rule in data["optimizers"]]}
