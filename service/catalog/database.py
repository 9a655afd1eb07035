"""Opening the database: SQLite with its pragmas, or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from service.errors import Unavailable

BUSY_TIMEOUT_MS = 10_000  # how long a writer waits for another one
RETRY_AFTER_S = 5
CACHE_KIB = 64_000
MMAP_BYTES = 1 << 30

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
    engine = create_engine(url, pool_pre_ping=url.startswith("postgresql"))
    if engine.dialect.name == "sqlite":
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", _set_pragmas)
    return engine


def open_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session for one write; Unavailable when another writer holds the database too long, or it does not answer."""
    try:
        with sessions() as session:
            yield session
    except OperationalError as error:
        raise Unavailable("The database is busy or does not answer; nothing was changed.", RETRY_AFTER_S) from error


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()
