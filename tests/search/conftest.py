"""A small garden of topics and resources, on SQLite and PostgreSQL; and the course page as it is really ingested."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.catalog import models
from service.catalog.database import open_database, open_sessions
from service.catalog.names import fold
from service.catalog.schema import migrate
from service.catalog.vocabulary import Vocabulary
from service.catalog.words import finding_words
from service.config import bundled
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions
from service.search import Query, answer
from service.search.answer import Answer

Ask = Callable[..., Answer]


class Garden:
    """Writes topics and resources; each thing once, in the order in which they are given."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._topics = 0
        self._resources = 0
        session.add(models.Page(id="garden", title="Garden", source="garden.md", sha256=""))

    def topic(self, id: str, label: str, broader: str | None = None, **names: list[str]) -> None:
        """`names` by kind: synonym=[...], part=[...], hidden=[...]."""
        self._session.add(models.Topic(id=id, label=label, card="{}"))
        self._session.flush()
        for kind, several in {"label": [label], **names}.items():
            for name in several:
                self._session.add(models.TopicName(topic_id=id, name=name, folded=fold(name), kind=kind))
        place = {"position": self._topics, "line": self._topics + 1, "level": 1, "raw": label, "label": label}
        self._session.add(models.Heading(page_id="garden", topic_id=id, broader_id=broader, **place))
        if broader:
            self._session.add(models.TopicBroader(topic_id=id, broader_id=broader, position=0))
        self._topics += 1

    def requires(self, dependent: str, prerequisite: str) -> None:
        edge = {"kind": "stated", "status": "accepted", "confidence": 0.9}
        self._session.add(models.Prerequisite(prerequisite_id=prerequisite, dependent_id=dependent, **edge))

    def resource(self, title: str, media_type: str, topics: list[str], **facts: Any) -> None:
        """`facts`: author, host, and columns of the resource. One that is hidden gets no look-up rows."""
        self._resources += 1
        number, author, host = self._resources, facts.pop("author", ""), facts.pop("host", "garden.example")
        columns = {"id": f"r{number}", "url": f"https://{host}/{number}", "host": host, "title": title, **facts}
        card = json.dumps({"id": f"r{number}", "title": title, "media_type": media_type})
        self._session.add(models.Resource(number=number, media_type=media_type, card=card, **columns))
        self._session.flush()
        if facts.get("status") == "hidden":
            return
        for topic in topics:
            row = {"topic_id": topic, "resource_number": number, "media_type": media_type}
            self._session.add(models.ResourceTopic(**row))
        for field, word in finding_words(title, [author], host):
            self._session.add(models.ResourceWord(word=word, field=field, resource_number=number))
        if author:
            self._session.add(models.ResourceAuthor(folded=fold(author), resource_number=number, name=author))


@pytest.fixture
def garden(session: Session) -> Session:
    """Soil comes before mulching and composting, mulching before pruning; oaks are trees; nobody wrote on roses."""
    plot = Garden(session)
    plot.topic("soil", "Soil", synonym=["earth"])
    plot.topic("mulching", "Mulching", synonym=["mulch"])
    plot.topic("composting", "Composting")
    plot.topic("trees", "Trees")
    plot.topic("oaks", "Oaks", broader="trees")
    plot.topic("maples", "Maples", broader="trees")
    plot.topic("pruning-and-grafting", "Pruning and grafting", part=["Pruning", "grafting"], hidden=["Prunning"])
    plot.topic("roses", "Roses")
    for dependent, prerequisite in (("mulching", "soil"), ("composting", "soil"), ("pruning-and-grafting", "mulching")):
        plot.requires(dependent, prerequisite)
    plot.resource("Soil in five minutes", "video", ["soil"], year=2019, language="en", author="Ada Green", is_free=True)
    plot.resource("The soil handbook", "book", ["soil"], year=2005, author="Bo Brown")
    plot.resource("Erde verstehen", "article", ["soil"], year=2021, language="de", host="medium.com")
    plot.resource("Mulch like a pro", "video", ["mulching"], host="www.youtube.com")
    plot.resource("Heaps and layers", "article", ["composting"])
    plot.resource("Oak care", "article", ["oaks"], year=2020)
    plot.resource("Tree atlas", "interactive", ["trees"])
    plot.resource("Maples in spring", "paper", ["maples"], year=2015, author="Cy Grün")
    plot.resource("Step by step", "paper", ["pruning-and-grafting"])
    plot.resource("A history of soil science", "article", ["trees"])
    plot.resource("Secret soil", "video", ["soil"], status="hidden")
    session.commit()
    return session


@pytest.fixture
def ask(garden: Session, vocabulary: Vocabulary) -> Ask:
    """Ask the garden: `ask("videos on soil", limit=2)`."""

    def ask_it(q: str, **narrowed: Any) -> Answer:
        return answer(garden, graph.current(garden), vocabulary, Query(q, **narrowed))

    return ask_it


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory, vocabulary: Vocabulary) -> Iterator[Session]:
    """The bundled course page, ingested once; read it only."""
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('course') / 'course.db'}")
    migrate(engine, bundled("migrations"))
    page: Path = bundled("data") / "pages" / "lectures-2024.md"
    with open_sessions(engine)() as session:
        ingest(session, PageContent("lectures-2024", page.name, page.read_bytes()), vocabulary, IngestOptions())
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture
def ask_course(course: Session, vocabulary: Vocabulary) -> Ask:
    """Ask the course page."""

    def ask_it(q: str, **narrowed: Any) -> Answer:
        return answer(course, graph.current(course), vocabulary, Query(q, **narrowed))

    return ask_it
