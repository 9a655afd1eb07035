"""Whatever goes wrong with a backup, nothing that was there is lost, and nothing half done is left."""

import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from backup.conftest import Filled
from full_catalog import answers

from service.backup.archive import Archive
from service.backup.restore import check, restore
from service.catalog.database import open_database
from service.catalog.raw_tables import replacing
from service.config import bundled
from service.errors import BackupError

ROOM = 40_000  # bytes that a file may have: less than a backup needs, more than SQLite does to read
MIGRATIONS = bundled("migrations")


def changed(archive: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The archive with one member changed."""
    other = archive.with_name("changed")
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(other, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            target.writestr(member, change(content) if member == name else content)
    return other


def checked(path: Path) -> None:
    with path.open("rb") as file:
        check(Archive(file), lambda schema: schema != "9999", lambda _: None)


def with_manifest(archive: Path, **said: object) -> Path:
    return changed(archive, "manifest.json", lambda text: json.dumps(json.loads(text) | said).encode())


def test_a_whole_backup_passes(archive: Path) -> None:
    checked(archive)


@pytest.mark.parametrize("kept", [0, 10, 5_000, 0.5, 0.999])
def test_a_truncated_backup_is_refused(archive: Path, kept: float) -> None:
    content = archive.read_bytes()
    archive.write_bytes(content[: int(kept * len(content)) if isinstance(kept, float) else kept])

    with pytest.raises(BackupError, match="damaged"):
        checked(archive)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_a_flipped_bit_is_found(archive: Path, place: float) -> None:
    content = bytearray(archive.read_bytes())
    content[int(place * len(content))] ^= 0x10
    archive.write_bytes(content)

    with pytest.raises(BackupError, match="damaged"):
        checked(archive)


def test_rows_that_were_changed_are_found(archive: Path) -> None:
    other = changed(archive, "tables/topic.jsonl", lambda rows: rows.replace(b"Regularization", b"Regularisation", 1))

    with pytest.raises(BackupError, match="rows of topic"):
        checked(other)


def test_a_lost_row_is_found(archive: Path) -> None:
    other = changed(archive, "tables/mention.jsonl", lambda rows: rows.split(b"\n", 1)[1])

    with pytest.raises(BackupError, match="rows of mention"):
        checked(other)


def test_a_newer_schema_is_refused_by_name(archive: Path) -> None:
    with pytest.raises(BackupError, match="9999, of a newer Coursegraph"):
        checked(with_manifest(archive, schema="9999"))


def test_another_format_is_refused_by_name(archive: Path) -> None:
    with pytest.raises(BackupError, match="coursegraph-backup/2"):
        checked(with_manifest(archive, format="coursegraph-backup/2"))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"PK\x03\x04"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "none").write_bytes(content)

    with pytest.raises(BackupError):
        checked(tmp_path / "none")


def test_a_restore_that_fails_half_way_loses_nothing(filled: Filled, archive: Path) -> None:
    before = answers(*filled)
    engine = open_database(filled.url)
    rows_until_the_end = 200

    def fail_in_time(_count: int) -> None:
        nonlocal rows_until_the_end
        rows_until_the_end -= 1
        if rows_until_the_end == 0:
            raise OSError(28, "No space left on device")

    with archive.open("rb") as file, pytest.raises(OSError, match="No space"), replacing(engine, MIGRATIONS) as catalog:
        restore(Archive(file), catalog, replace=True, progress=fail_in_time)
    engine.dispose()

    assert answers(*filled) == before


def test_a_full_disk_while_backing_up_leaves_the_last_backup(
    full_sqlite: Filled, archive: Path, tmp_path: Path
) -> None:
    before = archive.read_bytes()

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    done = subprocess.run(
        [sys.executable, "-c", "from service.cli import main; main()", "backup", str(archive)],
        env={"COURSEGRAPH_DATABASE_URL": full_sqlite.url, "COURSEGRAPH_STATE_DIR": str(tmp_path)},
        preexec_fn=little_room,
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(before) > ROOM
    assert done.returncode == 1
    assert done.stderr.startswith(f"coursegraph: {archive} cannot be written: File too large.")
    assert archive.read_bytes() == before
    assert list(tmp_path.glob(".backup*")) == []
