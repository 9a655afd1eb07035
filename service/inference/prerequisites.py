"""Which of two topics is needed before the other, and how surely: a small model over MiniLM's vectors.

For topics a and b it scores "a before b" and "b before a"; their half sum says how much the two are linked, their half
difference which comes first. The three cases (a first, b first, neither) exclude each other, so that

    P(a before b) + P(b before a) + P(neither) = 1    and    forward(a, b) = 1 - forward(b, a).

`data/models/prerequisites/README.md` is its card: data, licence, scores, limits.
"""

import hashlib
import zipfile
import zlib
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path

import numpy as np

from service.errors import InvalidInput, ModelUnavailable
from service.inference.minilm import DIMENSIONS, NAME, SHA256
from service.inference.topic_features import (
    PAIR_FEATURES,
    DescribedTopics,
    Floats,
    Pairs,
    order_on_page,
    pair_features,
)

WEIGHTS = "prerequisites/weights.npz"  # under data/models
# Of all ordered pairs of one page's topics, the share that are prerequisites, near or far.
BASE_RATE = 0.25
# What NumPy lets through when bytes of its archive are wrong or missing.
_DAMAGED = (OSError, ValueError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class PrerequisiteWeights:
    """The model's numbers.

    score(a, b) = intercept + pair . features(a, b) + first . a + second . b + (a basis) interaction (b basis)
    """

    pair: Floats  # (7,): of PAIR_FEATURES
    first: Floats  # (384,): of the prerequisite's vector
    second: Floats  # (384,): of the dependent's vector
    basis: Floats  # (384, k): the directions in which topics differ most
    interaction: Floats  # (k, k): which kind of topic comes before which
    intercept: float


@dataclass(frozen=True)
class Calibration:
    """From scores to log-odds that hold on sets the scores were not fitted to."""

    offset: float = 0.0
    link: float = 1.0  # times the half sum of the two scores
    direction: float = 1.0  # times their half difference
    order: float = 0.0  # added to the direction where a stands before b on a page, subtracted where after
    # Among topics of one course all are near, so that nearness says less: from log-odds at BASE_RATE to evidence there.
    course_slope: float = 1.0
    course_offset: float = 0.0


@dataclass(frozen=True)
class Estimates:
    """For each pair (a, b): how probably a is needed before b, and, if one needs the other, that a comes first."""

    probability: Floats  # (m,)
    forward: Floats  # (m,)


@dataclass(frozen=True)
class PrerequisiteModel:
    """Weights, their calibration, and the SHA-256 of the embedder they were trained on."""

    weights: PrerequisiteWeights
    calibration: Calibration
    embedder_sha256: str
    version: str = ""  # its name and the beginning of its file's SHA-256

    def estimate(self, topics: DescribedTopics, pairs: Pairs, base_rate: float = BASE_RATE) -> Estimates:
        """Judge pairs of rows, the supposed prerequisite first.

        `base_rate` is the share of prerequisites expected among all ordered pairs asked about, over 0 and under 0.5.
        """
        if not 0 < base_rate < 0.5:
            raise InvalidInput(f"The base rate {base_rate} is not between 0 and 0.5.")
        link, direction = self.log_odds(topics, pairs)
        odds = pair_odds(link, direction, base_rate)
        return Estimates(probability=1 / (1 + np.exp(-odds)), forward=1 / (1 + np.exp(-2 * direction)))

    def course_evidence(self, topics: DescribedTopics, pairs: Pairs) -> Floats:
        """(m,): how much surer of "a before b" the model makes us, as log-odds, among topics that one page teaches.

        0 is what it says of such topics on average; positive speaks for the prerequisite, negative against it.
        """
        odds = pair_odds(*self.log_odds(topics, pairs))
        return self.calibration.course_slope * odds + self.calibration.course_offset

    def log_odds(self, topics: DescribedTopics, pairs: Pairs) -> tuple[Floats, Floats]:
        """(link, direction): link + direction is the log-likelihood of "a before b" over that of unrelated topics."""
        there, back = score(self.weights, topics, pairs), score(self.weights, topics, pairs[:, ::-1])
        calibration = self.calibration
        order = calibration.order * order_on_page(topics, pairs)
        link = calibration.offset + calibration.link * (there + back) / 2
        return link, calibration.direction * (there - back) / 2 + order


def pair_odds(link: Floats, direction: Floats, base_rate: float = BASE_RATE) -> Floats:
    """(m,): the log-odds of "a before b" against both other cases, "b before a" and neither."""
    prior = np.log(base_rate / (1 - 2 * base_rate))
    odds: Floats = prior + link + direction - np.logaddexp(prior + link - direction, 0)
    return odds


def score(weights: PrerequisiteWeights, topics: DescribedTopics, pairs: Pairs) -> Floats:
    """(m,): how much "a before b" is like the prerequisites that the weights were fitted to."""
    first, second = topics.vectors @ weights.first, topics.vectors @ weights.second  # (n,)
    kinds = topics.vectors @ weights.basis  # (n, k)
    a, b = pairs.T
    alone: Floats = weights.intercept + first[a] + second[b]
    together = np.einsum("mk,mk->m", kinds[a] @ weights.interaction, kinds[b])
    scores: Floats = alone + together + pair_features(topics, pairs) @ weights.pair
    return scores


def load_prerequisite_model(models: Path) -> PrerequisiteModel:
    """Read the weights in `models` (data/models); raise ModelUnavailable where they are missing or do not fit."""
    path = models / WEIGHTS
    try:
        content = path.read_bytes()
        with np.load(BytesIO(content)) as file:
            model = _unpack({name: file[name] for name in file.files})
    except _DAMAGED as error:
        raise ModelUnavailable(f"{path}: the prerequisite model is missing or damaged ({error}).") from error
    if model.embedder_sha256 != SHA256:
        raise ModelUnavailable(f"{path}: the prerequisite model was trained on another embedder than {NAME}.")
    return replace(model, version=f"prerequisites@{hashlib.sha256(content).hexdigest()[:12]}")


def save_prerequisite_model(models: Path, model: PrerequisiteModel) -> None:
    """Write the weights under `models` (data/models)."""
    numbers = {**vars(model.weights), **vars(model.calibration)}
    narrow = {name: np.asarray(value, dtype=np.float32) for name, value in numbers.items()}
    np.savez_compressed(models / WEIGHTS, allow_pickle=False, embedder_sha256=model.embedder_sha256, **narrow)


def _unpack(arrays: dict[str, Floats]) -> PrerequisiteModel:
    dimensions, kinds = DIMENSIONS, len(arrays["interaction"])
    shapes = {
        "pair": (len(PAIR_FEATURES),),
        "first": (dimensions,),
        "second": (dimensions,),
        "basis": (dimensions, kinds),
        "interaction": (kinds, kinds),
    }
    if any(arrays[name].shape != shape for name, shape in shapes.items()):
        raise ValueError("its shapes are not the model's")
    weights = PrerequisiteWeights(**{name: arrays[name] for name in shapes}, intercept=float(arrays["intercept"]))
    calibration = Calibration(**{part.name: float(arrays[part.name]) for part in fields(Calibration)})
    return PrerequisiteModel(weights, calibration, str(arrays["embedder_sha256"]))
