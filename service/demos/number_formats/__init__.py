"""Number formats: what 8, 16 and 32 bits make of a number, and what becomes of those that do not fit."""

from typing import Any

import numpy as np
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from service.demos.demo import Demo, DemoResult, Parameters, Progress
from service.demos.json_numbers import all_finite, finite
from service.demos.number_formats.bits import bits_figure
from service.demos.number_formats.figures import FEW_BITS, error_figure, line_figure, range_figure, scale_figure
from service.demos.number_formats.formats import FORMATS, OVERFLOWS, Format
from service.demos.number_formats.storing import (
    EXPONENTS,
    GIVEN,
    SCALINGS,
    TO_LARGEST,
    Rule,
    Stored,
    Sweep,
    noise,
    scale_to_largest,
    store,
    sweep,
)
from service.demos.parameter_fields import choice, number, several, whole
from service.demos.random_numbers import generator

_MOST = 1e38  # with a factor of 1e12 still a Python float


class NumberFormatsParameters(Schema):
    """Which numbers are stored, in which formats, by which rules."""

    values = several(
        (0.1, 1.0625, 500.0, 0.0005),
        fields.Float(validate=validate.Range(-_MOST, _MOST)),
        (1, 50),
        "Values",
        "Numbers to store; the figure of bits shows the first four",
    )
    formats = several(
        ("e4m3", "e5m2", "fp16", "bf16"),
        fields.String(validate=validate.OneOf(list(FORMATS))),
        (1, len(FORMATS)),
        "Formats",
        "; ".join(
            f"{one.name}: {one.exponent_bits} bits of exponent, {one.mantissa_bits} of mantissa"
            for one in FORMATS.values()
        ),
    )
    overflow = choice(
        "saturate",
        list(OVERFLOWS),
        "Overflow",
        "What a number beyond the largest becomes: the largest, infinity (NaN where a format has none), or NaN",
    )
    scaling = choice(
        GIVEN, list(SCALINGS), "Scaling", "As given, or for each format the power of two that just fits all values"
    )
    scale = number(1.0, (1e-12, 1e12), "Scale", "Multiplies a number before it is stored, divides it when it is read")
    tensor_sd = number(0.001, (1e-9, 1e9), "Tensor", "Standard deviation of a tensor of normal numbers")
    tensor_size = whole(300, (10, 1000), "Size of the tensor", "How many numbers it holds", "numbers")

    @validates_schema
    def name_nothing_twice(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse to compare a format with itself."""
        if len(set(data["formats"])) < len(data["formats"]):
            raise ValidationError("Names a format twice.", "formats")


def run(parameters: Parameters, seed: str, progress: Progress) -> DemoResult:
    """Store the values in each format, and a random tensor at each of many scales."""
    values, formats = parameters["values"], [FORMATS[name] for name in FORMATS if name in parameters["formats"]]
    tensor = (parameters["tensor_sd"] * generator(seed).standard_normal(parameters["tensor_size"])).tolist()
    stored, sweeps = {}, []
    for done, form in enumerate(formats, 1):
        rule = Rule(_scale(parameters, values, form), parameters["overflow"])
        stored[form.name] = [store(value, form, rule) for value in values]
        sweeps.append(sweep(tensor, form, parameters["overflow"]))
        progress(done / len(formats), form.title)
    figures = {
        "bits": bits_figure(list(stored.values())),
        "range": range_figure(list(stored.values())),
        "error": error_figure(formats),
        "scale": scale_figure(sweeps, parameters["tensor_sd"]),
    }
    if any(form.bits <= FEW_BITS for form in formats):
        figures["line"] = line_figure(formats)
    output = {
        "formats": {form.name: _facts(form) for form in formats},
        "values": {name: [_told(one) for one in row] for name, row in stored.items()},
        "tensor": {sweep.format.name: _tensor(sweep, tensor, parameters["overflow"]) for sweep in sweeps},
    }
    return DemoResult(output, figures)


def _scale(parameters: Parameters, values: list[float], form: Format) -> float:
    return scale_to_largest(values, form) if parameters["scaling"] == TO_LARGEST else float(parameters["scale"])


def _facts(form: Format) -> dict[str, Any]:
    facts = {
        "title": form.title,
        "bits": form.bits,
        "exponent_bits": form.exponent_bits,
        "mantissa_bits": form.mantissa_bits,
        "bias": form.bias,
        "largest": form.largest,
        "smallest_normal": form.smallest_normal,
        "smallest_subnormal": form.smallest_subnormal,
        "epsilon": form.epsilon,
        "nan_codes": form.nan_codes,
        "infinity_codes": 2 if form.has_infinity else 0,
        "distinct_finite": form.distinct_finite,
    }
    tabled = {"numbers": all_finite(map(form.decode, range(2**form.bits)))} if form.bits <= FEW_BITS else {}
    return {**facts, **tabled}


def _told(stored: Stored) -> dict[str, Any]:
    form, code = stored.format, stored.code
    return {
        "value": stored.value,
        "scale": stored.rule.scale,
        "code": code,
        "hex": form.hex(code),
        "bits": form.parts(code),
        "kind": form.kind(code),
        "held": finite(stored.held),
        "read_back": finite(stored.back),
        "error": finite(stored.error),
        "relative_error": None if stored.relative_error is None else finite(stored.relative_error),
        "overflowed": stored.overflowed,
        "vanished": stored.vanished,
    }


def _tensor(sweep: Sweep, tensor: list[float], overflow: str) -> dict[str, Any]:
    """What is lost of the tensor as it is, and scaled to the largest number."""
    form = sweep.format
    scales = {"unscaled": 1.0, "scaled_to_largest": scale_to_largest(tensor, form)}
    return {
        "scale_exponents": list(EXPONENTS),
        "noise": all_finite(sweep.noise),
        **{
            name: _loss([store(value, form, Rule(scale, overflow)) for value in tensor])
            for name, scale in scales.items()
        },
    }


def _loss(stored: list[Stored]) -> dict[str, Any]:
    return {
        "scale": stored[0].rule.scale,
        "noise": finite(noise(stored)),
        "share_vanished": float(np.mean([one.vanished for one in stored])),
        "share_overflowed": float(np.mean([one.overflowed for one in stored])),
    }


PRESETS: dict[str, Parameters] = {
    "eight-and-sixteen-bits": {},
    "too-large-becomes-infinity": {"values": [448, 464, 465, 61440], "overflow": "infinity"},
    "too-large-becomes-nan": {"values": [448, 464, 465, 61440], "overflow": "nan"},
    "ties-go-to-even": {"values": [1.0625, 1.1875, 1.125, 1.375], "formats": ["e4m3", "e5m2"]},
    "small-gradients": {"values": [3e-5, 1e-4, 2e-6, 5e-7], "tensor_sd": 1e-6},
    "small-gradients-scaled": {"values": [3e-5, 1e-4, 2e-6, 5e-7], "tensor_sd": 1e-6, "scaling": "to-largest"},
    "one-third-in-five-formats": {"values": [1 / 3], "formats": list(FORMATS)},
}

NUMBER_FORMATS = Demo(
    id="number-formats",
    title="Number formats: FP8, FP16, BF16",
    description=(
        "Numbers in 8, 16 and 32 bits: their codes bit by bit, the rounding error, what becomes of a number that is "
        "too large or too small, and how a scale brings a tensor into a format's range."
    ),
    version="1",
    topics=(
        "FP8",
        "FP16",
        "bfloat16",
        "floating point",
        "mixed precision",
        "quantization",
        "preface and motivation",  # where the course has FP8
    ),
    parameters=NumberFormatsParameters,
    presets=PRESETS,
    figures={
        "bits": "The codes of up to four values, bit by bit",
        "range": "From the smallest to the largest number of each format, and where the values lie",
        "line": "All numbers of the formats of 8 bits from 0 to 4",
        "error": "The largest relative error of rounding by the size of a number",
        "scale": "What is lost of a tensor by the scale that it is stored with",
    },
    cost_s=lambda parameters: 0.1 + 200e-6 * len(parameters["formats"]) * parameters["tensor_size"],
    run=run,
    warm_up=lambda: None,
)
