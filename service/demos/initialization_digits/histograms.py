"""How the outputs of layers are distributed at several moments, all counted in the same bins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.initialization_digits.learning import Snapshot

_BINS = 61  # odd, so that 0 has a bin of its own
_LEAST_REACH = 1.2  # of the bins: what tanh puts out, and some room


@dataclass(frozen=True)
class Histograms:
    """Shares of the outputs in each bin: (snapshots, layers, bins)."""

    edges: Floats
    shares: Floats


def histograms(snapshots: Sequence[Snapshot]) -> Histograms:
    """Bins reach as far as nearly all outputs; what lies beyond counts in the last ones."""
    reach = max(_LEAST_REACH, *(_reach(h) for snapshot in snapshots for h in snapshot.outputs))
    edges = np.linspace(-reach, reach, _BINS + 1)
    shares = [[_shares(h, edges) for h in snapshot.outputs] for snapshot in snapshots]
    return Histograms(edges, np.array(shares))


def _reach(h: Floats) -> float:
    finite = np.abs(h[np.isfinite(h)])
    return float(np.quantile(finite, 0.995)) if finite.size else 0.0


def _shares(h: Floats, edges: Floats) -> Floats:
    within = np.clip(np.nan_to_num(h, nan=edges[-1]), edges[0], edges[-1])
    return np.asarray(np.histogram(within, edges)[0] / h.size)
