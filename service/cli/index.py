"""coursegraph index: the search index, beside the catalog."""

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session, sessionmaker

from service.cli.context import open_catalog
from service.config import Settings, read_settings
from service.errors import Unavailable
from service.options import search_embedder
from service.search.index.folder import check, writing
from service.search.index.follow import bring_up_to_date
from service.search.index.write import Place, rebuild, usable


@click.group()
def index() -> None:
    """Look after the search index. `coursegraph serve` keeps it up to date by itself."""


@index.command(name="rebuild")
def rebuild_index() -> None:
    """Make the index anew; the old one serves until the new one is there."""
    settings = read_settings()
    with open_catalog(settings) as sessions:
        place = _place(settings, sessions)
        with writing(place.folder) as is_ours:
            if not is_ours:
                raise click.ClickException("Another process writes the index, and keeps it up to date.")
            rebuild(place)
        _report(_bring_up_to_date(place, settings))


@index.command(name="update")
def update_index() -> None:
    """Bring the index up to the catalog's revision; a damaged one is made anew."""
    settings = read_settings()
    with open_catalog(settings) as sessions:
        _report(_bring_up_to_date(_place(settings, sessions), settings))


@index.command(name="check")
def check_index() -> None:
    """Read every file of the index, and say whether it is whole."""
    settings = read_settings()
    with open_catalog(settings) as sessions:
        generation, manifest = usable(_place(settings, sessions))
    check(generation, manifest)
    click.echo(f"The index is whole, at revision {manifest.revision}.")


def index_changes(sessions: sessionmaker[Session], settings: Settings) -> None:
    """After an ingest: index what is new, unless a server runs that does. To lack the model is no failure."""
    _bring_up_to_date(_place(settings, sessions), settings)


def _place(settings: Settings, sessions: sessionmaker[Session]) -> Place:
    return Place(settings.index_path, sessions)


def _bring_up_to_date(place: Place, settings: Settings) -> bool:
    """Whether this process was the one to do it."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Indexing", total=None)
        try:
            return bring_up_to_date(place, search_embedder(settings), lambda count: bar.advance(task, count))
        except Unavailable as error:
            click.echo(f"coursegraph: {error} The index has words, and no new vectors.", err=True)
            return True


def _report(is_ours: bool) -> None:
    click.echo("The index is up to date." if is_ours else "Another process writes the index, and keeps it up to date.")
