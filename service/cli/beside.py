"""The processes that work beside the server, and the one that starts them again.

One keeps the search index up to date, one makes the link checks that were asked for.
"""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from service import logs
from service.config import read_settings
from service.demos.kept import STOP_S, Kept, keep_all
from service.demos.lifeline import when_parent_ends
from service.heartbeats import beating
from service.logs import LogOptions

KEPT = ("index", "links")  # roles, as main() knows them


@contextmanager
def running_beside() -> Iterator[Kept]:
    """Have them work beside the block, which may keep alive who starts them again."""
    keeper = Kept("keep", partial(_start, "keep"))
    try:
        yield keeper
    finally:
        keeper.ask_to_stop()
        keeper.await_end(2 * STOP_S)


def keep(stop: threading.Event) -> None:
    """Start them, and each again whenever it dies."""
    keep_all([Kept(role, partial(_start, role)) for role in KEPT], stop.is_set)


def follow_catalog(stop: threading.Event) -> None:
    """Keep the index up to date. It imports what it needs; the keeper need not hold all that in memory."""
    from service.catalog.database import open_database, open_sessions  # noqa: PLC0415
    from service.options import search_embedder  # noqa: PLC0415
    from service.search.index.follow import follow  # noqa: PLC0415
    from service.search.index.write import Place  # noqa: PLC0415

    settings = read_settings()
    sessions = open_sessions(open_database(settings.resolved_database_url))  # whoever serves has migrated it
    with beating(settings.state_path, "index", stop.is_set) as should_stop:
        follow(Place(settings.index_path, sessions), search_embedder(settings), should_stop)


def check_links(stop: threading.Event) -> None:
    """Make the link checks that are asked for."""
    from service.cli.link_checker import attend  # noqa: PLC0415

    settings = read_settings()
    with beating(settings.state_path, "links", stop.is_set) as should_stop:
        attend(settings, should_stop)


def _start(role: str) -> subprocess.Popen[bytes]:
    """The environment holds the settings; the pipe tells it when we end, however we do."""
    command = [sys.executable, "-P", "-m", "service.cli.beside", role]
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603  # nosec B603  # our own module


def main() -> None:
    """Play a role until told to stop."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal: the parent decides
    settings = read_settings()
    role = sys.argv[1]
    logs.set_up(LogOptions(settings.log_format, settings.log_level), role)
    when_parent_ends(stop.set)
    {"keep": keep, "index": follow_catalog, "links": check_links}[role](stop)


if __name__ == "__main__":
    main()
