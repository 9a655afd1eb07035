"""The classifier against what torch computes with the same weights (scripts/record_efficientnet_reference.py)."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from service.config import bundled
from service.errors import ModelUnavailable
from service.inference import imagenet
from service.inference.efficientnet import ImageClassifier, load_classifier
from service.inference.imagenet import CARD, STAGES, classes

REFERENCE = Path(__file__).with_name("efficientnet_reference.npz")
KEPT_EVERY = 97  # one in so many values of a stage is kept as reference
IMAGES = ("espresso", "cat", "photographer", "rocket", "astronaut")


@pytest.fixture(scope="module")
def classifier() -> ImageClassifier:
    return load_classifier()


def pixels(image: str) -> np.ndarray:
    with Image.open(bundled("data") / CARD / "images" / f"{image}.webp") as picture:
        return np.asarray(picture.convert("RGB").crop((16, 16, 240, 240)))


@pytest.mark.parametrize(("at", "image"), list(enumerate(IMAGES)))
def test_logits_are_what_torch_gives(classifier: ImageClassifier, at: int, image: str) -> None:
    with np.load(REFERENCE) as reference:
        assert classifier.see(pixels(image))["logits"] == pytest.approx(reference["logits"][at], abs=1e-3)


def test_every_stage_is_what_torch_gives(classifier: ImageClassifier) -> None:
    given = classifier.see(pixels(IMAGES[0]))

    with np.load(REFERENCE) as reference:
        for at, stage in enumerate(STAGES):
            kept = given[stage].ravel()[::KEPT_EVERY]
            assert kept == pytest.approx(reference[f"stage_{at}"], abs=1e-3), stage


@pytest.mark.parametrize(
    ("image", "name"), [("espresso", "espresso"), ("cat", "tiger cat"), ("photographer", "tripod")]
)
def test_photographs_are_taken_for_what_they_show(classifier: ImageClassifier, image: str, name: str) -> None:
    assert classes()[int(np.argmax(classifier.see(pixels(image))["logits"]))] == name


def test_it_has_as_many_parameters_as_published(classifier: ImageClassifier) -> None:
    assert round(classifier.parameters / 1e6, 1) == 4.7


def test_every_class_has_a_name_of_its_own() -> None:
    assert len(set(classes())) == len(classes()) == 1000


def test_weights_that_are_not_installed_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet, "PACKAGE", "no_such_package")

    assert not imagenet.is_installed()
    with pytest.raises(ModelUnavailable, match="no_such_package is not installed"):
        load_classifier()


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.inference.efficientnet.SHA256", "0" * 64)

    with pytest.raises(ModelUnavailable, match="damaged or another one"):
        load_classifier()
