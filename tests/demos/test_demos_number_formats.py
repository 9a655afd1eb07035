import math
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.number_formats import NUMBER_FORMATS
from service.demos.number_formats.formats import FORMATS, INFINITY, NAN, SATURATE, Format
from service.demos.number_formats.storing import Rule, largest_error, noise, scale_to_largest, store
from service.errors import InvalidInput

# Others' implementations; both make infinity, or NaN where there is none, of what is too large.
REFERENCES: dict[str, Any] = {
    "e4m3": ml_dtypes.float8_e4m3fn,
    "e5m2": ml_dtypes.float8_e5m2,
    "fp16": np.float16,
    "bf16": ml_dtypes.bfloat16,
    "fp32": np.float32,
}
EVERY_FORMAT = pytest.mark.parametrize("form", FORMATS.values(), ids=FORMATS)
E4M3, E5M2 = FORMATS["e4m3"], FORMATS["e5m2"]


def run(seed: str = "1", **given: Any) -> DemoResult:
    return NUMBER_FORMATS.run(resolve_parameters(NUMBER_FORMATS, given), seed, lambda _fraction, _message="": None)


def same(a: float, b: float) -> bool:
    """Whether two numbers are the same, NaN and the sign of zero included."""
    return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1, a) == math.copysign(1, b))


def referred(form: Format, value: float) -> float:
    """What the reference makes of a number."""
    with np.errstate(over="ignore"):
        # ml_dtypes rounds by way of float32: only its numbers are rounded once.
        return float(np.array(value, dtype=np.float32).astype(REFERENCES[form.name]))


@EVERY_FORMAT
def test_every_code_of_up_to_16_bits_is_the_number_of_the_reference(form: Format) -> None:
    codes = range(2**form.bits) if form.bits <= 16 else range(0, 2**form.bits, 999_983)
    size = np.dtype(f"u{form.bits // 8}")

    with np.errstate(invalid="ignore"):  # of signalling NaNs
        numbers = np.array(codes, dtype=size).view(REFERENCES[form.name]).astype(float)

    assert all(same(form.decode(code), float(number)) for code, number in zip(codes, numbers, strict=True))


@EVERY_FORMAT
def test_every_number_keeps_its_code(form: Format) -> None:
    codes = range(2**form.bits) if form.bits <= 16 else range(0, 2**form.bits, 999_983)

    for code in codes:
        number = form.decode(code)
        if not math.isnan(number):
            assert form.encode(number, INFINITY) == code


@EVERY_FORMAT
@each(value=st.floats(width=32, allow_nan=True, allow_infinity=True))
def test_any_number_is_rounded_as_the_reference_rounds_it(form: Format, value: float) -> None:
    assert same(form.decode(form.encode(value, INFINITY)), referred(form, value))


@pytest.mark.parametrize("name", ["e4m3", "e5m2", "fp16", "bf16"])
def test_ties_and_their_neighbours_are_rounded_as_the_reference_rounds_them(name: str) -> None:
    """Halfway between all neighbours, the largest number and what would be the next included."""
    form = FORMATS[name]
    positive = [form.decode(code) for code in range(0, form.largest_code + 1, 1 if form.bits == 8 else 37)]
    halves = [(form.decode(form.encode(x, SATURATE) - 1) + x) / 2 for x in positive[1:]]
    beyond = form.largest + math.ldexp(form.epsilon, math.frexp(form.largest)[1] - 2)

    for tie in [*halves, beyond]:
        for value in (
            np.nextafter(np.float32(tie), np.float32(0)),
            tie,
            np.nextafter(np.float32(tie), np.float32(np.inf)),
        ):
            assert same(form.decode(form.encode(float(value), INFINITY)), referred(form, float(value))), value


