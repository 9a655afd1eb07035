"""Names fold to what people mean alike; slugs are ids that one can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.names import LONGEST_SLUG, fold, slug


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Back-Propagation!", "back propagation"),
        ("  GD  for\tNN ", "gd for nn"),
        ("Poincaré", "poincare"),
        ("Straße", "strasse"),
        ("C++ and C#", "c++ and c#"),
        ("L₂ (Ridge)", "l2 ridge"),
        ("למידה עמוקה", "למידה עמוקה"),
        ("深度学习", "深度学习"),
        ("…", ""),
    ],
)
def test_a_name_folds_to_its_words(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text())
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.text(max_size=300))
def test_a_slug_is_short_and_can_stand_in_a_path(name: str) -> None:
    made = slug(name)

    assert len(made) <= LONGEST_SLUG
    assert not set(made) & set("/?#% ")


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Learning by Gradient Descent", "learning-by-gradient-descent"),
        ("C++ & C#", "c-c"),
        ("word " * 40, "-".join(["word"] * 16)),
        ("x" * 100, "x" * 80),
        ("…", ""),
    ],
)
def test_a_slug_keeps_the_words(name: str, id: str) -> None:
    assert slug(name) == id
