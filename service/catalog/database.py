"""Opening the database: SQLite with its pragmas, or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import latest_changes
from service.errors import Unavailable

BUSY_TIMEOUT_MS = 10_000  # how long a writer waits for another one
RETRY_AFTER_S = 5
CACHE_KIB = 64_000
MMAP_BYTES = 1 << 30

# PostgreSQL would wait for ever: for a server, for its answer, and for another writer.
_BOUNDS = {
    "connect_timeout": BUSY_TIMEOUT_MS // 1000,
    "tcp_user_timeout": BUSY_TIMEOUT_MS,
    "options": f"-c lock_timeout={BUSY_TIMEOUT_MS}",
}
_BUSY = "The database is busy or does not answer; nothing was changed."
_CUT_OFF = "The database went away in the middle of it; it may have been done, or not."  # in its commit, who knows
_DO_NOT_WAIT = "SET LOCAL lock_timeout = '50ms'"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",  # WAL: a power cut may lose the last commits, never the database
    "PRAGMA foreign_keys = ON",
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    f"PRAGMA cache_size = -{CACHE_KIB}",
    f"PRAGMA mmap_size = {MMAP_BYTES}",
)


def open_database(url: str) -> Engine:
    """Connect to the catalog; create the folder of a SQLite file. Does not touch the schema."""
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    # Parameters stay out of logs and errors: secrets of webhooks are among them.
    engine = create_engine(url, hide_parameters=True, **_pool(url))
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _set_pragmas)
    return engine


def place_of(engine: Engine) -> str:
    """Where a database is, as its operator finds it: a file, or a URL without its password."""
    url = engine.url
    return str(Path(url.database or "").resolve()) if engine.dialect.name == "sqlite" else url.render_as_string()


def open_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after a commit, and whose writes are told."""
    sessions = sessionmaker(engine, expire_on_commit=False)
    latest_changes.watch(sessions)
    return sessions


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session for one write; Unavailable when another writer holds the database too long, or it does not answer."""
    try:
        with sessions() as session:
            yield session
    except OperationalError as error:
        raise Unavailable(_CUT_OFF if error.connection_invalidated else _BUSY, RETRY_AFTER_S) from error


@contextmanager
def not_waiting(engine: Engine) -> Iterator[Connection]:
    """A connection for one write, committed here; OperationalError where it would have to wait for another writer."""
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql("PRAGMA busy_timeout = 0" if is_sqlite else _DO_NOT_WAIT)
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            if is_sqlite:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")


def _pool(url: str) -> dict[str, Any]:
    """Connections are not counted: a process's threads bound them, and readers (see `snapshots`) keep theirs."""
    if url.startswith("postgresql"):
        return {"max_overflow": -1, "pool_pre_ping": True, "connect_args": _BOUNDS}
    is_in_memory = not make_url(url).database  # and has no pool
    return {} if is_in_memory else {"max_overflow": -1}


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
