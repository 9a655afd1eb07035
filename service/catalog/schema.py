"""The schema and its migrations. Apart from `database`: alembic takes as long to load as all the rest."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


def migrate(engine: Engine, migrations: Path) -> None:
    """Bring the schema up to the newest, in one transaction."""
    _run_alembic(engine, migrations, command.upgrade, "head")


def downgrade(engine: Engine, migrations: Path, target: str) -> None:
    """Take the schema back to an older one ("base": to none), in one transaction. What only newer ones hold is lost."""
    _run_alembic(engine, migrations, command.downgrade, target)


def _run_alembic(engine: Engine, migrations: Path, run: Callable[[Config, str], None], target: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # Python opens no transaction for DDL by itself
        config.attributes["connection"] = connection
        run(config, target)


def schema_state(engine: Engine, migrations: Path) -> tuple[str | None, str | None]:
    """The schema that the database has, and the newest that there is; the same when it is up to date."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found, ScriptDirectory(str(migrations)).get_current_head()
