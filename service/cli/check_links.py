"""coursegraph check-links: whether the resources' links still lead somewhere."""

import json
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
from service.catalog.link_checks import RESULTS, Checked
from service.cli.context import open_catalog
from service.cli.index import index_changes
from service.cli.link_checking import LinkCheck, scope
from service.config import read_settings
from service.options import check_options

MOST_SHOWN = 40


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
            run = runs.begin(session, "cli", f"{socket.gethostname()}:{os.getpid()}", scope(**wanted))
        check = LinkCheck(sessions, run, settings, check_options(settings, ask_archive=ask_archive))
        found, is_done = _perform(check, stop)
        if check.has_changed:
            index_changes(sessions, settings)
    _print(check, found, as_json=as_json)
    if not is_done:
        click.echo("coursegraph: interrupted; what was checked is kept, the next call goes on.", err=True)
        sys.exit(1)


def _perform(check: LinkCheck, stop: threading.Event) -> tuple[list[Checked], bool]:
    """All findings, and whether it came to its end."""
    found: list[Checked] = []
    status, error = "failed", "It stopped on an error."
    try:
        with _bar() as bar:
            task = bar.add_task("Checking links", total=None)

            def show(total: int, batch: list[Checked]) -> None:
                found.extend(batch)
                bar.update(task, total=total, completed=len(found))

            is_done = check.perform(show, stop.is_set)
        status, error = ("succeeded", None) if is_done else ("cancelled", "It was interrupted.")
    finally:
        with check.sessions.begin() as session:
            runs.finish(session, check.run, status, error)
    return found, is_done


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


def _print(check: LinkCheck, found: list[Checked], *, as_json: bool) -> None:
    if as_json:
        counts = {result: check.counts[result] for result in RESULTS}
        items = [_item(one) for one in found]
        told = {"id": check.run.id, "total": check.total, "checked": len(found), "counts": counts, "items": items}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    said = ", ".join(f"{check.counts[result]} {result}" for result in RESULTS if check.counts[result])
    click.echo(f"{len(found)} of {check.total} links checked{': ' + said if said else ''}")
    _print_worst(found)
    _print_news(check, found)


def _item(one: Checked) -> dict[str, Any]:
    finding = one.finding
    names = ("result", "status_code", "final_url", "moved_to", "ms", "error")
    told = {name: getattr(finding, name) for name in names}
    broken = one.link.is_broken if one.is_broken is None else one.is_broken
    return {
        "resource_id": one.link.id,
        "url": one.link.url,
        **told,
        "is_broken": broken,
        "archive_url": one.archive_url,
    }


def _print_worst(found: list[Checked]) -> None:
    worst = sorted((one for one in found if one.finding.result != "ok"), key=lambda one: one.finding.result)
    for one in worst[:MOST_SHOWN]:
        finding = one.finding
        why = finding.moved_to or finding.error or finding.status_code
        click.echo(f"  {finding.result:<11} {one.link.url}\n              {why}")
    if len(worst) > MOST_SHOWN:
        click.echo(f"  and {len(worst) - MOST_SHOWN} more; --json prints all")


def _print_news(check: LinkCheck, found: list[Checked]) -> None:
    broken = sum(one.is_broken is True and not one.link.is_broken for one in found)
    back = sum(one.is_broken is False and one.link.is_broken for one in found)
    waiting = sum(one.failing_since is not None and not one.is_broken and not one.link.is_broken for one in found)
    days = check.settings.link_check_broken_days
    if waiting:
        click.echo(f"Failing, and broken if they still do after {days:g} days: {waiting}")
    if broken or back:
        click.echo(f"Broken now: {broken}; back again: {back}")
    if check.total > len(found):
        click.echo(f"Not checked: {check.total - len(found)}; the next call begins with them")
