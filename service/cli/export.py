"""coursegraph export: the whole graph, in other formats."""

import sys
from collections.abc import Callable, Iterator

import click

from service.cli.context import open_catalog
from service.config import read_settings
from service.export import GraphDocument, graph_document, to_graphml, to_json, to_json_ld, to_turtle
from service.graph import current

_PLAIN: dict[str, Callable[[GraphDocument], Iterator[bytes]]] = {"json": to_json, "graphml": to_graphml}
_LINKED: dict[str, Callable[[GraphDocument, str], Iterator[bytes]]] = {"json-ld": to_json_ld, "turtle": to_turtle}


@click.command()
@click.argument("format", type=click.Choice([*_PLAIN, *_LINKED]))
@click.option(
    "--base",
    default="http://127.0.0.1:8000/api/v1",
    show_default=True,
    help="Where the IRIs of linked data start: the address of the API, which then answers for each of them.",
)
def export(format: str, base: str) -> None:
    """Write the graph to standard output in FORMAT."""
    with open_catalog(read_settings()) as sessions, sessions() as session:
        document = graph_document(session, current(session))
        pieces = _PLAIN[format](document) if format in _PLAIN else _LINKED[format](document, base)
        for piece in pieces:
            sys.stdout.buffer.write(piece)
