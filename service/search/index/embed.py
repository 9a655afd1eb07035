"""Vectors for the index: computed in bounded batches, kept in the catalog, laid out in chunk files."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from service import graph
from service.catalog import changed, embeddings, revisions
from service.catalog.changed import StoredResource
from service.catalog.embeddings import Embeds
from service.search.index.documents import Describer, IndexDocument
from service.search.index.folder import Manifest
from service.search.index.vectors import CHUNK_ROWS, Row, changed_chunk, read_chunk, write_chunk
from service.search.index.write import Place, Progress, keep, usable

BATCH = 64  # texts computed while the catalog's write lock is held: about 0.3 s on one core
ROWS_AT_ONCE = 2_048  # vectors held back before a chunk is written again


@dataclass
class _Fresh:
    """Vectors that no file holds yet."""

    media_types: list[str]
    rows: dict[int, dict[int, Row | None]] = field(default_factory=lambda: defaultdict(dict))  # chunk -> place

    def put(self, number: int, row: Row | None) -> None:
        chunk, place = divmod(number, CHUNK_ROWS)
        self.rows[chunk][place] = row

    def code(self, media_type: str) -> int:
        if media_type not in self.media_types:
            self.media_types.append(media_type)
        return self.media_types.index(media_type) + 1

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def embed_some(place: Place, embedder: Embeds, progress: Progress = lambda _: None) -> bool:
    """Give vectors to the next resources that lack them, some thousands; tell whether any did.

    Hold `folder.writing` meanwhile. What another model computed is dropped.
    """
    generation, manifest = usable(place)
    if manifest.model != embedder.version:
        manifest = replace(manifest, model=embedder.version, embedded_to=0, waiting=(), chunks={})
    fresh = _Fresh(list(manifest.media_types))
    while len(fresh) < ROWS_AT_ONCE:
        with place.sessions.begin() as session:
            done = _embed_batch(session, embedder, manifest, fresh)
        if done is manifest:
            break
        manifest = done
        progress(BATCH)
    if fresh.rows:
        _store(generation, manifest, fresh)
    return bool(fresh.rows)


def _embed_batch(session: Session, embedder: Embeds, manifest: Manifest, fresh: _Fresh) -> Manifest:
    """The manifest as of after the batch; the same one when nothing is left to do."""
    if manifest.waiting:
        batch, rest = manifest.waiting[:BATCH], manifest.waiting[BATCH:]
        rows = list(changed.stored(session, batch))
        done = replace(manifest, waiting=tuple(rest))
    else:
        rows = list(changed.active_after(session, manifest.embedded_to, BATCH))
        done = replace(manifest, embedded_to=rows[-1].number) if rows else manifest
    active = [row for row in rows if row.status == "active"]
    for row in rows:
        fresh.put(row.number, None)
    for document, vector in _vectors(session, embedder, active):
        fresh.put(document.number, Row(fresh.code(document.media_type), vector))
    return done


def _vectors(
    session: Session, embedder: Embeds, rows: Sequence[StoredResource]
) -> Sequence[tuple[IndexDocument, embeddings.Vector]]:
    if not rows:
        return []
    describer = Describer(graph.current(session))
    documents = [describer.describe(row) for row in rows]
    texts = [document.text for document in documents]
    found = embeddings.kept(session, embedder.version, texts)
    if len(found) < len(set(texts)):
        revisions.lock(session)
        return list(zip(documents, embeddings.embed_and_keep(session, embedder, texts), strict=True))
    return [(document, found[document.text]) for document in documents]


def _store(generation: Path, manifest: Manifest, fresh: _Fresh) -> None:
    """Write the chunks anew that have fresh rows, then the manifest that names them; then drop the old files."""
    chunks = dict(manifest.chunks)
    for chunk, rows in fresh.rows.items():
        old = chunks.get(str(chunk))
        name = _next_name(chunk, old)
        (generation / name).unlink(missing_ok=True)  # of a process that died before it was told of
        write_chunk(generation / name, changed_chunk(read_chunk(generation / old) if old else None, rows))
        chunks[str(chunk)] = name
    keep(generation, replace(manifest, chunks=chunks, media_types=tuple(fresh.media_types)))
    for path in generation.glob("vectors-*"):
        if path.name not in chunks.values():
            path.unlink()


def _next_name(chunk: int, old: str | None) -> str:
    edition = int(old.rsplit("-", 1)[1]) + 1 if old else 1
    return f"vectors-{chunk}-{edition}"
