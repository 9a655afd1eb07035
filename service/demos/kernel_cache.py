"""Where compiled loops are kept. Nothing here imports numba: it reads its settings when it is first imported."""

import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

_ROOM = Path(__file__).parent
_IMPORT = re.compile(r"^from service\.demos\.([\w.]+) import", re.MULTILINE)


def kernel_cache_dir(state_dir: Path) -> Path:
    """The folder to name in NUMBA_CACHE_DIR before any demo is imported: one for each edition of the loops.

    numba notices only changes of the file that a cached function is in, not of what it calls in other files. An
    upgrade that leaves the loops and numba as they are leaves the folder, too.
    """
    digest = hashlib.sha256(f"{sys.implementation.cache_tag} {version('numba')}".encode())
    for source in sources_of_loops():
        digest.update(str(source.relative_to(_ROOM)).encode() + b"\0" + source.read_bytes() + b"\0")
    return state_dir / "kernels" / digest.hexdigest()[:16]


def sources_of_loops() -> list[Path]:
    """The files that loops are compiled from: those with a loop in them, and what these import of the room."""
    found: set[Path] = set()
    waiting = [source for source in _ROOM.rglob("*.py") if "\n@compiled\n" in source.read_text(encoding="utf-8")]
    while waiting:
        source = waiting.pop()
        if source not in found:
            found.add(source)
            waiting.extend(_imported(source))
    return sorted(found)


def _imported(source: Path) -> Iterator[Path]:
    for name in _IMPORT.findall(source.read_text(encoding="utf-8")):
        place = _ROOM.joinpath(*name.split("."))
        yield place.with_suffix(".py") if place.with_suffix(".py").exists() else place / "__init__.py"


def are_compiled(kernels: Path) -> bool:
    """Whether every loop has been compiled in this folder, from these very files."""
    mark = kernels / "complete"
    return mark.exists() and mark.read_text() == _moment()


def mark_compiled(kernels: Path) -> None:
    """Say that every loop has been compiled in this folder."""
    kernels.mkdir(parents=True, exist_ok=True)
    (kernels / "complete").write_text(_moment())


def _moment() -> str:
    """When the sources were last changed: numba compiles anew what lies in a file of another date."""
    return str(max(source.stat().st_mtime_ns for source in sources_of_loops()))
