"""What workers tell of the runs that they execute: a line in the log, and numbers for Prometheus.

The numbers are read by web workers, by way of the folder PROMETHEUS_MULTIPROC_DIR; without it nobody sees them.
"""

import logging
from datetime import datetime

from prometheus_client import Counter, Histogram

from service.catalog.models import Run, now

BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)

_ENDED = Counter("coursegraph_runs_ended", "Runs that a worker brought to an end", ("demo", "status"))
_SECONDS = Histogram("coursegraph_run_seconds", "Time that a run took", ("demo",), buckets=BUCKETS_S)
_log = logging.getLogger(__name__)


def begun(run: Run) -> None:
    """A worker has taken a run."""
    _log.info("run begun", extra={**_of(run), "attempt": run.attempts})


def ended(run: Run, code: str | None = None) -> None:
    """A run has ended; `code` says why, where it failed."""
    status = "failed" if code else "succeeded"
    seconds = _seconds_since(run.started_at)
    _ENDED.labels(run.demo, status).inc()
    _SECONDS.labels(run.demo).observe(seconds)
    _log.info("run ended", extra={**_of(run), "status": status, "code": code, "ms": round(seconds * 1000, 1)})


def left(run: Run, why: str) -> None:
    """A worker has let go of a run that has not ended by its hand."""
    _log.info("run left", extra={**_of(run), "why": why})


def _of(run: Run) -> dict[str, str]:
    return {"run": run.id, "demo": run.demo}


def _seconds_since(moment: datetime | None) -> float:
    return max(0.0, (now() - moment).total_seconds()) if moment else 0.0
