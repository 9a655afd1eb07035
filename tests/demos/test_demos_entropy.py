import math
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from service.demos.demo import DemoResult, resolve_parameters
from service.demos.entropy import ENTROPY
from service.demos.entropy.information import (
    BASES,
    cross_entropy,
    entropy,
    huffman,
    kl_divergence,
    log_loss,
    naive_log_loss,
)
from service.errors import InvalidInput

EVERY_BASE = pytest.mark.parametrize("base", BASES)
CHANCES = st.floats(0, 1)
INSIDE = st.floats(1e-6, 1 - 1e-6)


def run(**given: Any) -> DemoResult:
    return ENTROPY.run(resolve_parameters(ENTROPY, given), "1", lambda _fraction, _message="": None)


@pytest.mark.parametrize(("p", "bits"), [(0.5, 1.0), (0.9, 0.4690), (0.1, 0.4690), (0.0, 0.0), (1.0, 0.0)])
def test_entropy_of_a_coin_is_the_textbooks(p: float, bits: float) -> None:
    assert run(p=p).output["entropy"] == pytest.approx(bits, abs=5e-5)


@EVERY_BASE
def test_entropy_of_n_equal_chances_is_log_n(base: str) -> None:
    for n in (1, 2, 7, 26):
        assert entropy([1 / n] * n, base) == pytest.approx(math.log(n) / math.log(BASES[base]), abs=1e-13)


@EVERY_BASE
@examples(p=CHANCES, q=INSIDE)
def test_cross_entropy_is_entropy_and_divergence(base: str, p: float, q: float) -> None:
    first, second = [p, 1 - p], [q, 1 - q]

    total = entropy(first, base) + kl_divergence(first, second, base)

    assert cross_entropy(first, second, base) == pytest.approx(total, rel=1e-12, abs=1e-12)


@examples(p=CHANCES, q=INSIDE)
def test_divergence_is_never_negative_and_nothing_for_the_truth(p: float, q: float) -> None:
    """Pinsker's inequality bounds it from below."""
    far = kl_divergence([p, 1 - p], [q, 1 - q], "e")

    assert far >= 2 * (p - q) ** 2 - 1e-12
    assert kl_divergence([p, 1 - p], [p, 1 - p], "e") == 0


def test_divergence_is_not_symmetric() -> None:
    output = run(p=0.9, q=0.5, base="e").output

    assert output["kl_divergence"] == pytest.approx(0.9 * math.log(1.8) + 0.1 * math.log(0.2))
    assert output["kl_divergence_reversed"] == pytest.approx(0.5 * math.log(1 / 1.8) + 0.5 * math.log(5))


@pytest.mark.parametrize(
    ("p", "q", "is_infinite"), [(0.3, 1.0, True), (0.3, 0.0, True), (1.0, 1.0, False), (0.0, 0.0, False)]
)
def test_ruling_out_what_happens_is_infinitely_wrong(p: float, q: float, is_infinite: bool) -> None:
    result = run(p=p, q=q)

    assert result.output["is_divergence_infinite"] is is_infinite
    assert result.output["kl_divergence"] == (None if is_infinite else 0)
    assert "touches" not in result.figures["binary"].description


@EVERY_BASE
def test_cross_entropy_is_the_tangent_of_the_entropy(base: str) -> None:
    q, step = 0.3, 1e-6
    ends = [entropy([x, 1 - x], base) for x in (q - step, q + step)]
    slope = (ends[1] - ends[0]) / (2 * step)

    for p in (0.0, 0.1, 0.8, 1.0):
        tangent = entropy([q, 1 - q], base) + slope * (p - q)
        assert cross_entropy([p, 1 - p], [q, 1 - q], base) == pytest.approx(tangent, abs=1e-8)


def test_log_loss_of_one_in_a_hundred_is_4_6052_nats() -> None:
    output = run(base="e", logit=math.log(0.01 / 0.99), label=1).output["log_loss"]

    assert output["probability"] == pytest.approx(0.01)
    assert output["loss"] == pytest.approx(4.6052, abs=5e-5)


@examples(z=st.floats(-30, 30), label=st.integers(0, 1))
def test_log_loss_from_logits_is_that_by_way_of_the_probability(z: float, label: int) -> None:
    assert log_loss(z, label) == pytest.approx(naive_log_loss(z, label), rel=1e-3, abs=1e-12)


