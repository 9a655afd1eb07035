"""A process that must not outlive the one that started it: its standard input is a pipe that only its parent holds."""

import os
import threading
from collections.abc import Callable

STDIN = 0


def when_parent_ends(act: Callable[[], object]) -> None:
    """Call `act`, from a thread, when the parent has closed the pipe or died, however it died."""
    threading.Thread(target=_wait, args=(act,), name="lifeline", daemon=True).start()


def _wait(act: Callable[[], object]) -> None:
    while os.read(STDIN, 1024):  # b"" is the end of the pipe
        pass
    act()
