"""coursegraph warm-up: compile the demos' loops before anybody waits for them."""

import os
import time
from pathlib import Path

import click

from service.config import read_settings
from service.demos.kernel_cache import are_compiled, hold, kernel_cache_dir, mark_compiled, sweep


@click.command()
def warm_up() -> None:
    """Compile the loops of the demos into STATE_DIR: once on a machine, and after upgrades that change them.

    Those of other editions are removed, unless a process still runs them.
    """
    state = read_settings().state_path
    kept = str(kernel_cache_dir(state))
    kernels = Path(os.environ.setdefault("NUMBA_CACHE_DIR", kept))  # numba reads it when it is first imported
    hold(kernels)
    if swept := sweep(state):
        click.echo(f"Removed the compiled loops of {swept} other {'edition' if swept == 1 else 'editions'}")
    if are_compiled(kernels):
        click.echo(f"The demos' loops are compiled: {kernels}")
        return
    click.echo("Compiling the demos' loops, once on this machine: a quarter of a minute or two")
    from service.demos.registry import DEMOS  # noqa: PLC0415  # not needed when there is nothing to do

    started = time.monotonic()
    for demo in DEMOS:
        if demo.lack() is None:
            demo.warm_up()
    mark_compiled(kernels)
    click.echo(f"Compiled in {time.monotonic() - started:.0f} s: {kernels}")
