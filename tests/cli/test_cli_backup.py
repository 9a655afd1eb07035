"""`coursegraph backup` and `restore` as operators call them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from service.config import bundled
from service.errors import BackupError
from service.heartbeats import Heartbeat

Command = Callable[..., Result]
Ingested = Callable[[str, str], Path]
COURSE = bundled("data") / "pages" / "lectures-2024.md"


@pytest.fixture
def backed_up(command: Command, ingested: Ingested, tmp_path: Path) -> Path:
    """A backup of the course page, in the folder that the command works in, beside what was backed up."""
    shutil.copytree(ingested(COURSE.name, COURSE.read_text(encoding="utf-8")), tmp_path, dirs_exist_ok=True)
    assert command("backup", "catalog.backup").exit_code == 0
    return Path("catalog.backup")


def test_a_backup_says_what_it_holds(command: Command, backed_up: Path) -> None:
    told = json.loads(command("backup", str(backed_up), "--json").output)

    assert told["bytes"] == backed_up.stat().st_size
    assert (told["revision"], told["tables"]["page"], told["tables"]["topic"]) == (1, 1, 13)


def test_an_empty_database_is_filled_and_a_full_one_is_not(
    command: Command, backed_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEGRAPH_DATABASE_URL", f"sqlite:///{backed_up.parent.resolve()}/other.db")

    first, again = command("restore", str(backed_up)), command("restore", str(backed_up))

    assert first.exit_code == 0
    assert "at revision 1" in first.output
    assert isinstance(again.exception, BackupError)
    assert command("restore", str(backed_up), "--replace").exit_code == 0
    assert "Backpropagation" in command("ask", "what is backprop?").output


def test_a_running_service_is_not_replaced_beneath_itself(command: Command, backed_up: Path) -> None:
    Heartbeat(Path("var"), "web").beat()

    refused = command("restore", str(backed_up), "--replace")

    assert isinstance(refused.exception, BackupError)
    assert "stop it first" in str(refused.exception)


@pytest.mark.parametrize("name", ["missing", "var"])
def test_what_is_no_file_is_told(command: Command, backed_up: Path, name: str) -> None:
    refused = command("restore", str(backed_up.with_name(name)))

    assert refused.exit_code != 0
    assert name in f"{refused.exception} {refused.output}"


def test_a_folder_that_is_not_there_is_told(command: Command, backed_up: Path) -> None:
    refused = command("backup", f"nowhere/{backed_up}")

    assert isinstance(refused.exception, BackupError)
    assert "nowhere/catalog.backup cannot be written: No such file or directory" in str(refused.exception)
