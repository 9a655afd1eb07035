"""coursegraph check-links: whether the resources' links still lead somewhere."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.catalog import link_check_runs as runs
from service.catalog.link_checks import Checked
from service.cli.context import open_catalog
from service.cli.index import index_changes
from service.cli.link_check_report import print_report
from service.cli.link_checking import LinkCheck
from service.config import read_settings
from service.ingest.link_check.checking import CheckOptions
from service.options import check_options


@click.command(name="check-links")
@click.option("--host", help="Only links to this host.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many links, those that wait longest.")
@click.option(
    "--older-than-days",
    type=click.FloatRange(min=0),
    help="Links that were not checked for so long (setting LINK_CHECK_AGAIN_DAYS); 0 checks all.",
)
@click.option("--ask-archive", is_flag=True, help="Ask archive.org for its copy of what is broken.")
@click.option("--json", "as_json", is_flag=True, help="Print every finding as JSON.")
def check_links(as_json: bool, ask_archive: bool, **wanted: Any) -> None:
    """Check the links that were not checked for a while, politely: one request at a time to a host.

    A resource is broken after two failures days apart, and back as soon as it answers. A moved link is proposed to
    curators, never changed.
    """
    settings = read_settings()
    with open_catalog(settings) as sessions, _signals() as stop:
        with sessions.begin() as session:
            run = runs.begin(session, "cli", f"{socket.gethostname()}:{os.getpid()}", runs.scope(**wanted))
        check = LinkCheck(sessions, run, settings)
        options = check_options(settings, ask_archive=ask_archive)
        found, is_done = _work_off(check, options, stop)
        with sessions.begin() as session:
            runs.finish(session, run, "succeeded" if is_done else "cancelled")
        if check.has_changed:
            index_changes(sessions, settings)
    print_report(check, found, as_json=as_json)
    if not is_done:
        click.echo("coursegraph: interrupted; what was checked is kept, the next call goes on.", err=True)
        sys.exit(1)


def _work_off(check: LinkCheck, options: CheckOptions, stop: threading.Event) -> tuple[list[Checked], bool]:
    """All findings, and whether it came to its end."""
    found: list[Checked] = []
    with _bar() as bar:
        task = bar.add_task("Checking links", total=None)

        def show(total: int, batch: list[Checked]) -> None:
            found.extend(batch)
            bar.update(task, total=total, completed=len(found))

        return found, check.work_off(options, show, stop.is_set)


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def _signals() -> Iterator[threading.Event]:
    """Set when the terminal or the system asks us to end; asked twice, we end at once."""
    stop = threading.Event()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
