"""A web worker is told to end by one signal at a time.

Ctrl-C, or systemd, tells all processes of a group to end; the server, told too, tells its workers once more. A second
signal that comes while Granian's handler works on the first would hang the worker for good.
"""

import signal
import threading
import time
from types import FrameType
from typing import cast

AGAIN_S = 5.0  # long enough for Granian to have worked on the one before


def end_with_one_signal() -> None:
    """Let SIGTERM come to this process's handler one at a time, and SIGINT not at all: the server decides.

    Call it in the main thread, before others are started.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})  # for all threads to come, too
    signal.signal(signal.SIGUSR1, _hand_over)
    threading.Thread(target=_await_end, name="end", daemon=True).start()


def _await_end() -> None:
    signal.sigwait({signal.SIGTERM})
    while True:  # again: Granian may not have been ready to hear it
        signal.pthread_kill(cast(int, threading.main_thread().ident), signal.SIGUSR1)
        time.sleep(AGAIN_S)


def _hand_over(_number: int, frame: FrameType | None) -> None:
    """In the main thread, as all handlers are."""
    handler = signal.getsignal(signal.SIGTERM)
    if callable(handler):
        handler(signal.SIGTERM, frame)
