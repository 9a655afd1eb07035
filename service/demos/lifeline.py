"""A process that must not outlive the one that started it: its standard input is a pipe that its parent holds."""

import os
import select
import threading
import time
from collections.abc import Callable

STDIN = 0
LOOK_S = 0.5


def when_parent_ends(act: Callable[[], object]) -> None:
    """Call `act`, from a thread, when the parent has closed the pipe or died, however it died."""
    threading.Thread(target=_wait, args=(act, os.getppid()), name="lifeline", daemon=True).start()


def when_orphaned(act: Callable[[], object], parent: int) -> None:
    """The same for a process whose standard input is not its parent's pipe; the parent may have died already."""
    threading.Thread(target=_watch, args=(act, parent), name="lifeline", daemon=True).start()


def _watch(act: Callable[[], object], parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    act()


def _wait(act: Callable[[], object], parent: int) -> None:
    # A web server's processes, forked from the parent, may hold the pipe open after it: so its number is watched, too.
    while os.getppid() == parent:
        is_readable = select.select([STDIN], [], [], LOOK_S)[0]
        if is_readable and not os.read(STDIN, 1024):  # b"" is the end of the pipe
            break
    act()
