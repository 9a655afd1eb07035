"""The index follows the catalog, outlives any death of its writer, and is never the reason for a wrong answer."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import models, revisions
from service.catalog.database import open_database, open_sessions
from service.catalog.models import now
from service.catalog.wanted import EVERYTHING
from service.errors import IndexUnavailable, ModelUnavailable
from service.search.index import folder as folders
from service.search.index.embed import embed_some
from service.search.index.follow import bring_up_to_date, repair
from service.search.index.read import IndexReader, OpenIndex
from service.search.index.write import Place, rebuild, update

CARD = (
    '{{"title":"{title}","mentions":[],"notes":[],"authors":[],"publisher":null,"host":"a.example",'
    '"topics":[{{"id":"soil","label":"Soil"}}],"media_type":"video","language":null,"year":null,"is_free":null}}'
)


class Letters:
    """Stands for a model: texts with the same letters are near each other."""

    version = "letters@1"
    dimensions = 384

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.embedded += texts
        counts = np.array([[text.lower().count(chr(97 + i % 26)) - 0.5 for i in range(384)] for text in texts])
        return (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def sessions(sqlite_url: str) -> sessionmaker[Session]:
    made = open_sessions(open_database(sqlite_url))
    with made.begin() as session:
        session.add(models.Topic(id="soil", label="Soil"))
        session.flush()
        session.add(models.TopicName(topic_id="soil", name="Soil", folded="soil", kind="label"))
    for number, title in enumerate(("Compost heaps", "Worms at work", "Clay and sand"), 1):
        put(made, number, title)
    return made


def put(sessions: sessionmaker[Session], number: int, title: str, status: str = "active") -> None:
    """Write a resource, as writers do: one more revision."""
    with sessions.begin() as session:
        revisions.lock(session)
        values = {"id": f"r{number}", "url": f"https://a.example/{number}", "host": "a.example", "media_type": "video"}
        row = models.Resource(number=number, title=title, status=status, card=CARD.format(title=title), **values)
        row.updated_at = now()
        session.merge(row)
        session.flush()
        link = models.ResourceTopic(topic_id="soil", resource_number=number, media_type="video")
        session.merge(link)
        revisions.advance(session, "test", "write", f"resource:r{number}", {})


@pytest.fixture
def place(tmp_path: Path, sessions: sessionmaker[Session]) -> Place:
    return Place(tmp_path / "index", sessions)


def opened(place: Place) -> OpenIndex:
    with place.sessions() as session:
        return IndexReader(place.folder).open(session)


def found(place: Place, *words: str) -> set[int]:
    return {hit.number for hit in opened(place).words.search(words, EVERYTHING, 100)}


def test_it_is_made_when_there_is_none(place: Place) -> None:
    assert update(place)

    assert found(place, "worms") == {2}
    assert found(place, "soil") == {1, 2, 3}  # by their topic


def test_it_follows_what_is_added_changed_and_removed(place: Place) -> None:
    update(place)
    put(place.sessions, 4, "Moles")
    put(place.sessions, 2, "Beetles")
    put(place.sessions, 1, "Compost heaps", status="gone")

    assert update(place)
    assert not update(place)

    assert [found(place, word) for word in ("moles", "beetles", "worms", "compost")] == [{4}, {2}, set(), set()]
    assert folders.current(place.folder).name == "1"  # changed, not made anew


def test_what_changes_after_a_clock_was_set_back_is_found(place: Place) -> None:
    update(place)
    put(place.sessions, 4, "Moles")
    with place.sessions.begin() as session:
        last = session.scalars(select(models.AuditEntry).order_by(models.AuditEntry.id.desc()).limit(1)).one()
        last.at -= timedelta(hours=1)
        session.get_one(models.Resource, 4).updated_at -= timedelta(hours=1)

    update(place)

    assert found(place, "moles") == {4}


def test_a_topic_that_gets_another_name_is_found_by_it(place: Place) -> None:
    update(place)
    with place.sessions.begin() as session:
        session.add(models.TopicName(topic_id="soil", name="Humus", folded="humus", kind="synonym"))
        session.get_one(models.Topic, "soil").updated_at = now()
        revisions.advance(session, "test", "name", "topic:soil", {})

    update(place)

    assert found(place, "humus") == {1, 2, 3}


def test_an_open_index_stays_as_it_is_while_another_is_made(place: Place) -> None:
    update(place)
    reader = IndexReader(place.folder)
    with place.sessions() as session:
        before = reader.open(session)
    put(place.sessions, 4, "Moles")

    rebuild(place)

    assert before.words.search(["moles"], EVERYTHING, 10) == []
    with place.sessions() as session:
        assert len(reader.open(session).words.search(["moles"], EVERYTHING, 10)) == 1


def test_vectors_are_computed_once_and_follow_changes(place: Place) -> None:
    letters = Letters()
    assert bring_up_to_date(place, letters)
    assert len(letters.embedded) == 3
    put(place.sessions, 2, "Zzz zzz")
    put(place.sessions, 3, "Clay and sand", status="hidden")

    bring_up_to_date(place, letters)
    rebuild(place)
    bring_up_to_date(place, letters)

    assert len(letters.embedded) == 4
    vectors = opened(place).vectors
    assert vectors.size == 2
    assert vectors.nearest(letters.embed(["zzz"])[0], 1)[0][0] == 2


def test_another_model_computes_its_own_vectors(place: Place) -> None:
    bring_up_to_date(place, Letters())
    other = Letters()
    other.version = "letters@2"

    bring_up_to_date(place, other)

    assert len(other.embedded) == 3
    assert opened(place).manifest.model == "letters@2"


def test_without_a_model_the_words_are_indexed_all_the_same(place: Place) -> None:
    class Missing(Letters):
        def embed(self, texts: Sequence[str]) -> np.ndarray:
            raise ModelUnavailable("no weights")

    with pytest.raises(ModelUnavailable):
        bring_up_to_date(place, Missing())

    assert found(place, "worms") == {2}


def test_one_process_writes(place: Place) -> None:
    with folders.writing(place.folder) as first, folders.writing(place.folder) as second:
        assert (first, second) == (True, False)
        assert not bring_up_to_date(place, Letters())


def test_the_index_of_another_catalog_is_not_read(place: Place, sessions: sessionmaker[Session]) -> None:
    update(place)
    with sessions.begin() as session:
        session.get_one(models.AuditEntry, 1).at = now()

    with pytest.raises(IndexUnavailable, match="another catalog"):
        opened(place)
    update(place)

    assert found(place, "worms") == {2}


@pytest.mark.parametrize("pattern", ["words/*.idx", "words/*.term", "words/meta.json", "vectors-*", "manifest.json"])
@pytest.mark.parametrize("damage", ["removed", "cut", "overwritten"])
def test_a_damaged_index_is_made_anew(place: Place, pattern: str, damage: str) -> None:
    bring_up_to_date(place, Letters())
    for path in folders.current(place.folder).glob(pattern):
        content = path.read_bytes()
        if damage == "removed":
            path.unlink()
        else:
            path.write_bytes(content[:-9] if damage == "cut" else b"\xff" + content[1:])

    bring_up_to_date(place, Letters())

    assert found(place, "worms") == {2}
    assert opened(place).vectors.size == 3


def test_a_reader_that_finds_damage_lets_the_writer_know(place: Place) -> None:
    update(place)
    shutil.rmtree(folders.current(place.folder) / "words")

    with pytest.raises(IndexUnavailable):
        opened(place)
    assert folders.is_suspect(place.folder)
    update(place)

    assert not folders.is_suspect(place.folder)
    assert found(place, "worms") == {2}


def test_a_folder_that_is_sound_is_left_alone(place: Place) -> None:
    update(place)

    repair(place)

    assert folders.current(place.folder).name == "1"


WRITERS_THAT_DIE = """
import os, signal, sys, time
from pathlib import Path
from service.catalog.database import open_database, open_sessions
from service.search.index.embed import embed_some
from service.search.index.follow import repair
from service.search.index.folder import writing
from service.search.index.write import Place, rebuild, update
sys.path.insert(0, sys.argv[3])
from test_search_index import Letters, put

