"""Where compiled loops are kept. Nothing here imports numba: it reads its settings when it is first imported."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

_ROOM = Path(__file__).parent
_EDITION = re.compile(r"[0-9a-f]{16}")
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


def hold(kernels: str | Path) -> None:
    """Keep `sweep` from this folder until this process ends: it will read and write there."""
    with contextlib.suppress(OSError):  # no folder, no lock: then loops are compiled, and not kept
        Path(kernels).mkdir(parents=True, exist_ok=True)
        fcntl.flock(os.open(kernels, os.O_RDONLY), fcntl.LOCK_SH)  # never closed: the system does that


def sweep(state_dir: Path) -> int:
    """Remove the folders of other editions that no process holds; how many."""
    ours = kernel_cache_dir(state_dir)
    others = [folder for folder in ours.parent.glob("*") if _EDITION.fullmatch(folder.name) and folder != ours]
    return sum(map(_remove_unless_held, others))


def _remove_unless_held(folder: Path) -> bool:
    with contextlib.suppress(OSError):  # another process holds it, or has removed it
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
            return True
        finally:
            os.close(descriptor)
    return False


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
