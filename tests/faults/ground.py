"""Where a fault is let loose: a database with a small garden in it, a key, a ledger, and who looks after them."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from faults.garden import edition, ingest_of
from faults.ledger import Ledger
from faults.serving import Service
from faults.soundness import Soundness
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import keys
from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.catalog.vocabulary import load_vocabulary
from service.config import Settings, bundled
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions


@dataclass
class Ground:
    """A catalog, and everything that a fault needs of it."""

    folder: Path
    database_url: str
    chance: random.Random
    postgresql: Any = None  # the server, where the database is one of its
    key: str = ""
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.folder / "ledger.jsonl")

    @property
    def database(self) -> str:
        return self.database_url.partition(":")[0].partition("+")[0]

    @property
    def settings(self) -> dict[str, str]:
        """For `coursegraph`, in its environment."""
        rates = ("RATE_LIMIT_PER_MINUTE", "RATE_LIMIT_KEY_PER_MINUTE", "RATE_LIMIT_WRITES_PER_MINUTE")
        given = dict.fromkeys(rates, "0") | {"STATE_DIR": str(self.folder / "var"), "DATABASE_URL": self.database_url}
        return {f"COURSEGRAPH_{name}": value for name, value in given.items()}

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        return open_sessions(open_database(self.database_url))

    @cached_property
    def soundness(self) -> Soundness:
        return Soundness(self.sessions, self.ledger)

    def close(self) -> None:
        """Let go of the database."""
        self.sessions.kw["bind"].dispose()

    def service(self) -> Service:
        return Service(self.settings, self.folder / "serve.log")


@contextmanager
def sqlite_ground(seed: int) -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="coursegraph-faults-"))
    ground = Ground(folder, f"sqlite:///{folder}/catalog.db", random.Random(seed))
    plant(ground)
    yield ground
    ground.close()
    shutil.rmtree(folder)


@contextmanager
def postgresql_ground(seed: int, postgresql: Any) -> Iterator[Ground]:
    folder = Path(tempfile.mkdtemp(prefix="coursegraph-faults-"))
    admin = open_database(postgresql.get_uri()).execution_options(isolation_level="AUTOCOMMIT")
    name = f"faults_{seed}_{os.getpid()}_{folder.name[-8:]}"
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    admin.dispose()
    url = admin.url.set(database=name).render_as_string(hide_password=False)
    ground = Ground(folder, url, random.Random(seed), postgresql)
    plant(ground)
    yield ground
    ground.close()
    shutil.rmtree(folder)


def plant(ground: Ground) -> None:
    """Migrate the database, ingest a first page, and make a key."""
    engine = open_database(ground.database_url)
    migrate(engine, bundled("migrations"))
    text = edition("garden", 0, ground.chance)
    ground.ledger.ask(ingest_of("garden", text))
    with open_sessions(engine).begin() as session:
        page = PageContent("garden", "garden.md", text.encode())
        ingest(session, page, load_vocabulary(Settings().vocabulary_path), IngestOptions())
        ground.key = keys.create(session, "curate", "faults")
    ground.ledger.acknowledge(ingest_of("garden", text))
    engine.dispose()
