"""A catalog becomes a file, while others read and write it."""

from pathlib import Path

from service import __version__
from service.backup.archive import ArchiveWriter, Manifest, Progress
from service.backup.whole_file import whole_file
from service.catalog.models import now
from service.catalog.raw_tables import RawReader


def save(catalog: RawReader, path: Path, progress: Progress) -> Manifest:
    """Write all that the catalog holds to a file; BackupError when that cannot be done."""
    with whole_file(path) as file:
        archive = ArchiveWriter(file)
        tables = [archive.add(name, columns, catalog.rows(name), progress) for name, columns in catalog.columns.items()]
        manifest = Manifest(__version__, catalog.schema, catalog.revision, now().isoformat(), tables)
        archive.finish(manifest)
    return manifest