# (format, bias, largest, smallest normal, smallest subnormal, codes of NaN and of infinity, finite numbers, epsilon):
# the OCP specification's tables, IEEE 754's for the others.
FACTS = [
    ("e4m3", 7, 448.0, 2**-6, 2**-9, 2, 0, 253, 0.125),
    ("e5m2", 15, 57344.0, 2**-14, 2**-16, 6, 2, 247, 0.25),
    ("fp16", 15, 65504.0, 2**-14, 2**-24, 2046, 2, 63487, 2**-10),
    ("bf16", 127, 3.3895313892515355e38, 2**-126, 2**-133, 254, 2, 65279, 2**-7),
]


@pytest.mark.parametrize("facts", FACTS, ids=[row[0] for row in FACTS])
def test_formats_are_as_specified(facts: tuple[Any, ...]) -> None:
    told = run(formats=[facts[0]]).output["formats"][facts[0]]

    keys = ("bias", "largest", "smallest_normal", "smallest_subnormal", "nan_codes", "infinity_codes")
    assert tuple(told[key] for key in (*keys, "distinct_finite", "epsilon")) == facts[1:]
    form = FORMATS[facts[0]]
    numbers = [form.decode(code) for code in range(2**form.bits)]
    assert sum(map(math.isnan, numbers)) == facts[5]
    assert sum(map(math.isinf, numbers)) == facts[6]
    assert len({x for x in numbers if math.isfinite(x)}) == facts[7]


# (format, number, what it becomes when too large numbers saturate, become infinity, become NaN)
OVERFLOWS = [
    (E4M3, 464.0, 448.0, 448.0, 448.0),  # a tie, to the even code
    (E4M3, 465.0, 448.0, math.nan, math.nan),
    (E4M3, -1e9, -448.0, math.nan, math.nan),
    (E4M3, math.inf, 448.0, math.nan, math.nan),
    (E5M2, 61439.0, 57344.0, 57344.0, 57344.0),
    (E5M2, 61440.0, 57344.0, math.inf, math.nan),  # a tie: the largest number's code is odd
    (E5M2, -1e9, -57344.0, -math.inf, math.nan),
]


@pytest.mark.parametrize(("form", "value", *[SATURATE, INFINITY, NAN]), OVERFLOWS)
def test_what_is_too_large_follows_the_rule_that_was_named(
    form: Format, value: float, saturate: float, infinity: float, nan: float
) -> None:
    for rule, expected in ((SATURATE, saturate), (INFINITY, infinity), (NAN, nan)):
        held = form.decode(form.encode(value, rule))
        assert held == expected or (math.isnan(held) and math.isnan(expected))


def test_known_codes_and_values() -> None:
    told = run(values=[0.1, 1.0625, 0.0], formats=["e4m3", "e5m2"]).output["values"]

    assert [row["held"] for row in told["e4m3"]] == [0.1015625, 1.0, 0.0]
    assert [row["held"] for row in told["e5m2"]] == [0.09375, 1.0, 0.0]
    assert told["e4m3"][0]["hex"] == "0x1d"
    assert told["e4m3"][0]["bits"] == {"sign": "0", "exponent": "0011", "mantissa": "101"}
    assert [row["kind"] for row in told["e4m3"]] == ["normal", "normal", "zero"]
    assert told["e4m3"][2]["relative_error"] is None


@EVERY_FORMAT
@pytest.mark.parametrize("exponent", [-8, -3, 0, 7])
def test_relative_errors_come_close_to_their_bound_and_never_beyond(form: Format, exponent: int) -> None:
    """The worst number of a binade is half a step above its beginning."""
    size = 2.0**exponent
    bound = largest_error(form, size)
    step = max(size, form.smallest_normal) * form.epsilon
    worst = store(size + 0.4999 * step, form, Rule(1.0, SATURATE))
    random = np.random.default_rng(1).uniform(size, 2 * size, 300).tolist()

    errors = [store(value, form, Rule(1.0, SATURATE)).relative_error or 0.0 for value in random]

    assert max(errors) <= bound
    assert worst.relative_error == pytest.approx(bound, rel=1e-3)


