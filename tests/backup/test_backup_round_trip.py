"""A restored catalog is the one that was backed up, on whichever database."""

import threading
from pathlib import Path

import pytest
from backup.conftest import Filled
from full_catalog import answers

from service.backup.archive import Archive, Manifest
from service.backup.restore import restore
from service.backup.save import save
from service.catalog.database import open_database, open_sessions
from service.catalog.models import AuditEntry
from service.catalog.raw_tables import reading, replacing
from service.catalog.schema import downgrade, migrate, schema_state
from service.config import bundled
from service.errors import BackupError, Unavailable

MIGRATIONS = bundled("migrations")


def back_up(url: str, path: Path) -> Manifest:
    engine = open_database(url)
    with reading(engine) as catalog:
        manifest = save(catalog, path, lambda _: None)
    engine.dispose()
    return manifest


def restore_into(url: str, path: Path, *, replace: bool = False) -> None:
    engine = open_database(url)
    try:
        with path.open("rb") as file, replacing(engine, MIGRATIONS) as catalog:
            restore(Archive(file), catalog, replace=replace, progress=lambda _: None)
    finally:
        engine.dispose()


@pytest.fixture
def own(filled: Filled, tmp_path: Path) -> Path:
    """A backup of the test's catalog."""
    back_up(filled.url, tmp_path / "own.backup")
    return tmp_path / "own.backup"


def test_a_restored_catalog_answers_byte_for_byte_the_same(filled: Filled, own: Path, elsewhere: str) -> None:
    restore_into(elsewhere, own)

    assert answers(elsewhere, filled.curator) == answers(filled.url, filled.curator)


def test_there_and_back_gives_the_same_rows(filled: Filled, own: Path, elsewhere: str, tmp_path: Path) -> None:
    restore_into(elsewhere, own)
    again = back_up(elsewhere, tmp_path / "again.backup")

    with own.open("rb") as file:
        assert Archive(file).manifest.tables == again.tables
    assert {entry.name: entry.rows for entry in again.tables}["figure"] == 1


def test_what_is_written_after_a_restore_gets_numbers_of_its_own(own: Path, elsewhere: str) -> None:
    restore_into(elsewhere, own)

    engine = open_database(elsewhere)
    with open_sessions(engine).begin() as session:
        session.add(AuditEntry(actor="ada", action="test", subject="topic:x", detail={}, revision=9))
    engine.dispose()


def test_a_backup_is_one_moment_of_a_catalog_that_is_written(filled: Filled, tmp_path: Path) -> None:
    engine = open_database(filled.url)
    entry = {"actor": "ada", "action": "test", "subject": "topic:x", "detail": {}, "revision": 9}
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with open_sessions(engine).begin() as session:
                session.add(AuditEntry(**entry))

    with reading(engine) as catalog:
        before = catalog.count("audit_entry")
        writer = threading.Thread(target=write)
        writer.start()
        manifest = save(catalog, tmp_path / "b", lambda _: None)
        stop.set()
        writer.join()

    with reading(engine) as catalog:
        assert catalog.count("audit_entry") > before
    engine.dispose()
    assert {entry.name: entry.rows for entry in manifest.tables}["audit_entry"] == before


def test_a_backup_of_an_older_schema_is_brought_up_to_date(filled: Filled, elsewhere: str, tmp_path: Path) -> None:
    engine = open_database(filled.url)
    downgrade(engine, MIGRATIONS, "0008")
    manifest = back_up(filled.url, tmp_path / "old")

    restore_into(elsewhere, tmp_path / "old")
    migrate(engine, MIGRATIONS)

    restored = open_database(elsewhere)
    found, newest = schema_state(restored, MIGRATIONS)
    restored.dispose()
    engine.dispose()
    assert manifest.schema == "0008"
    assert found == newest
    reads = answers(elsewhere, filled.curator)
    assert {path: body for path, (_, _, body) in reads.items()} == {
        path: body for path, (_, _, body) in answers(filled.url, filled.curator).items()
    }


def test_a_catalog_is_replaced_only_where_that_is_said(filled: Filled, own: Path) -> None:
    before = answers(filled.url, filled.curator)

    with pytest.raises(BackupError, match="--replace"):
        restore_into(filled.url, own)
    restore_into(filled.url, own, replace=True)

    assert answers(filled.url, filled.curator) == before


def test_a_database_without_a_catalog_has_nothing_to_back_up(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/none.db")

    with pytest.raises(Unavailable, match="no catalog"), reading(engine):
        pass
    engine.dispose()


def test_none_but_its_owner_can_read_a_backup(own: Path) -> None:
    assert own.stat().st_mode & 0o777 == 0o600
