"""What the service needs to answer, and what it can do without; each part says how it is."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

from service import graph
from service.api.parts import Parts, parts
from service.catalog.schema import schema_state
from service.errors import Unavailable
from service.heartbeats import signs

_log = logging.getLogger(__name__)


def ask(check: Callable[[Parts], str]) -> tuple[bool, str]:
    """Whether a part is ready, and what it says."""
    try:
        return True, check(parts())
    except Unavailable as error:
        return False, str(error)
    except Exception as error:  # whatever is wrong with a part, the others still get their say
        _log.warning("a part is not ready", exc_info=error)
        return False, f"{type(error).__name__}; the log says more"


def _database(parts: Parts) -> str:
    with parts.snapshots.open() as session:
        return f"answers, at revision {session.info['revision']}"


def _schema(parts: Parts) -> str:
    found, wanted = schema_state(parts.engine, parts.migrations)
    if found != wanted:
        raise Unavailable(f"at {found or 'nothing'}, this version needs {wanted}: run `coursegraph db upgrade`")
    return str(found)


def _graph(parts: Parts) -> str:
    with parts.snapshots.open() as session:
        return f"{len(graph.current(session).topics)} topics"


def _vocabulary(parts: Parts) -> str:
    return f"{len(parts.vocabulary.media_types)} media types"


CHECKS: dict[str, Callable[[Parts], str]] = {
    "database": _database,
    "schema": _schema,
    "graph": _graph,
    "vocabulary": _vocabulary,
}


def _index(parts: Parts) -> str:
    with parts.snapshots.open() as session:
        return parts.retrieval.index_state(session)


def _model(parts: Parts) -> str:
    return parts.retrieval.model_state()


def _prerequisite_model(parts: Parts) -> str:
    """Without it pages are ingested too, by what they show themselves."""
    judge = parts.ingest_options.prerequisites.judge
    return judge.version if judge else "none"


def _disk(parts: Parts) -> str:
    """With a full one reads are answered, and writes are not."""
    free_mb = shutil.disk_usage(_existing(parts.state_dir)).free // 1_000_000
    told = f"{free_mb} MB free in {parts.state_dir}"
    if free_mb < parts.min_free_disk_mb:
        raise Unavailable(f"{told}, which is less than {parts.min_free_disk_mb}")
    return told


def _existing(folder: Path) -> Path:
    return next(parent for parent in (folder, *folder.parents) if parent.exists())


def _alive(role: str, lost: str) -> Callable[[Parts], str]:
    """Whether the processes of `coursegraph serve` that play a role on this machine are there."""

    def check(parts: Parts) -> str:
        wanted = parts.runs.workers if role == "work" else 1
        found = [sign for sign in signs(parts.state_dir) if sign.role == role]
        well = [sign for sign in found if sign.is_well]
        told = f"{len(well)} of {wanted} alive"
        if len(well) < wanted:
            silent = "".join(f"; {sign.pid} is silent for {sign.silent_s:.0f} s" for sign in found if not sign.is_well)
            raise Unavailable(f"{told}{silent}: {lost}")
        return told

    return check


# What the service can do without.
SPARE: dict[str, Callable[[Parts], str]] = {
    "search_index": _index,
    "search_model": _model,
    "prerequisite_model": _prerequisite_model,
    "disk": _disk,
    "link_checker": _alive("links", "link checks wait"),
    "index_writer": _alive("index", "what is new is not found by its meaning"),
    "run_workers": _alive("work", "runs wait"),
    "figure_drawer": _alive("draw", "new pictures wait"),
    "webhook_sender": _alive("tell", "messages wait"),
}
