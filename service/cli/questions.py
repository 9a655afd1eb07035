"""coursegraph ask: answers in words on the terminal."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from service.ask import Library, Question, Reply, reply
from service.catalog.vocabulary import load_vocabulary
from service.cli.context import open_catalog
from service.config import read_settings
from service.demos.registry import DEMOS
from service.graph import current
from service.options import retrieval


@click.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 20), default=5, show_default=True, help="Most resources to name.")
@click.option("--as-written", is_flag=True, help="Leave misspelled words as they are.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer, its sources and the resources as JSON.")
def ask(question: Sequence[str], limit: int, as_written: bool, as_json: bool) -> None:
    """Answer a question such as "what should I know before CNNs?"."""
    settings = read_settings()
    vocabulary = load_vocabulary(settings.vocabulary_path)
    with open_catalog(settings) as sessions, sessions() as session:
        library = Library(session, current(session), vocabulary, DEMOS, retrieval(settings))
        replied = reply(library, Question(" ".join(question), correct=not as_written, limit=limit))
    if as_json:
        click.echo(json.dumps(_as_json(replied), indent=2, ensure_ascii=False))
    else:
        _print(replied)


def _as_json(replied: Reply) -> dict[str, Any]:
    return {
        "answer": replied.answer,
        "claims": [asdict(claim) for claim in replied.claims],
        "citations": [asdict(citation) for citation in replied.citations],
        "interpretation": asdict(replied.interpretation),
        "resources": [json.loads(card) for card in replied.resources],
        "demo": replied.demo.id if replied.demo else None,
    }


def _print(replied: Reply) -> None:
    for correction in replied.interpretation.corrections:
        click.echo(f"(“{correction.written}” is read as “{correction.read_as}”; --as-written leaves it.)")
    for claim in replied.claims:
        click.echo(str(claim))
    if replied.demo:
        click.echo(f"To see it: coursegraph demo {replied.demo.id}")
    if replied.citations:
        click.echo()
    for citation in replied.citations:
        click.echo(f"[{citation.number}] {citation.page}, line {citation.line}: {citation.url}")
