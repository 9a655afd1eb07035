"""Prerequisites in the catalog: pages' evidence merged, curators' decisions kept, no cycle among the accepted."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import graph
from service.catalog.models import Prerequisite, Topic, TopicName
from service.catalog.vocabulary import Vocabulary
from service.ingest.store_prerequisites import PrerequisiteOptions, infer_and_store
from service.ingest.teaching import Said, Stated, TaughtPage, TaughtTopic

ACCEPT, FLOOR = 0.5, 0.2
IDS = ("stocks", "knives", "soups", "bread")


@pytest.fixture
def kitchen(session: Session) -> Session:
    session.add_all(Topic(id=id, label=id.capitalize()) for id in IDS)
    session.flush()
    return session


def page(id: str, *order: str, mentions: dict[str, str] | None = None, requires: dict[str, str] | None = None,
         dropped: tuple[str, ...] = ()) -> TaughtPage:  # fmt: skip
    """A course that teaches topics in this order; `mentions` are lines under them, `requires` statements."""
    lines = mentions or {}
    topics = tuple(
        TaughtTopic(t, None, t.capitalize(), 1, ((t.capitalize(), "label"),), (Said(lines.get(t, ""), ((2, ""),)),))
        for t in order
    )
    stated = tuple(Stated(name, topic, 3, name) for topic, name in (requires or {}).items())
    return TaughtPage(id, "A course", topics, stated, dropped)


def store(session: Session, vocabulary: Vocabulary, page: TaughtPage) -> bool:
    inferred = infer_and_store(session, page, vocabulary, PrerequisiteOptions(ACCEPT, FLOOR))
    session.flush()
    return inferred.is_changed


def edges(session: Session) -> dict[str, Prerequisite]:
    return {f"{edge.prerequisite_id}>{edge.dependent_id}": edge for edge in session.scalars(select(Prerequisite))}


SOUP = page("a", "stocks", "knives", "soups", mentions={"soups": "Soup from stock"})


def test_what_a_page_shows_is_stored_with_its_status(kitchen: Session, vocabulary: Vocabulary) -> None:
    changed = store(kitchen, vocabulary, SOUP)

    found = {ends: (edge.kind, edge.status) for ends, edge in edges(kitchen).items()}
    assert changed
    assert found == {
        "stocks>soups": ("inferred", "accepted"),
        "stocks>knives": ("inferred", "proposed"),
        "knives>soups": ("inferred", "proposed"),
    }


def test_the_same_page_again_changes_nothing(kitchen: Session, vocabulary: Vocabulary) -> None:
    store(kitchen, vocabulary, SOUP)
    versions = {ends: edge.version for ends, edge in edges(kitchen).items()}

    assert not store(kitchen, vocabulary, SOUP)
    assert {ends: edge.version for ends, edge in edges(kitchen).items()} == versions


def test_evidence_of_two_pages_is_merged_and_one_page_can_take_back_only_its_own(
    kitchen: Session, vocabulary: Vocabulary
) -> None:
    store(kitchen, vocabulary, SOUP)
    alone = edges(kitchen)["stocks>soups"].confidence
    store(kitchen, vocabulary, page("b", "stocks", "soups", requires={"soups": "Stocks"}))
    together = edges(kitchen)["stocks>soups"]
    assert (together.kind, together.confidence > alone) == ("stated", True)

    store(kitchen, vocabulary, page("b", "soups", dropped=("stocks",)))

    after = edges(kitchen)["stocks>soups"]
    assert (after.kind, after.confidence) == ("inferred", alone)
    assert {piece["page"] for piece in after.evidence} == {"a"}


def test_an_edge_without_evidence_goes(kitchen: Session, vocabulary: Vocabulary) -> None:
    store(kitchen, vocabulary, SOUP)

    store(kitchen, vocabulary, page("a", "soups", dropped=("stocks", "knives")))

    assert edges(kitchen) == {}


@pytest.mark.parametrize(("kind", "status"), [("curated", "accepted"), ("inferred", "rejected")])
def test_a_curators_decision_outlives_the_page(
    kitchen: Session, vocabulary: Vocabulary, kind: str, status: str
) -> None:
    store(kitchen, vocabulary, SOUP)
    edge = edges(kitchen)["stocks>soups"]
    edge.kind, edge.status, edge.confidence = kind, status, 1.0
    kitchen.flush()

    store(kitchen, vocabulary, page("a", "soups", dropped=("stocks", "knives")))
    store(kitchen, vocabulary, SOUP)

    after = edges(kitchen)["stocks>soups"]
    assert (after.kind, after.status, after.confidence) == (kind, status, 1.0)


def test_a_page_that_closes_a_cycle_has_its_edge_proposed_with_the_reason(
    kitchen: Session, vocabulary: Vocabulary
) -> None:
    store(kitchen, vocabulary, page("a", "stocks", "soups", requires={"soups": "Stocks"}))

    store(kitchen, vocabulary, page("b", "soups", "knives", "stocks", mentions={"stocks": "Stock from soup"}))

    refused = edges(kitchen)["soups>stocks"]
    assert (edges(kitchen)["stocks>soups"].status, refused.status) == ("accepted", "proposed")
    assert refused.confidence >= ACCEPT
    assert refused.evidence[-1]["source"] == "cycle"
    assert refused.evidence[-1]["detail"].startswith("This closes a cycle: soups -> stocks -> soups.")


def test_when_the_cycle_is_gone_so_is_the_reason(kitchen: Session, vocabulary: Vocabulary) -> None:
    store(kitchen, vocabulary, page("a", "stocks", "soups", requires={"soups": "Stocks"}))
    store(kitchen, vocabulary, page("b", "soups", "knives", "stocks", mentions={"stocks": "Stock from soup"}))

    store(kitchen, vocabulary, page("a", "stocks", dropped=("soups",)))

    edge = edges(kitchen)["soups>stocks"]
    assert edge.status == "accepted"
    assert all(piece["source"] != "cycle" for piece in edge.evidence)


def test_a_prerequisite_may_be_taught_on_another_page(kitchen: Session, vocabulary: Vocabulary) -> None:
    kitchen.add(TopicName(topic_id="bread", name="Bread", folded="bread", kind="label"))

    store(kitchen, vocabulary, page("a", "soups", requires={"soups": "Bread"}))

    assert edges(kitchen)["bread>soups"].status == "accepted"


ORDERS = st.lists(st.permutations(IDS), min_size=1, max_size=4)
LINES = st.dictionaries(st.sampled_from(IDS), st.sampled_from([f"About {id}" for id in IDS]))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=ORDERS, lines=LINES)
def test_whatever_pages_come_the_graph_can_be_built(
    kitchen: Session, vocabulary: Vocabulary, orders: list[list[str]], lines: dict[str, str]
) -> None:
    for number, order in enumerate(orders):
        store(kitchen, vocabulary, page(f"page-{number}", *order, mentions=lines, requires=dict([order[:2]])))

    assert set(graph.current(kitchen).order) == set(IDS)  # building it raises CycleError when it has a cycle
