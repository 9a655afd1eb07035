"""What the service holds and does now, for Prometheus: asked of the database and the system at every scrape."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from service.api.parts import Parts
from service.catalog import tallies
from service.errors import Unavailable
from service.heartbeats import signs

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGESIZE")


class StateCollector(Collector):
    """The same from whichever web worker is asked: nothing here is counted in a process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        """All there is to say; without the database, what can be said without it."""
        is_up = GaugeMetricFamily("coursegraph_database_up", "Whether the database answers")
        try:
            with self._parts.snapshots.open() as session:
                found = [*_catalog(session), *_index(self._parts, session), *_work(session)]
            is_up.add_metric([], 1)
        except Exception:  # whatever the driver calls it; /readyz tells more
            found = []
            is_up.add_metric([], 0)
        yield is_up
        yield from found
        yield _models(self._parts)
        yield from _processes(self._parts.state_dir)


def _catalog(session: Session) -> Iterator[Metric]:
    yield _one("coursegraph_catalog_revision", "Revision of the catalog", session.info["revision"])
    sizes = GaugeMetricFamily("coursegraph_catalog_size", "What the catalog holds, active or accepted", labels=["kind"])
    for kind, count in tallies.sizes(session).items():
        sizes.add_metric([kind], count)
    yield sizes
    writes = CounterMetricFamily("coursegraph_writes", "Acts in the audit, ingests among them", labels=["action"])
    for action, count in tallies.writes(session).items():
        writes.add_metric([action], count)
    yield writes


def _index(parts: Parts, session: Session) -> Iterator[Metric]:
    with suppress(Unavailable):
        revision = parts.retrieval.index_revision(session)
        yield _one("coursegraph_index_revision", "Revision of the search index; none without an index", revision)


def _work(session: Session) -> Iterator[Metric]:
    kept = tallies.runs(session)
    runs = GaugeMetricFamily("coursegraph_runs", "Runs that are kept", labels=["demo", "status"])
    for demo, status, count in kept:
        runs.add_metric([demo, status], count)
    yield runs
    queued = sum(tally.runs for tally in kept if tally.status == "queued")
    yield _one("coursegraph_run_queue_length", "Runs that wait for a worker", queued)
    messages = GaugeMetricFamily("coursegraph_webhook_messages", "Messages to webhooks", labels=["status"])
    for status, count in tallies.messages(session).items():
        messages.add_metric([status], count)
    yield messages


def _models(parts: Parts) -> Metric:
    models = GaugeMetricFamily("coursegraph_model_up", "Whether a model's files are there and whole", labels=["model"])
    judge = parts.ingest_options.prerequisites.judge
    models.add_metric(["search"], _answers(parts.retrieval.model_state))
    models.add_metric(["prerequisites"], _answers(lambda: judge and judge.version))
    return models


def _answers(ask: Callable[[], object]) -> int:
    try:
        return 1 if ask() else 0
    except Unavailable:
        return 0


def _processes(state_dir: Path) -> Iterator[Metric]:
    """Of all processes of the service on this machine, summed up by what they do."""
    processes: Counter[str] = Counter()
    memory: defaultdict[str, int] = defaultdict(int)
    seconds: defaultdict[str, float] = defaultdict(float)
    for sign in signs(state_dir):
        processes[sign.role] += 1
        with suppress(OSError, IndexError):  # it ends at this moment, or this system has no /proc
            folder = Path(f"/proc/{sign.pid}")
            memory[sign.role] += int((folder / "statm").read_text().split()[1]) * _PAGE_BYTES
            user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
            seconds[sign.role] += (int(user) + int(system)) / _TICKS_PER_S
    yield _by_role(GaugeMetricFamily("coursegraph_processes", "Processes that live", labels=["role"]), processes)
    held = GaugeMetricFamily("coursegraph_process_resident_memory_bytes", "Memory they hold", labels=["role"])
    yield _by_role(held, memory)
    spent = GaugeMetricFamily("coursegraph_process_cpu_seconds", "Time they have computed so far", labels=["role"])
    yield _by_role(spent, seconds)


def _by_role(family: GaugeMetricFamily, values: dict[str, int] | dict[str, float]) -> Metric:
    for role, value in values.items():
        family.add_metric([role], value)
    return family


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)
