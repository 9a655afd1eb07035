"""A file becomes a catalog."""

from collections.abc import Callable, Iterable, Iterator

from service.backup.archive import Archive, Progress, Row
from service.catalog.raw_tables import RawWriter
from service.errors import BackupError


def check(archive: Archive, is_known_schema: Callable[[str], bool], progress: Progress) -> None:
    """Raise BackupError unless the file is whole, and of a schema that this version knows."""
    manifest = archive.manifest
    if not is_known_schema(manifest.schema):
        raise BackupError(
            f"The backup has the schema {manifest.schema}, of a newer Coursegraph ({manifest.version}): "
            "this version does not know it."
        )
    archive.check(progress)


def restore(archive: Archive, catalog: RawWriter, *, replace: bool, progress: Progress) -> None:
    """Make the catalog what a checked file says; BackupError when it holds something already, unless `replace`."""
    if not replace and not catalog.is_empty():
        raise BackupError("The database holds a catalog already. Restore into an empty one, or say --replace.")
    schema = archive.manifest.schema
    catalog.build(schema)
    for entry in archive.manifest.tables:
        if list(catalog.columns.get(entry.name, ())) != list(entry.columns):
            raise BackupError(f"The backup's table {entry.name} is not the one of the schema {schema}.")
        catalog.write(entry.name, _counted(archive.rows(entry.name), progress))
    catalog.finish()


def _counted(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    for row in rows:
        yield row
        progress(1)
