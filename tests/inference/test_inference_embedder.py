"""The embedder against vectors computed by hand, and against files that are missing or damaged.

The reference comes from the original model.safetensors (SHA-256 53aa5117...28d9db) by a float64 forward pass in NumPy,
written for the purpose; the same pass agrees with our float32 graph on those weights within 2e-7.
"""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from service.config import bundled
from service.errors import DeviceUnavailable, ModelUnavailable
from service.inference import minilm
from service.inference.embedder import Embedder, EmbedderOptions, load_embedder
from service.inference.encoder_graph import build
from service.inference.encoder_operators import Precision
from service.inference.encoder_weights import read_weights
from service.inference.minilm import VOCABULARY, packaged_weights

MODELS = bundled("data") / "models"
# The first eight of 384 numbers.
REFERENCE = {
    "gradient descent": [-0.051002, -0.001262, -0.008119, -0.005173, 0.003038, 0.030226, 0.019819, -0.053259],
    "Backpropagation and initialization": [
        -0.080005, -0.096761, 0.002475, 0.01771, -0.041432, 0.102355, 0.014116, 0.005494,
    ],
}  # fmt: skip
TEXTS = ["gradient descent", "how do the weights get updated", "", "למידה עמוקה 深度学习", "x" * 5000]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(MODELS)


def _in_float32(embedder: Embedder, batch: int) -> Embedder:
    """What runs on an accelerator, here on the processor."""
    graph = build(read_weights(packaged_weights()), Precision.FP32)
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return Embedder(embedder.tokenizer, session, batch)


def _cosine(a: NDArray[np.float32], b: list[float]) -> float:
    return float(a @ np.array(b) / np.linalg.norm(a) / np.linalg.norm(b))


@pytest.mark.parametrize("text", REFERENCE)
def test_vectors_are_those_of_the_original_model(embedder: Embedder, text: str) -> None:
    vector = embedder.embed([text])[0]

    assert vector[:8] == pytest.approx(REFERENCE[text], abs=0.02)
    assert _cosine(vector[:8], REFERENCE[text]) > 0.98


@pytest.mark.parametrize("text", REFERENCE)
def test_without_int8_arithmetic_the_vectors_are_closer_still(embedder: Embedder, text: str) -> None:
    exact = _in_float32(embedder, batch=1)

    vector = exact.embed([text])[0]

    assert vector[:8] == pytest.approx(REFERENCE[text], abs=0.004)


def test_every_vector_has_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)

    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_in_any_company(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)

    alone = np.vstack([embedder.embed([text]) for text in TEXTS])

    assert (together == alone).all()


def test_padding_does_not_change_a_vector(embedder: Embedder) -> None:
    alone, padded = (_in_float32(embedder, batch).embed(TEXTS) for batch in (1, len(TEXTS)))

    assert padded == pytest.approx(alone, abs=1e-5)


def test_no_text_has_no_vector(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_what_exceeds_the_bound_is_not_read() -> None:
    short = load_embedder(MODELS, EmbedderOptions(max_tokens=8))

    vectors = short.embed(["one two three four five six", "one two three four five six seven eight"])

    assert (vectors[0] == vectors[1]).all()


def test_like_texts_are_nearer_than_unlike_ones(embedder: Embedder) -> None:
    question, near, far = embedder.embed(
        ["how weights get updated", "gradient descent", "history of the Netflix prize"]
    )

    assert question @ near > question @ far


def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    damaged = tmp_path / "model.onnx"
    content = bytearray(packaged_weights().read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)

    with pytest.raises(ModelUnavailable, match=r"model\.onnx.*SHA-256"):
        load_embedder(MODELS, weights=damaged)


def test_a_missing_vocabulary_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"vocab\.txt"):
        load_embedder(tmp_path)


def test_a_damaged_vocabulary_is_refused(tmp_path: Path) -> None:
    (tmp_path / VOCABULARY).parent.mkdir()
    (tmp_path / VOCABULARY).write_text("[PAD]\n[UNK]\n", encoding="utf-8")

    with pytest.raises(ModelUnavailable, match="SHA-256"):
        load_embedder(tmp_path)


def test_a_missing_package_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")

    with pytest.raises(ModelUnavailable, match="no_such_package is not installed"):
        load_embedder(MODELS)


def test_a_device_that_is_not_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CPUExecutionProvider"])

    with pytest.raises(DeviceUnavailable, match="CUDA"):
        load_embedder(MODELS, EmbedderOptions(device="cuda"))


def test_the_embedder_says_what_it_is(embedder: Embedder) -> None:
    assert (embedder.name, embedder.device) == ("all-MiniLM-L6-v2", "cpu")
    assert embedder.sha256 == minilm.SHA256
