"""Which way imports point: down, and never sideways. `service/__init__.py` draws the floors."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import service

ROOT = Path(service.__file__).parent
FLOORS = (
    {"cli"},
    {"app"},
    {"options"},
    {"api", "client"},
    {"ask"},
    {"ingest", "search", "recommend", "demos", "curation", "export", "backup"},
    {"graph", "inference"},
    {"catalog"},
    {"async_outbound", "webhooks", "logs", "heartbeats", "tracing"},
    {"outbound"},
    {"config"},
    {"errors", ""},  # "" is the package itself: its version
)
FLOOR_OF = {room: depth for depth, rooms in enumerate(FLOORS) for room in rooms}
FILES = sorted(ROOT.rglob("*.py"))

# Libraries that only some rooms may know.
RESERVED = {
    "flask": {"api", "app"},
    "flask_smorest": {"api", "app"},
    "granian": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
    "sqlalchemy": {"catalog"},
    "torch": {"demos", "inference"},
    "onnx": {"inference"},
    "onnxruntime": {"inference"},
    "tokenizers": {"inference"},
    "tantivy": {"search"},
}
# Sessions are handed through every room; only the catalog writes queries with them.
HANDED_THROUGH = {"Session", "sessionmaker", "Engine"}


@cache
def _imports(path: Path) -> list[tuple[str, str]]:
    """(module, name) of everything that a file imports, also inside functions."""
    return list(_imported(path))


def _imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from ((node.module or "", alias.name) for alias in node.names)


def _room(module: str, name: str) -> str:
    """The room of `service.<room>...`, or of `from service import <room>`."""
    parts = [*module.split("."), name]
    return parts[1] if parts[1] in FLOOR_OF else ""


def _own_room(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


EVERY_ROOM = pytest.mark.parametrize("own", sorted({_own_room(path) for path in FILES}))


@EVERY_ROOM
def test_imports_point_down(own: str) -> None:
    assert own in FLOOR_OF, f"{own} is not on the map"

    upward = [
        f"{path}: {module}.{name}"
        for path in FILES
        if _own_room(path) == own
        for module, name in _imports(path)
        if module.split(".")[0] == "service"
        and (room := _room(module, name)) not in (own, "")
        and FLOOR_OF[room] <= FLOOR_OF[own]
    ]

    assert upward == []


@EVERY_ROOM
def test_libraries_stay_in_their_rooms(own: str) -> None:
    strangers = [
        f"{path}: {module}.{name}"
        for path in FILES
        if _own_room(path) == own
        for module, name in _imports(path)
        if own not in RESERVED.get(module.split(".")[0], {own})
        and not (module.startswith("sqlalchemy") and name in HANDED_THROUGH)
    ]

    assert strangers == []


def test_only_the_doors_commit() -> None:
    committing = {_own_room(path) for path in FILES if "session.commit()" in path.read_text(encoding="utf-8")}

    assert committing <= {"cli", "app", "api"}


def test_the_map_of_the_rooms_names_every_room() -> None:
    rooms = {path.name for path in ROOT.iterdir() if path.is_dir() and list(path.glob("*.py"))}

    assert {room for room in rooms if room not in (service.__doc__ or "")} == set()


def test_processes_that_tests_start_import_the_service_that_is_tested(tmp_path: Path) -> None:
    script = "import service; print(service.__file__)"

    told = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert told.stdout.strip() == service.__file__
