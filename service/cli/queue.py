"""coursegraph queue: what needs a person, on the terminal."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from service.catalog import pages
from service.catalog.queue import KINDS, QueueFilter
from service.cli.context import open_catalog
from service.config import read_settings
from service.curation.queue import Item, Stretch, list_queue


@click.command()
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind; may be repeated.")
@click.option("--page", help="Only what concerns this page.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Most questions to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the questions as JSON.")
def queue(kinds: Sequence[str], page: str | None, limit: int, as_json: bool) -> None:
    """List what needs a person, the worst first; POST /api/v1/curation/batches decides."""
    with open_catalog(read_settings()) as sessions, sessions() as session:
        if page is not None and not pages.is_known(session, page):
            raise click.BadParameter(f"there is no page {page!r}", param_hint="--page")
        found = list_queue(session, QueueFilter(tuple(kinds), page), limit=limit)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        _print(found)


def _as_json(found: Stretch) -> dict[str, Any]:
    return {"total": found.total, "counts": dict(found.counts), "items": [asdict(item) for item in found.items]}


def _print(found: Stretch) -> None:
    if not found.total:
        click.echo("Nothing needs you.")
        return
    table = Table("Sure", "Question", "Where", box=None, pad_edge=False, header_style="bold")
    for item in found.items:
        table.add_row(f"{item.confidence:.2f}", f"{item.question}\n{item.id}", _where(item))
    Console(markup=False, highlight=False).print(table)  # titles from pages are no markup
    counted = ", ".join(f"{count} {kind}" for kind, count in found.counts.items())
    click.echo(f"{len(found.items)} of {found.total}, those first that we are least sure of ({counted}).")


def _where(item: Item) -> str:
    places = (f"{shown.page}:{shown.line}" for shown in item.evidence if shown.page)
    return "\n".join(list(dict.fromkeys(places))[:2])
