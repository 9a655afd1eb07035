"""What is in a picture: EfficientNet-lite0, trained on ImageNet, with everything that it computes on the way."""

from collections.abc import Mapping

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from service.inference.efficientnet_graph import build
from service.inference.imagenet import SHA256, STAGES, packaged_weights
from service.inference.minilm import checked_bytes
from service.inference.torch_file import Arrays, read_tensors

_MEAN, _SCALE = 127.0, 128.0  # of a pixel's bytes
_QUIET = 3  # onnxruntime says errors only
_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")  # of batch norms: not learnt

Floats = NDArray[np.float32]


class ImageClassifier:
    """Pictures -> logits; safe to share between threads. `load_classifier` makes one."""

    def __init__(self, weights: Arrays) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = _QUIET
        self._session = onnxruntime.InferenceSession(build(weights), options, providers=["CPUExecutionProvider"])
        self.dense: Floats = weights["_fc.weight"]  # of each class, for each map of the head: (1000, 1280)
        self.bias: Floats = weights["_fc.bias"]
        self.parameters = sum(array.size for name, array in weights.items() if not name.endswith(_STATISTICS))

    def see(self, pixels: NDArray[np.uint8]) -> Mapping[str, Floats]:
        """What every stage gives for a picture (224, 224, 3), (channels, height, width), and "logits" (1000,)."""
        picture = ((pixels.astype(np.float32) - _MEAN) / _SCALE).transpose(2, 0, 1)[None]
        names = [*STAGES, "logits"]
        found = self._session.run(names, {"picture": np.ascontiguousarray(picture)})
        return {name: values[0] for name, values in zip(names, found, strict=True)}


def load_classifier() -> ImageClassifier:
    """Read the packaged weights, half a second; ModelUnavailable when they are missing or not the pinned ones."""
    return ImageClassifier(read_tensors(checked_bytes(packaged_weights(), SHA256)))
