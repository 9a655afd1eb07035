"""What was asked and how long it took, for Prometheus.

With several processes, PROMETHEUS_MULTIPROC_DIR is a folder, empty before they start: then any of them tells for all.
"""

import os
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, that nobody asks for


class Metrics:
    """The counters of one app. Looking a labelled counter up costs more than counting, so that is done once each."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "coursegraph_requests", "Requests answered", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "coursegraph_request_seconds", "Time to an answer", ("route",), buckets=BUCKETS_S, registry=self._registry
        )
        self._known: dict[tuple[tuple[str, str], int], tuple[Counter, Histogram]] = {}

    def count(self, method_and_route: tuple[str, str], status: int, seconds: float) -> None:
        """One more request was answered."""
        key = (method_and_route, status)
        with suppress(OSError):  # a full disk has no room for new counters: no reason to refuse the answer
            known = self._known.get(key)
            if known is None:
                labelled = self._requests.labels(*method_and_route, status), self._seconds.labels(method_and_route[1])
                known = self._known[key] = labelled
            known[0].inc()
            known[1].observe(seconds)

    def exposition(self, state: Collector) -> bytes:
        """All that was counted, by all processes of this service, and what `state` says."""
        asked = CollectorRegistry()
        asked.register(state)
        return generate_latest(self._counted()) + generate_latest(asked)

    def _counted(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self._registry
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return registry
