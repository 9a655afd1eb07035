"""The meaning of a text as a vector: MiniLM-L6-v2, as sentence-transformers computes it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import BertWordPieceTokenizer, Encoding

from service.errors import DeviceUnavailable
from service.inference.encoder_graph import build
from service.inference.encoder_operators import Precision
from service.inference.encoder_weights import read_weights
from service.inference.minilm import (
    DIMENSIONS,
    NAME,
    SHA256,
    VERSION,
    VOCABULARY,
    VOCABULARY_SHA256,
    checked_bytes,
    packaged_weights,
)

MAX_TOKENS = 256  # what sentence-transformers cuts at; the model was trained on 128
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_QUIET = 3  # onnxruntime says errors, and not that it moved an operator


@dataclass(frozen=True)
class EmbedderOptions:
    """Where and how to compute.

    `device` is "auto", "cpu" or "cuda". `batch` is how many texts run at once on an accelerator. On a processor each
    text runs alone: nothing is padded, and int8 activations share one scale, so companions would change a vector.
    """

    device: str = "auto"
    threads: int = 1
    max_tokens: int = MAX_TOKENS
    batch: int = 64


class Embedder:
    """Texts -> unit vectors; safe to share between threads. `load_embedder` makes one."""

    name = NAME
    sha256 = SHA256
    version = VERSION
    dimensions = DIMENSIONS

    def __init__(self, tokenizer: BertWordPieceTokenizer, session: onnxruntime.InferenceSession, batch: int) -> None:
        self.tokenizer = tokenizer
        self._session = session
        self._batch = batch

    @property
    def device(self) -> str:
        """Where it computes: "cpu" or "cuda"."""
        first = self._session.get_providers()[0]
        return next((name for name, provider in _PROVIDERS.items() if provider == first), "cpu")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, 384), each row of length 1; what exceeds the bound on tokens is not read."""
        rows = [self._run(batch) for batch in self._batches(texts)]
        return np.concatenate(rows) if rows else np.empty((0, DIMENSIONS), np.float32)

    def _batches(self, texts: Sequence[str]) -> Iterator[list[Encoding]]:
        encodings = self.tokenizer.encode_batch(list(texts))
        yield from (encodings[start : start + self._batch] for start in range(0, len(encodings), self._batch))

    def _run(self, batch: list[Encoding]) -> NDArray[np.float32]:
        longest = max(len(encoding.ids) for encoding in batch)
        ids, mask = (np.zeros((len(batch), longest), np.int64) for _ in range(2))  # 0 is [PAD]
        for row, encoding in enumerate(batch):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        vectors: NDArray[np.float32] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def load_embedder(models: Path, options: EmbedderOptions | None = None, weights: Path | None = None) -> Embedder:
    """Read the vocabulary in `models` (data/models) and the packaged `weights`, and make an Embedder of them.

    Takes about half a second. Raise ModelUnavailable when a file is missing or not the pinned one, DeviceUnavailable
    when `options.device` is "cuda" and onnxruntime has no such provider.
    """
    options = options or EmbedderOptions()
    device = _device(options.device)
    checked_bytes(models / VOCABULARY, VOCABULARY_SHA256)
    tokenizer = BertWordPieceTokenizer(str(models / VOCABULARY), lowercase=True)
    tokenizer.enable_truncation(options.max_tokens)
    precision, batch = (Precision.INT8, 1) if device == "cpu" else (Precision.FP32, options.batch)
    graph = build(read_weights(weights or packaged_weights()), precision)
    return Embedder(tokenizer, _session(graph, device, options.threads), batch)


def shared_embedder(models: Path, device: str) -> Embedder:
    """As `load_embedder`, which a process needs once for each device; may raise what that raises."""
    return _shared(models, _device(device), packaged_weights())


@cache
def _shared(models: Path, device: str, weights: Path) -> Embedder:
    return load_embedder(models, EmbedderOptions(device=device), weights)


def _device(asked: str) -> str:
    has_cuda = _PROVIDERS["cuda"] in onnxruntime.get_available_providers()
    if asked == "cuda" and not has_cuda:
        raise DeviceUnavailable("This machine's onnxruntime has no CUDA provider: install onnxruntime-gpu.")
    return "cuda" if has_cuda and asked != "cpu" else "cpu"


def _session(graph: bytes, device: str, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _QUIET
    return onnxruntime.InferenceSession(graph, options, providers=[_PROVIDERS[device]])