def write(turn):
    place = Place(Path(sys.argv[2]), open_sessions(open_database(sys.argv[1])))
    with writing(place.folder) as is_ours:
        assert is_ours
        repair(place)
        for number in range(10_000):
            put(place.sessions, (turn + number) % 40 + 1, f"Title number {number}")
            update(place)
            embed_some(place, Letters())
            if number % 5 == 4:
                rebuild(place)

for turn in range(int(sys.argv[4])):
    writer = os.fork()
    if not writer:
        write(turn)
    time.sleep(0.02 + 0.017 * turn)
    os.kill(writer, signal.SIGKILL)
    assert os.waitpid(writer, 0)[1] == signal.SIGKILL
    print("killed", flush=True)
"""


def test_the_index_outlives_the_death_of_its_writer_at_any_moment(place: Place, sqlite_url: str) -> None:
    """Each of the writers dies a little later than the one before; a reader finds no fault meanwhile."""
    bring_up_to_date(place, Letters())
    reader = IndexReader(place.folder)
    deaths = 30
    arguments = [sqlite_url, str(place.folder), str(Path(__file__).parent), str(deaths)]
    with subprocess.Popen([sys.executable, "-c", WRITERS_THAT_DIE, *arguments], stdout=subprocess.PIPE) as writers:
        assert writers.stdout is not None
        for _ in range(deaths):
            assert writers.stdout.readline() == b"killed\n"
            with place.sessions() as session:
                assert reader.open(session).words.search(["soil"], EVERYTHING, 100)
    assert not folders.is_suspect(place.folder)

    bring_up_to_date(place, Letters())

    with place.sessions() as session:
        stored = {row.number: row.title for row in session.query(models.Resource)}
        last = reader.open(session)
    assert (last.words.size, last.vectors.size) == (len(stored), len(stored))
    assert all(number in found(place, *title.split()) for number, title in stored.items())


def test_embedding_goes_on_where_it_stopped(place: Place) -> None:
    update(place)
    letters = Letters()

    assert embed_some(place, letters)
    assert not embed_some(place, letters)

    assert len(letters.embedded) == 3
