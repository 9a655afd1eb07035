"""A page that leaves much open, and a curator who decides about it."""

from curation.fruit import VOCABULARY
from sqlalchemy.orm import Session

from service.catalog.queue import QueueFilter
from service.curation.acts import Editor
from service.curation.batches import Outcome, decide_all
from service.curation.decisions import Decision
from service.curation.queue import Item, list_queue
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions
from service.ingest.report import IngestReport

ADA = Editor("ada")
DOUBTFUL = """# Fruit

* <https://example.org/some/bare/address>

## Pears (in pots, on walls)
* A video on pots [video](https://example.org/pots)
* A video on pots [video](https://elsewhere.example/pots)
* A paper on plums [paper](https://arxiv.org/abs/1803.08494)
* The same paper elsewhere [paper](https://ar5iv.org/abs/1803.08494)
* [Pear trees in small gardens](https://example.org/gardens)
  [](Text [Video of quinces](https://www.youtube.com/watch?v=quincesquin) course)
* [Nowhere to be found](http://)
"""
WALLS = "# Second\n\n## On walls\n* A video on walls [video](https://example.org/walls)\n"


def read(session: Session, text: str = DOUBTFUL, name: str = "fruit", *, confirm: bool = False) -> IngestReport:
    page = PageContent(name, f"{name}.md", text.encode())
    return ingest(session, page, VOCABULARY, IngestOptions(confirm_removals=confirm))


def items(session: Session, *kinds: str, **wanted: str) -> list[Item]:
    return list(list_queue(session, QueueFilter(kinds, **wanted), limit=200).items)


def asked(session: Session, kind: str, of: str = "") -> Item:
    """The open question of this kind, about what has these words in its label."""
    (item,) = [item for item in items(session, kind) if of in item.subject.label]
    return item


def decide(session: Session, *decisions: tuple[str, ...]) -> list[Outcome]:
    return decide_all(session, ADA, [Decision(*decision) for decision in decisions], VOCABULARY)


def errors(outcomes: list[Outcome]) -> list[str | None]:
    return [outcome.error and type(outcome.error).__name__ for outcome in outcomes]
