"""The migrations make the schema that the models describe, and can take it back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect

from service.catalog.models import Base
from service.catalog.schema import downgrade, migrate, schema_state
from service.catalog.schema_version import is_newest, newest_version
from service.config import bundled


def test_the_migrated_schema_is_the_one_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_migrating_twice_is_migrating_once(engine: Engine) -> None:
    before = inspect(engine).get_table_names()

    migrate(engine, bundled("migrations"))

    assert inspect(engine).get_table_names() == before


def test_the_newest_schema_is_known_by_the_names_of_migrations(engine: Engine) -> None:
    newest = newest_version(bundled("migrations"))

    assert schema_state(engine, bundled("migrations")) == (newest, newest)
    assert is_newest(engine, bundled("migrations"))
    assert not is_newest(create_engine("sqlite://"), bundled("migrations"))


def test_the_schema_can_be_taken_back_and_made_again(engine: Engine) -> None:
    downgrade(engine, bundled("migrations"), "base")
    assert not is_newest(engine, bundled("migrations"))
    assert inspect(engine).get_table_names() == ["alembic_version"]

    migrate(engine, bundled("migrations"))

    assert "resource" in inspect(engine).get_table_names()
