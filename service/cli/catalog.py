"""coursegraph db, settings: the commands about the service itself."""

from dataclasses import fields

import click

from service.cli.context import open_catalog
from service.config import PREFIX, Settings, read_settings


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
