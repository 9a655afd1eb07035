"""Floating-point formats: numbers to codes and back, with every rule spelt out.

FP8 as in P. Micikevicius et al., "FP8 Formats for Deep Learning" (2022) and the OCP 8-bit floating point
specification: E5M2 is a small IEEE 754; E4M3 gives up infinity, and all but one pattern of NaN, for a larger range.
"""

import math
from dataclasses import dataclass

SATURATE, INFINITY, NAN = "saturate", "infinity", "nan"
OVERFLOWS = (SATURATE, INFINITY, NAN)  # what becomes of a number beyond the largest


@dataclass(frozen=True)
class Format:
    """A sign, `exponent_bits` and `mantissa_bits`; a code is these bits as a whole number."""

    name: str
    title: str
    exponent_bits: int
    mantissa_bits: int
    has_infinity: bool = True  # False: the largest exponent holds numbers, too, and one NaN of each sign

    @property
    def bits(self) -> int:
        """Of a code."""
        return 1 + self.exponent_bits + self.mantissa_bits

    @property
    def bias(self) -> int:
        """What is taken off the exponent's bits."""
        return (1 << (self.exponent_bits - 1)) - 1

    @property
    def largest_code(self) -> int:
        """Of the largest finite number."""
        top = ((1 << self.exponent_bits) - 1) << self.mantissa_bits
        return top - 1 if self.has_infinity else top + (1 << self.mantissa_bits) - 2

    @property
    def sign_code(self) -> int:
        """Added to the code of a number, it is that of its negative."""
        return 1 << (self.bits - 1)

    @property
    def largest(self) -> float:
        """Finite number."""
        return self.decode(self.largest_code)

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number with all its digits."""
        return math.ldexp(1, 1 - self.bias)

    @property
    def smallest_subnormal(self) -> float:
        """The smallest positive number."""
        return math.ldexp(1, 1 - self.bias - self.mantissa_bits)

    @property
    def epsilon(self) -> float:
        """From 1 to the next number; rounding errs by at most half of it, relatively, where numbers are normal."""
        return math.ldexp(1, -self.mantissa_bits)

    @property
    def nan_codes(self) -> int:
        """How many codes are no number."""
        return 2 * ((1 << self.mantissa_bits) - 1) if self.has_infinity else 2

    @property
    def distinct_finite(self) -> int:
        """How many numbers there are, both zeros counted once."""
        return 2 * (self.largest_code + 1) - 1

    def encode(self, value: float, overflow: str) -> int:
        """The code of the nearest number, of the one with an even code where two are equally near."""
        sign = self.sign_code if math.copysign(1, value) < 0 else 0
        if math.isnan(value):
            return sign + self._nan_code
        if math.isinf(value):
            return sign + self._beyond(overflow)
        if value == 0:
            return sign
        _, exponent = math.frexp(value)  # value = fraction * 2^exponent with the fraction in [0.5, 1)
        above_lowest = max(exponent - 1 + self.bias - 1, 0)  # binades above the one that subnormals share
        steps = round(math.ldexp(abs(value), self.bias - 1 + self.mantissa_bits - above_lowest))
        # A round up to the next power of two carries into the exponent by itself.
        code = (above_lowest << self.mantissa_bits) + steps
        return sign + (code if code <= self.largest_code else self._beyond(overflow))

    def decode(self, code: int) -> float:
        """The number of a code, exactly."""
        size = code % self.sign_code
        if size > self.largest_code:
            value = math.inf if self.has_infinity and size == self.largest_code + 1 else math.nan
        else:
            above_lowest = max((size >> self.mantissa_bits) - 1, 0)
            steps = size - (above_lowest << self.mantissa_bits)
            value = math.ldexp(steps, above_lowest + 1 - self.bias - self.mantissa_bits)
        return -value if code >= self.sign_code else value

    def kind(self, code: int) -> str:
        """What a code holds: zero, subnormal, normal, infinity or nan."""
        size = abs(self.decode(code))
        if math.isfinite(size):
            return "normal" if size >= self.smallest_normal else "subnormal" if size else "zero"
        return "infinity" if math.isinf(size) else "nan"

    def parts(self, code: int) -> dict[str, str]:
        """The bits of sign, exponent and mantissa."""
        text = f"{code:0{self.bits}b}"
        split = 1 + self.exponent_bits
        return {"sign": text[0], "exponent": text[1:split], "mantissa": text[split:]}

    def hex(self, code: int) -> str:
        """A code as programmers write it: "0x1d"."""
        return f"0x{code:0{self.bits // 4}x}"

    @property
    def _nan_code(self) -> int:
        """The usual one: quiet, where there are several."""
        ones = (1 << self.exponent_bits) - 1
        mantissa = 1 << (self.mantissa_bits - 1) if self.has_infinity else (1 << self.mantissa_bits) - 1
        return (ones << self.mantissa_bits) + mantissa

    def _beyond(self, overflow: str) -> int:
        """A format without infinity has NaN in its place."""
        if overflow == SATURATE:
            return self.largest_code
        return self.largest_code + 1 if overflow == INFINITY and self.has_infinity else self._nan_code


FORMATS = {
    one.name: one
    for one in (
        Format("e4m3", "FP8 E4M3", 4, 3, has_infinity=False),
        Format("e5m2", "FP8 E5M2", 5, 2),
        Format("fp16", "FP16", 5, 10),
        Format("bf16", "BF16", 8, 7),
        Format("fp32", "FP32", 8, 23),
    )
}
