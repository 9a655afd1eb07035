"""What was measured in several random networks of one kind."""

from dataclasses import dataclass

import numpy as np

from service.demos.compiled import Floats
from service.demos.demo import Progress
from service.demos.propagation import Signals, Stack, Theory, propagate, theory

_SHOWN = 6  # layers with a histogram
_BINS = 41  # odd, so that 0 has a bin of its own


@dataclass(frozen=True)
class Measured:
    """Signals in networks of one kind, and what theory expects of them where weights are random."""

    stack: Stack
    signals: tuple[Signals, ...]
    theory: Theory | None
    shown: tuple[int, ...]  # layers with a histogram

    def each(self, name: str) -> Floats:
        """A number of every layer (columns) in every network (rows)."""
        return np.array([getattr(signals, name) for signals in self.signals])

    def mean(self, name: str) -> Floats:
        """A number of every layer, the mean over networks."""
        return np.asarray(self.each(name).mean(axis=0))

    @property
    def status(self) -> str:
        """Whether anything became too large for a number."""
        numbers = [self.each(name) for name in ("square", "gradient_square", "weight_gradient")]
        return "completed" if all(np.all(np.isfinite(one)) for one in numbers) else "overflowed"

    @property
    def edges(self) -> Floats:
        """Of the histograms' bins: twice as wide as nearly all outputs of the first layer; the same for all layers."""
        first = np.abs(self._outputs(self.shown[0]))
        finite = first[np.isfinite(first)]
        reach = 2 * float(np.quantile(finite, 0.995)) if finite.size else 1.0
        return np.linspace(-1, 1, _BINS + 1) * (reach or 1.0)

    def shares(self, layer: int) -> Floats:
        """The share of a layer's outputs in each bin; what lies beyond counts in the last one."""
        edges, outputs = self.edges, self._outputs(layer)
        within = np.clip(np.nan_to_num(outputs, nan=edges[-1]), edges[0], edges[-1])
        counts, _ = np.histogram(within, edges)
        return np.asarray(counts / outputs.size)

    def _outputs(self, layer: int) -> Floats:
        return self.signals[0].outputs[layer]


def measure(stack: Stack, nets: int, random: np.random.Generator, progress: Progress) -> Measured:
    """Draw networks and send signals through them; histograms are of the first."""
    shown = tuple(np.unique(np.geomspace(1, stack.depth, _SHOWN).round().astype(int)).tolist())
    signals = []
    for done in range(1, nets + 1):
        signals.append(propagate(stack, random, shown if done == 1 else ()))
        progress(done / nets, f"network {done}")
    return Measured(stack, tuple(signals), theory(stack) if stack.scheme.is_random else None, shown)
