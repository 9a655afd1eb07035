"""What a check of links found, on the terminal or as JSON."""

import json
from collections.abc import Sequence
from typing import Any

import click

from service.catalog.link_checks import RESULTS, Checked
from service.cli.link_checking import LinkCheck

MOST_LINES = 100


def print_report(check: LinkCheck, found: Sequence[Checked], *, as_json: bool) -> None:
    """What was found: for people, the troubles alone."""
    if as_json:
        counts = {result: check.counts[result] for result in RESULTS}
        items = [_item(one) for one in found]
        told = {"id": check.run.id, "total": check.total, "checked": len(found), "counts": counts, "items": items}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    if not check.total:
        click.echo("No link is due for a check; --older-than-days 0 checks all.")
        return
    said = ", ".join(f"{check.counts[result]} {result}" for result in RESULTS if check.counts[result])
    click.echo(f"{len(found)} of {check.total} links checked: {said or 'none'}")
    _print_troubles(found)
    _print_news(check, found)


def _item(one: Checked) -> dict[str, Any]:
    names = ("result", "status_code", "final_url", "moved_to", "ms", "error")
    told = {name: getattr(one.finding, name) for name in names}
    broken = one.link.is_broken if one.is_broken is None else one.is_broken
    last = {"is_broken": broken, "archive_url": one.archive_url}
    return {"resource_id": one.link.id, "url": one.link.url, **told, **last}


def _print_troubles(found: Sequence[Checked]) -> None:
    """What is not ok, under what is wrong with it."""
    troubles: dict[str, list[str]] = {}
    for one in sorted(found, key=lambda one: RESULTS.index(one.finding.result)):
        finding, moved = one.finding, one.finding.moved_to
        why = "" if moved else f": {finding.error or finding.status_code}"
        if finding.result != "ok":
            line = f"{one.link.url} -> {moved}" if moved else one.link.url
            troubles.setdefault(finding.result + why, []).append(line)
    lines = [line for trouble, urls in troubles.items() for line in (trouble, *(f"  {url}" for url in urls))]
    for line in lines[:MOST_LINES]:
        click.echo(line)
    if len(lines) > MOST_LINES:
        click.echo("  … --json prints all")


def _print_news(check: LinkCheck, found: Sequence[Checked]) -> None:
    broken = sum(one.is_broken is True and not one.link.is_broken for one in found)
    back = sum(one.is_broken is False and one.link.is_broken for one in found)
    waiting = sum(one.failing_since is not None and not one.is_broken and not one.link.is_broken for one in found)
    days = check.settings.link_check_broken_days
    if found and all(one.finding.result == "unreachable" for one in found):
        click.echo("No host answered at all: is this machine online? None of this counts as a failure.")
    elif waiting:
        click.echo(f"Failing, and broken if they still do after {days:g} days: {waiting}")
    if broken or back:
        click.echo(f"Broken now: {broken}; back again: {back}")
    if check.total > len(found):
        click.echo(f"Not checked: {check.total - len(found)}; the next call begins with them")
