"""Waiting in a request: for a run, or for a drawing."""

import time
from collections.abc import Callable

FIRST_LOOK_S = 0.005
LAST_LOOK_S = 0.05


def wait_until(is_done: Callable[[], bool], seconds: float, is_over: Callable[[], bool]) -> bool:
    """Look again and again, less and less often, for so long or until `is_over`; tell whether it was done."""
    give_up = time.monotonic() + seconds
    pause_s = FIRST_LOOK_S
    while not is_done():
        left_s = give_up - time.monotonic()
        if left_s <= 0 or is_over():
            return False
        time.sleep(min(pause_s, left_s))
        pause_s = min(pause_s * 1.2, LAST_LOOK_S)
    return True
