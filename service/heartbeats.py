"""Signs of life of the service's processes on this machine: one file each, touched again and again.

Files, not rows: they tell also while the database is away, and cost it nothing.
"""

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = "alive"  # in STATE_DIR
BEAT_S = 2.0
SILENT_S = 60.0  # a figure that moves is drawn for so long without a word
GONE_S = 600.0  # so old a file is no sign of anything: its process's number may be another's by now


@dataclass(frozen=True)
class Sign:
    """A process that is there, what it does, and how long ago it last said so."""

    role: str
    pid: int
    silent_s: float

    @property
    def is_well(self) -> bool:
        """Whether it was heard of lately."""
        return self.silent_s < SILENT_S


class Heartbeat:
    """This process's sign. It does not matter if it cannot be written: then others miss it."""

    def __init__(self, state_dir: Path, role: str) -> None:
        self._file = state_dir / FOLDER / f"{role}.{os.getpid()}"
        self._due = 0.0
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)

    def beat(self) -> None:
        """Call it often: it touches the file when that is due."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + BEAT_S
            with contextlib.suppress(OSError):
                self._file.touch()

    def end(self) -> None:
        """Take the sign away."""
        with contextlib.suppress(OSError):
            self._file.unlink()


@contextmanager
def beating(state_dir: Path | str, role: str, should_stop: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
    """`should_stop`, for a loop to ask: as long as it asks, it is alive. An empty `state_dir`: nobody is to know."""
    if not state_dir:
        yield should_stop
        return
    heart = Heartbeat(Path(state_dir), role)

    def ask() -> bool:
        heart.beat()
        return should_stop()

    try:
        yield ask
    finally:
        heart.end()


def beat_beside(state_dir: Path, role: str) -> None:
    """Beat from a thread, until the process ends: for one that is driven from outside."""
    heart = Heartbeat(state_dir, role)

    def beat() -> None:
        while True:
            heart.beat()
            time.sleep(BEAT_S / 2)

    threading.Thread(target=beat, name="heartbeat", daemon=True).start()


def signs(state_dir: Path) -> Sequence[Sign]:
    """The processes that are there; the signs of others are taken away."""
    found = []
    for file in sorted((state_dir / FOLDER).glob("*.*")):
        role, _, pid = file.name.rpartition(".")
        with contextlib.suppress(OSError, ValueError):  # it ends at this moment, or the file is not ours
            sign = Sign(role, int(pid), max(0.0, time.time() - file.stat().st_mtime))
            if sign.silent_s > GONE_S or not is_there(sign.pid):
                file.unlink()
            else:
                found.append(sign)
    return found


def is_well(state_dir: Path, role: str) -> bool:
    """Whether a process of this role was heard of lately."""
    return any(sign.role == role and sign.is_well for sign in signs(state_dir))


def is_there(pid: int) -> bool:
    """Whether a process with this number lives on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
