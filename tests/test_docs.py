"""The documents tell the truth: what the README shows is what the service answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.catalog.database import open_database, open_sessions
from service.cli import COMMANDS
from service.cli.ingest import ingest_sources
from service.config import PREFIX, Settings, bundled
from service.ingest.sources import find_sources
from service.options import ingest_options

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS_TABLE = re.compile(r"<!-- start: settings -->\n(.*)<!-- end: settings -->", re.DOTALL)
REQUEST = re.compile(r"^`GET (\S+)`\n\n```json\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def client(migrated_sqlite: Path) -> Iterator[FlaskClient]:
    """The service as `make serve` sets it up: the bundled pages, and nothing else."""
    settings = Settings(database_url=f"sqlite:///{migrated_sqlite.parent / 'docs.db'}")
    (migrated_sqlite.parent / "docs.db").write_bytes(migrated_sqlite.read_bytes())
    engine = open_database(settings.database_url)
    sources = find_sources(str(bundled("data") / "pages"))
    ingest_sources(open_sessions(engine), sources, settings, ingest_options(settings))
    engine.dispose()
    with create_app(settings).test_client() as client:
        yield client


def _settings_table() -> str:
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    rows += [f"| `{PREFIX}{f.name.upper()}` | `{f.default!r}` | {f.metadata['help']} |" for f in fields(Settings)]
    return "\n".join(rows) + "\n"


def test_the_readme_lists_every_setting() -> None:
    found = SETTINGS_TABLE.search(README)

    assert found is not None
    assert found.group(1) == _settings_table()


@pytest.mark.parametrize(("path", "shown"), REQUEST.findall(README), ids=lambda text: text[:60])
def test_a_request_of_the_readme_gives_what_the_readme_shows(client: FlaskClient, path: str, shown: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    _assert_shows(answer.get_json(), json.loads(shown), "")


def test_the_readme_shows_at_least_one_request_for_each_reader() -> None:
    assert len(REQUEST.findall(README)) >= 4


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in COMMANDS if name not in README] == []


def test_the_readme_maps_every_room() -> None:
    rooms = {path.name for path in (ROOT / "service").iterdir() if path.is_dir() and list(path.glob("*.py"))}

    assert [room for room in sorted(rooms) if f"`{room}/`" not in README] == []


def _assert_shows(actual: Any, shown: Any, place: str) -> None:
    """What is shown is there; objects may hold more, lists must be as long unless they are shown shortened."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in actual, f"{place}/{name}"
            _assert_shows(actual[name], value, f"{place}/{name}")
    elif isinstance(shown, list):
        assert bool(actual) == bool(shown), place
        for index, value in enumerate(shown):
            _assert_shows(actual[index], value, f"{place}/{index}")
    else:
        assert actual == shown, place
