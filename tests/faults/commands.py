"""The command in a process of its own: forked, so that what it imports is there already, and killed at any moment."""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable

import alembic.command  # imported once, here, and not again in every child
import alembic.config  # noqa: F401
import onnxruntime  # noqa: F401
from faults.ground import Ground

import service.cli.index
import service.cli.ingest  # noqa: F401
from service.cli import cli


def run_command(ground: Ground, *arguments: str) -> int:
    """Run it to its end; its exit status."""
    _, status = os.waitpid(_forked(ground, lambda: _call(arguments)), 0)
    return os.waitstatus_to_exitcode(status)


def kill_amid(ground: Ground, work: Callable[[], None], longest_s: float) -> None:
    """Begin the work in a process of its own, and kill that after a while, at the latest when `longest_s` are over."""
    child = _forked(ground, work)
    time.sleep(ground.chance.uniform(0, longest_s))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), "it ended before it could be killed: see above"


def repeat(*arguments: str) -> None:
    """Call the command again and again, until the process is killed."""
    while True:
        assert _call(arguments) == 0


def call_or_fail(*arguments: str) -> None:
    assert _call(arguments) == 0


def _call(arguments: tuple[str, ...]) -> int:
    try:
        cli.main(list(arguments), standalone_mode=False)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _forked(ground: Ground, work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.environ.update(ground.settings)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        status = int(work() or 0)  # type: ignore[call-overload]
    except BaseException:  # whatever it is, this process must not go on as its parent would
        traceback.print_exc()
    finally:
        os._exit(status)
