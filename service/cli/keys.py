"""coursegraph key: make, list and revoke API keys."""

from collections.abc import Sequence
from datetime import datetime

import click
import orjson
from rich.console import Console
from rich.table import Table

from service.catalog import keys
from service.catalog.models import ApiKey
from service.cli.context import open_catalog
from service.config import read_settings
from service.curation.keys import issue
from service.curation.keys import revoke as revoke_key

ACTOR = "cli"
MOST = 100_000
COLUMNS = ("id", "name", "scope", "created_at", "expires_at", "revoked_at", "last_used_at")


@click.group()
def key() -> None:
    """Make, list and revoke API keys."""


@key.command()
@click.option("--scope", type=click.Choice(keys.SCOPES), required=True, help="What the key opens.")
@click.option("--name", required=True, help="Whose key it is, for the audit.")
@click.option("--expires-in-days", type=float, help="Days until it is refused; without it, it does not expire.")
def create(scope: str, name: str, expires_in_days: float | None) -> None:
    """Make a key and print it, this once; only its hash is kept."""
    with open_catalog(read_settings()) as sessions, sessions.begin() as session:
        issued = issue(session, ACTOR, scope, name, expires_in_days)
    click.echo(issued.key)
    click.echo(f"This is key {issued.record.id}. Keep it: it cannot be shown again.", err=True)


@key.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_keys(as_json: bool) -> None:
    """List the keys, the newest first, also those that are no more; never the keys themselves."""
    with open_catalog(read_settings()) as sessions, sessions() as session:
        found, _, _ = keys.listed(session, None, MOST)
    if as_json:
        click.echo(orjson.dumps([_told(record) for record in found]))
    else:
        _print(found)


@key.command()
@click.argument("id", type=click.IntRange(1, 2**31 - 1))
def revoke(id: int) -> None:
    """Revoke the key with this number: it is refused from the next request on."""
    with open_catalog(read_settings()) as sessions, sessions.begin() as session:
        record = revoke_key(session, ACTOR, id)
    click.echo(f"Key {id} ({record.name}) is revoked.")


def _told(record: ApiKey) -> dict[str, object]:
    return {name: getattr(record, name) for name in COLUMNS} | {"status": keys.status(record)}


def _print(found: Sequence[ApiKey]) -> None:
    table = Table("id", "name", "scope", "status", "expires", "last used")
    for record in found:
        moments = _moment(record.expires_at), _moment(record.last_used_at)
        table.add_row(str(record.id), record.name, record.scope, keys.status(record), *moments)
    Console().print(table)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"