@pytest.mark.parametrize(("form", "bound"), [(E4M3, 1 / 17), (E5M2, 1 / 9)])
def test_normal_numbers_of_8_bits_are_off_by_a_seventeenth_or_a_ninth_at_most(form: Format, bound: float) -> None:
    values = np.exp(np.random.default_rng(2).uniform(math.log(form.smallest_normal), math.log(form.largest), 5000))

    errors = [store(value, form, Rule(1.0, NAN)).relative_error or 0.0 for value in values.tolist()]

    assert 0.99 * bound < max(errors) <= bound


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["e4m3", "e5m2", "bf16"])
def test_noise_of_a_well_scaled_tensor_is_that_of_even_errors(name: str, seed: int) -> None:
    """Errors are even within a step: noise² = E[step²] / 12 / E[x²]; the integral is over a normal density."""
    form = FORMATS[name]
    x = np.linspace(1e-3, 8, 200_001)
    density = np.exp(-x * x / 2)
    steps = form.epsilon * 2.0 ** np.floor(np.log2(x))
    expected = math.sqrt(float(np.sum(density * steps**2) / 12 / np.sum(density * x**2)))
    tensor = np.random.default_rng(seed).standard_normal(4000).tolist()

    measured = noise([store(value, form, Rule(8.0, SATURATE)) for value in tensor])

    assert measured == pytest.approx(expected, rel=0.04)


@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_small_gradients_vanish_unless_they_are_scaled(seed: str) -> None:
    """E4M3 has the narrower range, and the finer steps within it."""
    tensor = run(seed, tensor_sd=1e-6).output["tensor"]

    assert tensor["e4m3"]["unscaled"]["share_vanished"] == 1
    assert tensor["e5m2"]["unscaled"]["share_vanished"] > 0.99
    assert tensor["bf16"]["unscaled"]["share_vanished"] == 0
    assert tensor["e4m3"]["scaled_to_largest"]["noise"] < 0.6 * tensor["e5m2"]["scaled_to_largest"]["noise"] < 0.04
    assert tensor["e4m3"]["scaled_to_largest"]["share_overflowed"] == 0


@EVERY_FORMAT
@each(values=st.lists(st.floats(1e-25, 1e25), min_size=1, max_size=5))
def test_the_scale_to_the_largest_fits_all_and_no_power_of_two_more_does(form: Format, values: list[float]) -> None:
    scale = scale_to_largest(values, form)

    assert math.log2(scale).is_integer()
    assert max(values) * scale <= form.largest < 2 * max(values) * scale or scale == 2.0**126


def test_nothing_but_zeros_needs_no_scale() -> None:
    assert scale_to_largest([0.0, -0.0], E4M3) == 1.0


@EVERY_FORMAT
def test_a_power_of_two_changes_no_digit(form: Format) -> None:
    values = [0.3, 1.7, -0.01]

    plain, scaled = ([store(value, form, Rule(scale, SATURATE)).back for value in values] for scale in (1.0, 4.0))

    assert plain == scaled or form is E4M3  # -0.01 is subnormal in E4M3, and gains a digit
    assert plain[:2] == scaled[:2]


def test_a_table_of_all_numbers_comes_with_8_bits() -> None:
    formats = run().output["formats"]

    assert [len(formats[name].get("numbers", [])) for name in ("e4m3", "e5m2", "fp16")] == [256, 256, 0]


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/values", {"values": []}),
    ("/values", {"values": [1.0] * 51}),
    ("/values/1", {"values": [1.0, float("nan")]}),
    ("/values/0", {"values": [float("inf")]}),
    ("/values/0", {"values": ["__import__('os')"]}),
    ("/formats", {"formats": []}),
    ("/formats", {"formats": ["e4m3", "e4m3"]}),
    ("/formats/0", {"formats": ["e3m4"]}),
    ("/overflow", {"overflow": "wrap"}),
    ("/scaling", {"scaling": "row"}),
    ("/scale", {"scale": 0}),
    ("/tensor_sd", {"tensor_sd": 0}),
    ("/tensor_size", {"tensor_size": 10**9}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(NUMBER_FORMATS, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
