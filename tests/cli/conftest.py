"""The command as a user runs it, with a state folder of its own."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import cli

Command = Callable[..., Result]
Ingested = Callable[[str, str], Path]


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """Folders in which `coursegraph ingest` read a page of this name and text; each made once, to be copied."""

    @cache
    def make(name: str, text: str) -> Path:
        folder = tmp_path_factory.mktemp("ingested")
        (folder / name).write_text(text, encoding="utf-8")
        with pytest.MonkeyPatch.context() as place:
            place.chdir(folder)
            place.setenv("COURSEGRAPH_STATE_DIR", str(folder / "var"))
            assert CliRunner().invoke(cli, ["ingest", name]).exit_code == 0
        return folder

    return make


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Call `coursegraph ...` in an empty folder; errors of the service come out as `result.exception`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSEGRAPH_STATE_DIR", str(tmp_path / "var"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return run


COURSE = """# Course

## Trees
* [Trees in 5 minutes](https://example.org/trees) (video)
* [All about trees](https://example.org/all) (article)

## Forests
Prerequisites: Trees
* [Random forests](https://example.org/forests)
* [Forêts](https://example.org/forets) (French)
"""


@pytest.fixture
def course(command: Command, ingested: Ingested, tmp_path: Path) -> Command:
    """`command` where a small course is ingested."""
    shutil.copytree(ingested("course.md", COURSE), tmp_path, dirs_exist_ok=True)
    return command
