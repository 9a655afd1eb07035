"""coursegraph key, db, settings: the commands about the service itself."""

from dataclasses import fields

import click

from service.catalog import keys
from service.cli.context import open_catalog
from service.config import PREFIX, Settings, read_settings


@click.group()
def key() -> None:
    """Make API keys."""


@key.command()
@click.option("--scope", type=click.Choice(keys.SCOPES), required=True, help="What the key opens.")
@click.option("--name", default="cli", show_default=True, help="Whose key it is, for the audit.")
def create(scope: str, name: str) -> None:
    """Make a key and print it, this once; only its hash is kept."""
    with open_catalog(read_settings()) as sessions, sessions.begin() as session:
        made = keys.create(session, scope, name)
    click.echo(made)
    click.echo("Keep it: it cannot be shown again.", err=True)


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the schema up to this version; every command does so by itself."""
    settings = read_settings()
    with open_catalog(settings):
        click.echo("The schema is up to date.")


@click.command()
def settings() -> None:
    """List the settings, their values now, and what they mean."""
    current = read_settings()
    for setting in fields(Settings):
        value = getattr(current, setting.name)
        mark = "" if value == setting.default else f"  (default {setting.default!r})"
        click.echo(f"{PREFIX}{setting.name.upper()}={value}{mark}\n    {setting.metadata['help']}")
