"""The course page as it is ingested, and a conversation about it."""

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.ask import Library, Question, Reply, reply
from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.catalog.vocabulary import Vocabulary
from service.config import bundled
from service.demos.registry import DEMOS
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions
from service.search.before import from_json

Talk = Callable[..., Reply]


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[Session]:
    """The bundled course page; read it only."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('ask') / 'course.db'}")
    migrate(engine, bundled("migrations"))
    page = bundled("data") / "pages" / "lectures-2024.md"
    with open_sessions(engine)() as session:
        ingest(session, PageContent("lectures-2024", page.name, page.read_bytes()), vocabulary, IngestOptions())
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture
def library(course: Session, vocabulary: Vocabulary) -> Library:
    return Library(course, graph.current(course), vocabulary, DEMOS)


@pytest.fixture
def talk(library: Library) -> Talk:
    """One question after the other; the reply to the last one. What is kept in between is kept as JSON."""

    def talk_about(*questions: str) -> Reply:
        before = None
        for question in questions:
            replied = reply(library, Question(question, before))
            before = from_json(json.loads(json.dumps(replied.meant.as_json())))
        return replied

    return talk_about
