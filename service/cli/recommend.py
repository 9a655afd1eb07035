"""coursegraph recommend: what to learn from next, on the terminal."""

import json
from collections.abc import Sequence
from typing import Any

import click

from service.catalog.vocabulary import load_vocabulary
from service.cli.context import open_catalog
from service.cli.paths import learner_options, preference
from service.config import read_settings
from service.graph import current
from service.inference.minilm import VERSION
from service.recommend.learner import Learner
from service.recommend.recommendations import Recommendations
from service.recommend.recommendations import recommend as find_recommendations


@click.command()
@learner_options
@click.option("--goal", "goals", multiple=True, metavar="TOPIC", help="A topic to come to; may be repeated.")
@click.option("--seen", multiple=True, metavar="ID", help="A resource that is not to be shown again; may be repeated.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True, help="Most resources to show.")
@click.option("--json", "as_json", is_flag=True, help="Print the resources as JSON.")
def recommend(
    known: Sequence[str], goals: Sequence[str], seen: Sequence[str], limit: int, as_json: bool, **preferred: Any
) -> None:
    """Recommend what to learn from next; what one is ready for comes first."""
    settings = read_settings()
    wanted = preference(load_vocabulary(settings.vocabulary_path), **preferred)
    with open_catalog(settings) as sessions, sessions() as session:
        graph = current(session)
        learnt, aims = (tuple(graph.resolve(name) or name for name in names) for names in (known, goals))
        learner = Learner(known=learnt, goals=aims, seen=tuple(seen), prefer=wanted)
        found = find_recommendations(session, graph, learner, limit, VERSION)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=2, ensure_ascii=False))
    else:
        _print(found)


def _as_json(found: Recommendations) -> dict[str, Any]:
    items = [
        {
            "resource": json.loads(one.resource),
            "topic": one.topic,
            "score": one.score,
            "why": one.why,
            "is_ready": one.is_ready,
        }
        for one in found.items
    ]
    return {"message": found.message, "items": items}


def _print(found: Recommendations) -> None:
    for place, one in enumerate(found.items, 1):
        card = json.loads(one.resource)
        click.echo(f"{place}. {card['title']} ({card['media_type']}): {card['url']}\n   {one.why}")
    click.echo(found.message)