@pytest.mark.parametrize(("logit", "label", "loss"), [(1000, 0, 1000), (-1000, 1, 1000), (1000, 1, 0), (-1000, 0, 0)])
def test_log_loss_is_exact_at_a_thousand_where_the_probability_fails(logit: float, label: int, loss: float) -> None:
    output = run(base="e", logit=logit, label=label).output["log_loss"]

    assert output["loss"] == loss
    assert (output["loss_by_way_of_the_probability"] is None) is (loss > 0)


@EVERY_BASE
@pytest.mark.parametrize("label", [0, 1])
def test_the_slope_of_log_loss_is_its_central_difference(base: str, label: int) -> None:
    for z in (-20.0, -1.0, 0.0, 0.5, 20.0):
        difference = (log_loss(z + 1e-5, label, base) - log_loss(z - 1e-5, label, base)) / 2e-5

        output = run(base=base, logit=z, label=label).output["log_loss"]

        assert output["slope"] == pytest.approx(float(difference), abs=1e-9)


def test_the_example_alphabet_has_the_code_of_its_page() -> None:
    """A and B as 0 and 10, C and D as 110 and 111, up to the names of the digits: 1.34 bits for 1.09 bits."""
    code = run().output["code"]

    assert [len(symbol["code"]) for symbol in code["symbols"]] == [1, 2, 3, 3]
    assert code["mean_length_bits"] == pytest.approx(0.7 + 0.26 * 2 + 0.02 * 3 * 2)
    assert code["entropy_bits"] == pytest.approx(1.0912, abs=5e-4)


def weighted(counts: list[int]) -> list[float]:
    return [count / sum(counts) for count in counts]


COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=26).filter(any)


@examples(COUNTS)
def test_code_words_are_no_beginnings_of_each_other_and_nearly_as_short_as_entropy_allows(counts: list[int]) -> None:
    symbols = [symbol for symbol in huffman(weighted(counts)) if symbol.code is not None]

    assert not any(a.code.startswith(b.code) for a, b in permutations(symbols, 2) if a.code and b.code)
    mean = math.fsum(symbol.probability * len(symbol.code or "") for symbol in symbols)
    least = entropy(weighted(counts), "2")
    assert least - 1e-9 <= mean < least + 1 + 1e-9
    assert len(symbols) == sum(count > 0 for count in counts)


def test_halves_are_coded_without_loss() -> None:
    code = run(symbols=[0.5, 0.25, 0.125, 0.0625, 0.0625]).output["code"]

    assert code["mean_length_bits"] == code["entropy_bits"] == 1.875
    assert [symbol["information_bits"] for symbol in code["symbols"]] == [1, 2, 3, 4, 4]


def test_what_never_comes_has_no_code_word_and_no_number() -> None:
    symbols = run(symbols=[1.0, 0.0]).output["code"]["symbols"]

    assert [(symbol["code"], symbol["information_bits"]) for symbol in symbols] == [("0", 0), (None, None)]


def test_curves_hold_the_closed_forms() -> None:
    curves = run(q=0.25, base="e").output["curves"]
    p = np.array(curves["p"][1:-1])

    assert curves["entropy"][1:-1] == pytest.approx(-p * np.log(p) - (1 - p) * np.log(1 - p))
    assert curves["cross_entropy"][1:-1] == pytest.approx(-p * np.log(0.25) - (1 - p) * np.log(0.75))


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("/p", {"p": 1.1}),
    ("/p", {"p": float("nan")}),
    ("/q", {"q": -0.1}),
    ("/base", {"base": "3"}),
    ("/logit", {"logit": float("inf")}),
    ("/logit", {"logit": 1001}),
    ("/label", {"label": 0.5}),
    ("/symbols", {"symbols": [0.5, 0.6]}),
    ("/symbols", {"symbols": [1.0]}),
    ("/symbols", {"symbols": [0.01] * 100}),
    ("/symbols/1", {"symbols": [0.5, float("nan")]}),
    ("/symbols/0", {"symbols": [-0.5, 1.0]}),
]


@pytest.mark.parametrize(("pointer", "given"), HOSTILE, ids=[f"{p} {i}" for i, (p, _) in enumerate(HOSTILE)])
def test_hostile_parameters_are_refused_by_name(pointer: str, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        resolve_parameters(ENTROPY, given)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]
