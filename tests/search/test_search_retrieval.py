"""The model computes each question's vector once; while it is missing, it is not looked for at every question."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from service.errors import ModelUnavailable
from service.search import Retrieval, retrieval


class Model:
    """Counts what it is asked; `is_missing` can change."""

    version = "counting@1"
    dimensions = 384

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.is_missing = False

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        if self.is_missing:
            raise ModelUnavailable("no weights")
        return np.full((len(texts), 384), 384**-0.5, np.float32)

    def check(self) -> None:
        if self.is_missing:
            raise ModelUnavailable("no weights")


def test_a_repeated_question_costs_no_embedding(tmp_path: Path) -> None:
    model = Model()
    asked = Retrieval(tmp_path, model)

    for question in ("what is GD?", "what is CNN?", "what is GD?"):
        asked.embed(question)

    assert model.asked == ["what is GD?", "what is CNN?"]


def test_the_questions_that_are_remembered_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "KEPT_QUESTIONS", 2)
    model = Model()
    asked = Retrieval(tmp_path, model)

    for question in ("a", "b", "c", "c", "b", "a"):
        asked.embed(question)

    assert model.asked == ["a", "b", "c", "a"]


def test_a_missing_model_is_looked_for_again_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    model.is_missing = True
    asked = Retrieval(tmp_path, model)
    for _ in range(3):
        with pytest.raises(ModelUnavailable):
            asked.embed("what is GD?")
    looked_for = len(model.asked)
    model.is_missing = False
    monkeypatch.setattr(retrieval.time, "monotonic", lambda: 1e12)

    asked.embed("what is GD?")

    assert looked_for == 1
    assert asked.model_state() == "counting@1"
