"""Writing the index: made anew beside the old one, or brought up to the catalog's revision."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from service import graph
from service.catalog import changed, revisions
from service.errors import IndexUnavailable
from service.search.index import folder as folders
from service.search.index.documents import Describer
from service.search.index.folder import WORDS, Manifest
from service.search.index.lexical import LexicalReader, LexicalWriter, create

STRETCH = 5_000  # resources read at a time
# Changes are found by their time. Machines' clocks differ, and are set back: to index a resource twice does no harm.
CLOCKS_DIFFER_BY = timedelta(minutes=1)
NEVER = datetime.min.replace(year=1970).isoformat() + "+00:00"

Progress = Callable[[int], object]  # how many resources more are done


@dataclass(frozen=True)
class Place:
    """Where the index lies, and sessions on the catalog that it is of."""

    folder: Path
    sessions: sessionmaker[Session]


def rebuild(place: Place, progress: Progress = lambda _: None) -> Manifest:
    """Make a generation of all active resources' words, and let readers have it. Hold `folder.writing` meanwhile."""
    generation = folders.new_generation(place.folder)
    create(generation / WORDS)
    with place.sessions() as session:
        manifest = _now(session)
        writer = LexicalWriter(generation / WORDS)
        describer = Describer(graph.current(session))
        after = 0
        while rows := changed.active_after(session, after, STRETCH):
            writer.add(map(describer.describe, rows))
            after = rows[-1].number
            progress(len(rows))
        writer.finish()
    manifest = keep(generation, manifest)
    folders.publish(place.folder, generation)
    return manifest


def update(place: Place) -> bool:
    """Bring the words up to the catalog's revision; tell whether there was anything to do.

    An index that is missing, damaged or of another catalog is made anew. Hold `folder.writing` meanwhile.
    """
    try:
        return _follow(place, *usable(place))
    except IndexUnavailable:
        rebuild(place)
        return True


def _follow(place: Place, generation: Path, manifest: Manifest) -> bool:
    with place.sessions() as session:
        now = _now(session)
        if now.revision == manifest.revision:
            return False
        numbers = _changed(session, manifest)
        _rewrite(session, generation, numbers)
    waiting = {*manifest.waiting, *(number for number in numbers if number <= manifest.embedded_to)}
    fresh = replace(manifest, revision=now.revision, changed_until=now.changed_until, waiting=tuple(sorted(waiting)))
    keep(generation, fresh)
    return True


def usable(place: Place) -> tuple[Path, Manifest]:
    """The current generation, if it is sound and of this catalog; else IndexUnavailable."""
    generation = folders.current(place.folder)
    manifest = folders.read_manifest(generation)
    if folders.is_suspect(place.folder):
        raise IndexUnavailable("A reader found the search index damaged.")
    LexicalReader(generation / WORDS)
    with place.sessions() as session:
        now = _now(session)
    is_of_the_past = now.revision < manifest.revision or now.changed_until < manifest.changed_until
    if now.origin != manifest.origin or is_of_the_past:  # the latter after a backup was restored
        raise IndexUnavailable("The search index is of another catalog.")
    return generation, manifest


def keep(generation: Path, manifest: Manifest) -> Manifest:
    """Write the manifest, with the checksums of all files that are there."""
    kept = replace(manifest, checksums=folders.checksums(generation, manifest))
    folders.write_manifest(generation, kept)
    return kept


def _now(session: Session) -> Manifest:
    """What a generation would hold that is made now. Read first: what is committed later counts as changed again."""
    last = changed.last_change(session)
    return Manifest(
        origin=revisions.origin(session),
        revision=revisions.current(session),
        changed_until=NEVER if last is None else last.isoformat(),
    )


def _changed(session: Session, manifest: Manifest) -> Collection[int]:
    """The numbers of resources that say something else since, or whose topics have other names or places."""
    known = datetime.fromisoformat(manifest.changed_until)
    since = min(known, changed.first_write_after(session, manifest.revision) or known) - CLOCKS_DIFFER_BY
    renamed = changed.topics_changed_since(session, since)
    known_topics = graph.current(session)  # a moment later: one of them may be gone already
    topics = known_topics.with_narrower(id for id in renamed if id in known_topics.topics)
    return {*changed.resources_changed_since(session, since), *changed.numbers_under(session, topics)}


def _rewrite(session: Session, generation: Path, numbers: Collection[int]) -> None:
    writer = LexicalWriter(generation / WORDS)
    describer = Describer(graph.current(session))
    ordered: Sequence[int] = sorted(numbers)
    for start in range(0, len(ordered), STRETCH):
        stretch = ordered[start : start + STRETCH]
        writer.remove(stretch)
        rows = changed.stored(session, stretch)
        writer.add(describer.describe(row) for row in rows if row.status == "active")
    writer.finish()
