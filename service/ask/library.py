"""What answers are made from, and what is asked of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog.vocabulary import Vocabulary
from service.demos.demo import Demo
from service.graph import KnowledgeGraph
from service.search.before import Before
from service.search.retrieval import Retrieval


@dataclass(frozen=True)
class Library:
    """The catalog as one session sees it, and what stands around it."""

    session: Session
    graph: KnowledgeGraph
    vocabulary: Vocabulary
    demos: Sequence[Demo] = ()
    retrieval: Retrieval | None = None  # None: names alone
    page_address: Callable[[str], str] = "page:{}".format  # where a page that is published nowhere can be read


@dataclass(frozen=True)
class Question:
    """A question, and the one before it in its conversation."""

    text: str
    before: Before | None = None
    correct: bool = True  # False: misspelled words stay as they are written
    limit: int = 5  # resources
