"""Questions on the catalogue as such: what is new in it, who wrote it, which of its topics are empty."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from service import graph
from service.ask import Library, Question, reply
from service.catalog.vocabulary import Vocabulary
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

PAGE = b"""# Garden
## Soil
* :film_projector:Soil for all by Ada Green [link](https://garden.example/soil)
* :book:Heaps by Ada Green [link](https://garden.example/heaps)
## Roses
"""


@pytest.fixture
def say(session: Session, vocabulary: Vocabulary) -> Callable[[str], str]:
    """Ask about the garden's page, or about nothing."""

    def say_it(question: str) -> str:
        return reply(Library(session, graph.current(session), vocabulary), Question(question)).answer

    return say_it


def test_what_is_new_is_told_by_the_feed(session: Session, vocabulary: Vocabulary, say: Callable[[str], str]) -> None:
    assert say("what's new?") == "Nothing has changed here yet."

    ingest(session, PageContent("garden", "garden.md", PAGE), vocabulary, IngestOptions())
    session.commit()

    told = say("what's new?")
    assert re.match(r"The last change was on \d{4}-\d\d-\d\d at \d\d:\d\d UTC: 2 resources, ", told)
    assert "GET /api/v1/changes tells every change." in told
    assert "“Soil for all”" in told
    assert say("which topics have no resources?").startswith("1 topic has no resources: Roses [")
    assert say("who are the authors of the books?").startswith("1 author is named here: Ada Green [")
