"""Names are found however a text writes them, and only where it means them."""

import pytest

from service.ingest.name_finder import Phrases, Wording

WORDING = Wording(
    rings=[["neural network", "NN", "multi-layer neural network"], ["gradient descent", "GD"]],
    plurals={"matrices": "matrix"},
)
NAMES = ("Gradient descent", "neural network", "IT", "Matrix", "recurrent neural network", "Back-propagation")


def found(text: str) -> list[tuple[str, str]]:
    """(name, as printed) in the text."""
    phrases: Phrases[str] = Phrases()
    for name in NAMES:
        phrases.add(WORDING.words(name), name, name)
    return [(each.value, each.printed) for each in phrases.find(WORDING.words(text), text)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Multi-layer neural networks", [("neural network", "Multi-layer neural networks")]),
        ("GD for NNs", [("Gradient descent", "GD"), ("neural network", "NNs")]),
        ("the gd file", []),  # an acronym is one in capitals only
        ("it is IT", [("IT", "IT")]),
        ("Inverting matrices", [("Matrix", "matrices")]),
        ("Recurrent neural networks", [("recurrent neural network", "Recurrent neural networks")]),  # not the inner one
        ("back propagation_in practice", [("Back-propagation", "back propagation")]),
        ("neural; network", [("neural network", "neural; network")]),  # punctuation does not count
        ("neurally networked", []),
        ("", []),
    ],
)
def test_names_are_found_as_they_are_meant(text: str, names: list[tuple[str, str]]) -> None:
    assert found(text) == names
