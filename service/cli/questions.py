"""coursegraph ask: the graph's answers on the terminal."""

import json
from collections.abc import Sequence
from typing import Any

import click

from service.catalog.vocabulary import load_vocabulary
from service.cli.context import open_catalog
from service.config import read_settings
from service.graph import current
from service.search import Query, answer
from service.search.answer import Answer


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="Most resources to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the resources as JSON.")
def ask(question: Sequence[str], limit: int, as_json: bool) -> None:
    """Answer a question such as "videos on backprop"."""
    settings = read_settings()
    vocabulary = load_vocabulary(settings.vocabulary_path)
    with open_catalog(settings) as sessions, sessions() as session:
        found = answer(session, current(session), vocabulary, Query(" ".join(question), limit=limit))
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        _print(found)


def _as_json(found: Answer) -> dict[str, Any]:
    items = [{"resource": json.loads(hit.card), "score": hit.score, "why": hit.why} for hit in found.items]
    related = [
        {"resource": json.loads(near.card), "score": near.score, "relation": near.relation, "why": near.why}
        for near in found.related
    ]
    return {"message": found.message, "total": found.total, "items": items, "related": related}


def _print(found: Answer) -> None:
    click.echo(found.message)
    for hit in found.items:
        _print_resource(json.loads(hit.card), hit.why)
    if found.related:
        click.echo("\nClose to it:")
    for near in found.related:
        _print_resource(json.loads(near.card), near.why)


def _print_resource(card: dict[str, Any], why: str) -> None:
    by = f", by {', '.join(card['authors'])}" if card["authors"] else ""
    click.echo(f"\n  {card['title']} ({card['media_type']}{by})\n  {card['url']}\n  {why}")
