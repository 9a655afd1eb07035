"""Which way imports point: down, and never sideways. `service/__init__.py` draws the floors."""

import ast
from collections.abc import Iterator
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


def _imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of everything that a file imports, also inside functions."""
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    own = _own_room(path)

    imported = {_room(m, n) for m, n in _imports(path) if m.split(".")[0] == "service"} - {own, ""}

    assert own in FLOOR_OF, f"{own} is not on the map"
    assert {room for room in imported if FLOOR_OF[room] <= FLOOR_OF[own]} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    own = _own_room(path)

    strangers = [
        f"{module}.{name}"
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
