"""The course page's graph, and a small one with everything awkward in it, as documents to export."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.catalog.vocabulary import Vocabulary
from service.config import bundled
from service.export import GraphDocument, graph_document
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

COURSE_PAGE = bundled("data") / "pages" / "lectures-2024.md"

AWKWARD = """# Cooking & "more", a course

## Stocks
* A <tag> & an ampersand: [Bones](https://example.org/bones?a=1&b=2), 5 minutes, in Hebrew

## Überraschung / Émincé
* [Émincé from stocks](https://example.org/a%20b) by Ada Lovelace, 2017, free
* Requires: Stocks
* <a href="https://example.org/search?q={x}|y^z`">Braces</a>
"""


@pytest.fixture
def empty_session() -> Iterator[Session]:
    engine = open_database("sqlite://")
    migrate(engine, bundled("migrations"))
    with open_sessions(engine)() as session:
        yield session
    engine.dispose()


def _document(session: Session, vocabulary: Vocabulary, name: str, content: bytes) -> GraphDocument:
    ingest(session, PageContent(name, f"{name}.md", content), vocabulary, IngestOptions())
    session.commit()
    return graph_document(session, graph.current(session))


@pytest.fixture
def course(empty_session: Session, vocabulary: Vocabulary) -> GraphDocument:
    return _document(empty_session, vocabulary, "lectures-2024", COURSE_PAGE.read_bytes())


@pytest.fixture
def awkward(empty_session: Session, vocabulary: Vocabulary) -> GraphDocument:
    return _document(empty_session, vocabulary, "awkward", AWKWARD.encode())


@pytest.fixture(params=["course", "awkward"])
def document(request: pytest.FixtureRequest) -> GraphDocument:
    return request.getfixturevalue(request.param)


@pytest.fixture
def nothing(empty_session: Session) -> GraphDocument:
    return graph_document(empty_session, graph.current(empty_session))
