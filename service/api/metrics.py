"""What was asked and how long it took, for Prometheus.

With several worker processes, set PROMETHEUS_MULTIPROC_DIR to an empty folder before they start: then any of them
tells for all.
"""

import os
from time import perf_counter

from flask import Flask, Response, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_KEY = "coursegraph-metrics"

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, that nobody asks for


class Metrics:
    """The counters of one app. Looking a labelled counter up costs more than counting, so that is done once each."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "coursegraph_requests", "Requests answered", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "coursegraph_request_seconds", "Time to an answer", ("route",), buckets=BUCKETS_S, registry=self.registry
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One more request was answered."""
        key = (method, route, status)
        if key not in self._known:
            self._known[key] = self._requests.labels(*key), self._seconds.labels(route)
        requests, times = self._known[key]
        requests.inc()
        times.observe(seconds)


def register(app: Flask) -> None:
    """Count every request of the app."""
    metrics = Metrics()
    app.extensions[_KEY] = metrics

    def count(response: Response) -> Response:
        # What no route knows is counted under one name: a scan of our paths must not fill the memory.
        route = request.url_rule.rule if request.url_rule else "unknown"
        method = request.method if request.url_rule else "unknown"
        metrics.count(method, route, response.status_code, perf_counter() - g.began)
        return response

    app.after_request(count)


def exposition() -> bytes:
    """The metrics of this app, in all its processes."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = current_app.extensions[_KEY].registry
    return generate_latest(registry)
