"""The prerequisite model and the embedder that it was trained on, each loaded when it is first needed."""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from service.catalog.embeddings import Embeds
from service.inference.descriptions import Descriptions, load_descriptions
from service.inference.minilm import DIMENSIONS, VERSION, check_files
from service.inference.prerequisites import PrerequisiteModel, load_prerequisite_model


class LazyEmbedder:
    """MiniLM: known by its version at once, loaded (half a second) when a text has no kept vector.

    On the processor where nothing else is said: then a text's vector does not depend on the machine that met it first.
    """

    version = VERSION
    dimensions = DIMENSIONS

    def __init__(self, models: Path, device: str = "cpu") -> None:
        self.models = models
        self.device = device  # auto, cpu or cuda
        self._loading = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 384), each row of length 1; may raise ModelUnavailable."""
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        with self._loading:
            embedder = self._embedder
        return embedder.embed(texts)

    def check(self) -> None:
        """Raise ModelUnavailable when a file is missing or damaged; does not load the model."""
        check_files(self.models)
        _ = self._descriptions

    def subjects_near(self, vector: NDArray[np.float32]) -> Mapping[str, float]:
        """Cosines of a unit vector with what subjects are about, by folded name; may raise ModelUnavailable."""
        return self._descriptions.near(vector)

    @cached_property
    def _descriptions(self) -> Descriptions:
        return load_descriptions(self.models)

    @cached_property
    def _embedder(self) -> Embeds:
        from service.inference.embedder import shared_embedder  # noqa: PLC0415  # onnxruntime, which few calls need

        return shared_embedder(self.models, self.device)


class PrerequisiteJudge:
    """What an ingest asks about prerequisites; safe to share between threads."""

    def __init__(self, models: Path) -> None:
        self.embedder = LazyEmbedder(models)

    @cached_property
    def model(self) -> PrerequisiteModel:
        """The model; raise ModelUnavailable when its file is missing or damaged, and look again at the next call."""
        return load_prerequisite_model(self.embedder.models)

    @cached_property
    def version(self) -> str:
        """The model's, when its file and the embedder's are there and whole; else ModelUnavailable, at every call."""
        check_files(self.embedder.models)
        return self.model.version
