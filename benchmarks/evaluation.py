"""What `evaluate.py` measures with: the labelled questions, the catalogs that they are asked of, the measures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from service.catalog import models
from service.catalog.database import open_database, open_sessions
from service.catalog.schema import migrate
from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.config import bundled
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions

QUESTIONS = Path(__file__).parent / "questions"
PAGES = {"course": bundled("data") / "pages", "pool": QUESTIONS / "pages"}
DEPTH = 10  # places looked at


@dataclass(frozen=True)
class Labelled:
    """A question and what it should be answered; see questions/README.md."""

    question: str
    pages: str
    intent: str
    expects: str  # items, related or nothing
    relevant: Mapping[str, int]  # resource id -> grade


def read_questions(half: str) -> list[Labelled]:
    """The questions of one half: tune or test."""
    stored: Sequence[dict[str, Any]] = yaml.safe_load((QUESTIONS / f"{half}.yaml").read_text(encoding="utf-8"))
    return [
        Labelled(
            *(one[name] for name in ("question", "pages", "intent", "expects")),
            {parse_url(url).id: grade for url, grade in one.get("relevant", {}).items()},
        )
        for one in stored
    ]


def open_pages(name: str, folder: Path, vocabulary: Vocabulary) -> sessionmaker[Session]:
    """A fresh catalog in `folder` of one set of pages."""
    engine = open_database(f"sqlite:///{folder / name}.db")
    migrate(engine, bundled("migrations"))
    sessions = open_sessions(engine)
    for path in sorted(PAGES[name].glob("*.md")):
        with sessions.begin() as session:
            ingest(session, PageContent(path.stem, path.name, path.read_bytes()), vocabulary, IngestOptions())
    return sessions


def ids_by_number(session: Session) -> dict[int, str]:
    """The id of each resource."""
    return {row.number: row.id for row in session.execute(select(models.Resource.number, models.Resource.id))}


@dataclass(frozen=True)
class Quality:
    """How good a ranking is, each measure 0..1."""

    ndcg: float
    reciprocal_rank: float
    recall: float


def quality(ranking: Sequence[str], relevant: Mapping[str, int]) -> Quality:
    """nDCG@10 with gains 2^grade - 1 (Burges et al., 2005), reciprocal rank and recall@10 of a ranking of ids."""
    top = list(dict.fromkeys(ranking))[:DEPTH]
    ideal = sorted(relevant.values(), reverse=True)[:DEPTH]
    first = next((place for place, id in enumerate(top, 1) if id in relevant), None)
    return Quality(
        _gain([relevant.get(id, 0) for id in top]) / _gain(ideal),
        1 / first if first else 0.0,
        len(relevant.keys() & set(top)) / min(len(relevant), DEPTH),
    )


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))
