"""Fixtures of the REST door, on SQLite and on PostgreSQL.

- `client`: a service that holds the bundled course page; made once for each database, for tests that only read.
- `parts`: what that service's views work with.
- `fresh`: an empty service of the test's own, with `settings` to override; for tests that write.
- `key`: makes an API key in the `fresh` service.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from service.api.parts import Parts
from service.app import create_app
from service.catalog import keys
from service.catalog.database import open_database, open_sessions
from service.catalog.vocabulary import load_vocabulary
from service.config import Settings, bundled
from service.ingest.ingest import PageContent, ingest
from service.options import ingest_options

# For services that many tests ask, as one caller.
WITHOUT_RATE_LIMITS = {f"rate_limit_{of}per_minute": 0 for of in ("", "key_", "writes_")}


def _ingest_course_page(database_url: str) -> None:
    engine = open_database(database_url)
    vocabulary = load_vocabulary(Settings().vocabulary_path)
    page = PageContent(
        "lectures-2024", "lectures-2024.md", (bundled("data") / "pages" / "lectures-2024.md").read_bytes()
    )
    with open_sessions(engine).begin() as session:
        ingest(session, page, vocabulary, ingest_options(Settings()))
    engine.dispose()


@pytest.fixture(scope="session")
def course_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("course") / "catalog.db"
    shutil.copy(migrated_sqlite, path)
    _ingest_course_page(f"sqlite:///{path}")
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def course_postgresql(postgresql_server: str) -> str:
    admin = create_engine(open_database(postgresql_server).url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE course TEMPLATE migrated"))
    admin.dispose()
    url = make_url(postgresql_server).set(database="course").render_as_string(hide_password=False)
    _ingest_course_page(url)
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def course_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    url, no_index = request.getfixturevalue(f"course_{request.param}"), tmp_path_factory.mktemp("index")
    app = create_app(Settings(database_url=url, index_dir=str(no_index), **WITHOUT_RATE_LIMITS))
    yield app
    parts_of(app).close()


@pytest.fixture
def client(course_app: Flask) -> FlaskClient:
    return course_app.test_client()


@pytest.fixture
def parts(course_app: Flask) -> Parts:
    return parts_of(course_app)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url)


@pytest.fixture
def fresh(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    yield app.test_client()
    parts_of(app).close()


@pytest.fixture
def key(fresh: FlaskClient) -> Callable[[str], dict[str, str]]:
    """Makes a key with a scope, as the header that carries it."""

    def make(scope: str) -> dict[str, str]:
        with parts_of(fresh.application).sessions.begin() as session:
            return {"Authorization": f"Bearer {keys.create(session, scope, 'ada')}"}

    return make


def parts_of(app: Flask) -> Parts:
    parts: Parts = app.extensions["coursegraph"]
    return parts
