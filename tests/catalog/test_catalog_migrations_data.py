"""Migrations go down and up with real rows in the tables: what both schemas hold stays as it is.

What only a newer schema holds is lost on the way down, by nature: the last test names it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from full_catalog import fill
from sqlalchemy import Engine

from service.catalog.database import open_database
from service.catalog.raw_tables import reading
from service.catalog.schema import changing_schema, downgrade, migrate, upgrade
from service.catalog.words import WHOLE
from service.config import bundled

MIGRATIONS = bundled("migrations")
OLDEST_FIRST = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]
LOST = {  # tables that have rows at the newest schema, and none after the way down and up
    "embedding",  # computed again
    "learner_event",
}

Held = dict[str, list[dict[str, Any]]]


@pytest.fixture
def full(database_url: str) -> Iterator[Engine]:
    fill(database_url)
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def held(engine: Engine) -> Held:
    """Every row of every table, by column."""
    with reading(engine) as catalog:
        return {
            name: [dict(zip(columns, row, strict=True)) for row in catalog.rows(name)]
            for name, columns in catalog.columns.items()
        }


def without_whole_titles(held: Held) -> Held:
    """Those came later to a table that was there, and are made anew from the titles."""
    return {**held, "resource_word": [row for row in held["resource_word"] if row["field"] != WHOLE]}


def shared(one: Held, other: Held) -> Held:
    """What `one` holds, as far as `other` has columns for it."""
    columns = {name: rows[0].keys() for name, rows in other.items() if rows}
    kept = {name: one[name] for name in columns.keys() & one.keys()}
    return {
        name: sorted(({c: v for c, v in row.items() if c in columns[name]} for row in rows), key=repr)
        for name, rows in kept.items()
    }


def test_what_older_schemas_can_hold_survives_the_way_down_and_up(full: Engine) -> None:
    whole = without_whole_titles(held(full))

    for target in reversed(OLDEST_FIRST[:-1]):
        downgrade(full, MIGRATIONS, target)
        older = held(full)
        assert shared(older, whole) == shared(whole, older), f"down to {target}"
    oldest = held(full)
    for target in OLDEST_FIRST[1:]:
        with changing_schema(full) as connection:
            upgrade(connection, MIGRATIONS, target)
        newer = without_whole_titles(held(full))
        assert shared(newer, oldest) == shared(oldest, newer), f"up to {target}"

    filled = ("resource", "mention", "topic", "run", "figure", "audit_entry")
    assert [name for name in filled if not oldest[name]] == []


def test_what_is_lost_is_what_only_newer_schemas_hold(full: Engine) -> None:
    whole = held(full)

    downgrade(full, MIGRATIONS, OLDEST_FIRST[0])
    migrate(full, MIGRATIONS)

    again = held(full)
    assert {name for name, rows in whole.items() if rows and not again[name]} == LOST
    assert again["resource_word"] == whole["resource_word"]
