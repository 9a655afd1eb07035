"""Full catalogs to back up, on SQLite and on PostgreSQL: each filled once, and copied for each test.

- `filled`: a full catalog of the test's own, on each database in turn.
- `archive`: a backup of one, to read or to damage.
"""

import shutil
import uuid
from pathlib import Path
from typing import NamedTuple

import pytest
from full_catalog import fill
from sqlalchemy import text

from service.backup.save import save
from service.catalog.database import open_database
from service.catalog.raw_tables import reading


class Filled(NamedTuple):
    """A full catalog, and the header that carries its curator's key."""

    url: str
    curator: dict[str, str]


def create_database(server: str, name: str, template: str) -> str:
    """A database on the PostgreSQL of the tests; its URL."""
    admin = open_database(server).execution_options(isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return admin.url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def full_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    path = tmp_path_factory.mktemp("full") / "catalog.db"
    shutil.copy(migrated_sqlite, path)
    return Filled(f"sqlite:///{path}", fill(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def full_postgresql(postgresql_server: str) -> Filled:
    url = create_database(postgresql_server, "full_catalog", "migrated")
    return Filled(url, fill(url))


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Filled:
    full: Filled = request.getfixturevalue(f"full_{request.param}")
    if request.param == "sqlite":
        shutil.copy(full.url.removeprefix("sqlite:///"), tmp_path / "filled.db")
        return full._replace(url=f"sqlite:///{tmp_path}/filled.db")
    server = request.getfixturevalue("postgresql_server")
    return full._replace(url=create_database(server, f"filled_{uuid.uuid4().hex}", "full_catalog"))


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, without a schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/elsewhere.db"
    server = request.getfixturevalue("postgresql_server")
    return create_database(server, f"elsewhere_{uuid.uuid4().hex}", "template0")


@pytest.fixture(scope="session")
def saved(full_sqlite: Filled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("saved") / "backup"
    engine = open_database(full_sqlite.url)
    with reading(engine) as catalog:
        save(catalog, path, lambda _: None)
    engine.dispose()
    return path


@pytest.fixture
def archive(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(saved, tmp_path / "backup"))
