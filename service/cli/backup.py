"""coursegraph backup and restore: the whole catalog in one file, from any database and into any."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine

from service.backup.archive import Archive, Manifest
from service.backup.restore import check
from service.backup.restore import restore as restore_archive
from service.backup.save import save
from service.catalog.database import open_database
from service.catalog.raw_tables import reading, replacing
from service.catalog.schema import is_known_schema
from service.config import Settings, bundled, read_settings
from service.errors import BackupError
from service.heartbeats import signs
from service.search.index.folder import suspect

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def backup(file: Path, as_json: bool) -> None:
    """Write the whole catalog to FILE, while the service goes on: one moment of it, whatever is written meanwhile.

    FILE appears when it is whole. It holds the hashes of keys and the secrets of webhooks: only you can read it, and
    so should it stay.
    """
    started = time.monotonic()
    with _database(read_settings()) as engine, reading(engine) as catalog, _bar() as bar:
        task = bar.add_task("Writing", total=sum(map(catalog.count, catalog.columns)))
        manifest = save(catalog, file, lambda count: bar.advance(task, count))
    told = {"file": str(file), "bytes": file.stat().st_size, "seconds": round(time.monotonic() - started, 2)}
    _tell(f"{file}: {told['bytes']:,} bytes", manifest, told, as_json=as_json)


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Drop what the database holds; stop the service first.")
@click.option("--json", "as_json", is_flag=True, help="Print what was restored as JSON.")
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Make an empty database what FILE holds: all of it, or nothing when something goes wrong.

    FILE is checked first. It may come from an older version, and from SQLite as well as PostgreSQL.
    """
    settings, migrations = read_settings(), bundled("migrations")
    started = time.monotonic()
    if replace:
        _refuse_beside_a_server(settings)
    with _opened(file) as archive, _bar() as bar, _database(settings) as engine:
        task = bar.add_task("Checking", total=2 * archive.manifest.rows)
        check(archive, lambda schema: is_known_schema(migrations, schema), lambda count: bar.advance(task, count))
        bar.update(task, description="Restoring")
        with replacing(engine, migrations) as catalog:
            restore_archive(archive, catalog, replace=replace, progress=lambda count: bar.advance(task, count))
        suspect(settings.index_path)  # its writer makes it anew: it may be of what was there before
        told = {"file": str(file), "seconds": round(time.monotonic() - started, 2)}
        _tell(f"Restored {file}", archive.manifest, told, as_json=as_json)


def _refuse_beside_a_server(settings: Settings) -> None:
    """It would go on with what it remembers of the old catalog."""
    servers = [str(sign.pid) for sign in signs(settings.state_path) if sign.role == "web"]
    if servers:
        raise BackupError(f"A service runs on {settings.state_path} (web workers {', '.join(servers)}): stop it first.")


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    """As it is: a backup may be wanted before an upgrade."""
    engine = open_database(settings.resolved_database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _opened(file: Path) -> Iterator[Archive]:
    try:
        content = file.open("rb")
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}.") from error
    with closing(content):
        yield Archive(content)


def _bar() -> Progress:
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _tell(what: str, manifest: Manifest, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        rows = {entry.name: entry.rows for entry in manifest.tables}
        facts = {"schema": manifest.schema, "revision": manifest.revision, "created_at": manifest.created_at}
        click.echo(json.dumps({**told, **facts, "tables": rows}, indent=2))
    else:
        at = f"at revision {manifest.revision}, schema {manifest.schema}"
        click.echo(f"{what}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {at}.")
