"""The vectors of descriptions are of the texts that the vocabulary has, and of the model that embeds questions."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from service.catalog.names import fold
from service.catalog.vocabulary import load_vocabulary
from service.config import bundled
from service.errors import ModelUnavailable
from service.inference.descriptions import FILE, load_descriptions, read_stored

MODELS = bundled("data") / "models"
DESCRIBED = yaml.safe_load((bundled("data") / "vocabulary" / "descriptions.yaml").read_text(encoding="utf-8"))


def test_the_vectors_are_of_the_texts_in_the_vocabulary() -> None:
    stored = read_stored(MODELS)

    pairs = list(zip(stored["subjects"].tolist(), stored["texts"].tolist(), strict=True))

    assert pairs == [(fold(subject), text) for subject, texts in DESCRIBED.items() for text in texts]


def test_each_subject_is_named_as_the_synonyms_name_it() -> None:
    vocabulary = load_vocabulary(bundled("data") / "vocabulary")

    assert [subject for subject in DESCRIBED if vocabulary.ring_of(fold(subject))[:1] != (subject,)] == []


def test_the_nearest_of_a_subjects_descriptions_tells_how_near_it_is() -> None:
    descriptions = load_descriptions(MODELS)
    last = len(descriptions.subjects) - 1

    near = descriptions.near(descriptions.vectors[last])

    assert near[descriptions.subjects[last]] == pytest.approx(1, abs=1e-5)
    assert len(near) == len(DESCRIBED)


@pytest.mark.parametrize("damage", ["missing", "cut off", "of another model"])
def test_descriptions_that_cannot_be_used_say_why(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE).parent.mkdir()
    if damage == "cut off":
        (tmp_path / FILE).write_bytes((MODELS / FILE).read_bytes()[:1000])
    elif damage == "of another model":
        np.savez(tmp_path / FILE, **{**read_stored(MODELS), "model": np.array("other@1")})

    with pytest.raises(ModelUnavailable, match=r"vectors\.npz"):
        load_descriptions(tmp_path)
