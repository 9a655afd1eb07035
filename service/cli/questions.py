"""coursegraph ask, path: the graph's answers on the terminal."""

import json
from collections.abc import Sequence
from typing import Any

import click

from service.catalog.best_resources import Preference
from service.catalog.vocabulary import load_vocabulary
from service.cli.context import open_catalog
from service.config import read_settings
from service.graph import KnowledgeGraph, current
from service.recommend.path import LearningPath, learning_path
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


@click.command()
@click.argument("topic")
@click.option("--known", multiple=True, metavar="TOPIC", help="A topic that is known already; may be repeated.")
@click.option("--prefer", metavar="MEDIA_TYPE", help="The media type to learn from where there is a choice.")
def path(topic: str, known: Sequence[str], prefer: str | None) -> None:
    """Plan what to learn, in which order, to get to TOPIC: an id, a name or an alias."""
    settings = read_settings()
    vocabulary = load_vocabulary(settings.vocabulary_path)
    media_type = vocabulary.media_type_named(prefer) if prefer else None
    if prefer and not media_type:
        raise click.BadParameter(f"{prefer!r} is no media type; there are {', '.join(vocabulary.media_types)}.")
    with open_catalog(settings) as sessions, sessions() as session:
        graph = current(session)
        target, *learnt = (graph.resolve(name) or name for name in (topic, *known))
        preference = Preference(media_types=(media_type,) if media_type else ())
        found = learning_path(session, graph, target, learnt, preference)
        _print_path(graph, found)


def _print_path(graph: KnowledgeGraph, found: LearningPath) -> None:
    if not found.items:
        click.echo("Nothing is left to learn.")
    for place, step in enumerate(found.items, 1):
        click.echo(f"{place}. {graph.label(step.topic)} ({step.topic})\n   {step.why}")
        if step.resource:
            card = json.loads(step.resource)
            click.echo(f"   {card['title']} ({card['media_type']}): {card['url']}")


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
