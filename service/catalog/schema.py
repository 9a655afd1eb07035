"""The schema and its migrations. Apart from `database`: alembic takes as long to load as all the rest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def migrate(engine: Engine, migrations: Path) -> bool:
    """Bring the schema up to the newest, in one transaction. Returns whether there was none before."""
    with changing_schema(engine) as connection:
        is_new = MigrationContext.configure(connection).get_current_revision() is None
        upgrade(connection, migrations)
    return is_new


def downgrade(engine: Engine, migrations: Path, target: str) -> None:
    """Take the schema back to an older one ("base": to none), in one transaction. What only newer ones hold is lost."""
    with changing_schema(engine) as connection:
        _run_alembic(connection, migrations, command.downgrade, target)


def upgrade(connection: Connection, migrations: Path, target: str = "head") -> None:
    """Bring the schema up to `target`, in a transaction of `changing_schema`."""
    _run_alembic(connection, migrations, command.upgrade, target)


@contextmanager
def changing_schema(engine: Engine) -> Iterator[Connection]:
    """One transaction for everything that happens in the block.

    SQLite changes many a table by making it anew; that must not take along the rows that refer to the old one, so
    references are checked at the end. There, nobody else writes meanwhile.
    """
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")  # heeded outside of a transaction alone
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # Python opens no transaction for DDL by itself
            yield connection
            _check_references(connection)
            connection.commit()
        finally:
            connection.rollback()
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(3)
    if broken:
        raise RuntimeError(f"Rows refer to others that are not there: {', '.join(str(tuple(row)) for row in broken)}")


def _run_alembic(connection: Connection, migrations: Path, run: Callable[[Config, str], None], target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    run(config, target)


def schema_state(engine: Engine, migrations: Path) -> tuple[str | None, str | None]:
    """The schema that the database has, and the newest that there is; the same when it is up to date."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found, ScriptDirectory(str(migrations)).get_current_head()


def is_known_schema(migrations: Path, schema: str) -> bool:
    """Whether this version knows a schema: its own, or one that it can upgrade."""
    return schema in {script.revision for script in ScriptDirectory(str(migrations)).walk_revisions()}
