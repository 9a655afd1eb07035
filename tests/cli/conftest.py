"""The command as a user runs it, with a state folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import cli

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Call `coursegraph ...` in an empty folder; errors of the service come out as `result.exception`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSEGRAPH_STATE_DIR", str(tmp_path / "var"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return run
