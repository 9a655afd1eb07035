"""What is approved is done, what is rejected is never asked again, and a batch is one act that is undone as one."""

from itertools import pairwise

import pytest
from curation.doubts import ADA, DOUBTFUL, WALLS, asked, decide, errors, items, read
from curation.fruit import state
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import audit, editing, proposals, revisions
from service.catalog.changes import RowChange, combined
from service.catalog.models import Mention, Resource, Topic
from service.curation import prerequisites, resources, topics
from service.curation.prerequisites import Edge
from service.curation.undo import undo
from service.errors import CycleError, TooManyRemovals


@pytest.fixture
def doubtful(session: Session) -> Session:
    read(session)
    read(session, WALLS, "walls")
    return session


def _resource(session: Session, id: str) -> Resource:
    record = session.scalar(select(Resource).where(Resource.id == id))
    assert record is not None
    return record


def _shown(session: Session) -> set[tuple[str, ...]]:
    return {(each.id, each.title, each.media_type, each.status) for each in session.scalars(select(Resource))}


def test_an_approved_hidden_link_is_shown(doubtful: Session) -> None:
    item = asked(doubtful, "hidden_link")

    decide(doubtful, (item.id, "approve"))

    assert _resource(doubtful, item.subject.id).status == "active"


@pytest.mark.parametrize(("value", "title"), [((), "address"), (("The bare facts",), "The bare facts")])
def test_an_approved_title_is_the_curators_from_now_on(doubtful: Session, value: tuple[str], title: str) -> None:
    item = asked(doubtful, "weak_title")

    decide(doubtful, (item.id, "approve", *value))
    read(doubtful, DOUBTFUL.replace("* <https", "* Something else: <https"))

    record = _resource(doubtful, item.subject.id)
    assert (record.title, record.curated) == (title, {"title": title})


def test_an_approved_type_is_the_curators(doubtful: Session) -> None:
    item = asked(doubtful, "media_type", "gardens")

    decide(doubtful, (item.id, "approve", "book"))

    assert _resource(doubtful, item.subject.id).media_type == "book"


@pytest.mark.parametrize("is_turned", [False, True])
def test_approved_twins_are_merged_into_the_one_that_is_to_survive(doubtful: Session, is_turned: bool) -> None:
    item = asked(doubtful, "same_resource", "same paper")
    assert item.other is not None
    merged, survivor = (item.other.id, item.subject.id) if is_turned else (item.subject.id, item.other.id)

    decide(doubtful, (item.id, "approve", *([survivor] if is_turned else [])))

    assert _resource(doubtful, merged).merged_into == survivor
    mentions = select(Mention).where(Mention.resource_number == _resource(doubtful, survivor).number)
    assert len(doubtful.scalars(mentions).all()) == 2
    assert not read(doubtful).is_changed
    assert [found.id for found in items(doubtful, "same_resource")] != [item.id]


def test_approved_topics_are_merged(doubtful: Session) -> None:
    item = asked(doubtful, "same_topic")
    assert item.other is not None

    decide(doubtful, (item.id, "approve"))

    merged = doubtful.get(Topic, item.subject.id)
    assert merged is not None
    assert merged.merged_into == item.other.id


@pytest.mark.parametrize(
    ("kind", "suggestion", "value", "left"),
    [
        ("moved_link", "https://example.org/new", None, {"url": "https://example.org/new"}),
        ("moved_link", "https://example.org/new", "https://example.org/newer", {"url": "https://example.org/newer"}),
        ("broken_link", "https://web.archive.org/x", None, {"url": "https://web.archive.org/x"}),
        ("broken_link", None, "https://example.org/new", {"url": "https://example.org/new"}),
    ],
)
def test_an_approved_link_leads_where_it_should(
    session: Session, kind: str, suggestion: str | None, value: str | None, left: dict[str, str]
) -> None:
    (walls,) = read(session, WALLS, "walls").resources
    question = {"kind": kind, "subject": f"resource:{walls.id}", "suggestion": suggestion}
    proposals.ask(session, {"link": question | {"detail": "404", "confidence": 0.0}})
    _resource(session, walls.id).broken_url = "https://example.org/walls"

    decide(session, (asked(session, kind).id, "approve", *([value] if value else [])))

    record = _resource(session, walls.id)
    assert record.curated == left
    assert {name: getattr(record, name) for name in left} == left


def test_a_link_is_not_led_to_where_another_resource_is(session: Session) -> None:
    both = read(session, f"{WALLS}* A video on roofs [video](https://example.org/roofs)\n", "walls").resources
    question = {"kind": "moved_link", "subject": f"resource:{both[0].id}", "detail": "", "confidence": 0.3}
    proposals.ask(session, {"link": question | {"suggestion": "https://www.example.org/roofs/"}})

    (outcome,) = decide(session, (asked(session, "moved_link").id, "approve"))

    assert errors([outcome]) == ["Refused"]
    assert both[1].id in str(outcome.error)


def test_what_is_rejected_stays_as_it_is_and_is_not_asked_again(doubtful: Session) -> None:
    before = _shown(doubtful)
    everything = [(item.id, "reject") for item in items(doubtful)]

    outcomes = decide(doubtful, *everything)
    report = read(doubtful)
    read(doubtful, DOUBTFUL.replace("# Fruit\n", "# Fruit\n\nNew words.\n"))

    assert errors(outcomes) == [None] * len(everything)
    assert (report.is_changed, list(report.questions), items(doubtful)) == (False, [], [])
    assert _shown(doubtful) == before


def test_an_approved_edge_is_accepted_and_one_that_closes_a_cycle_is_refused(doubtful: Session) -> None:
    topics.add_topic(doubtful, ADA, {"label": "Soil"})
    for ends in (("soil", "pears"), ("pears", "on-walls")):
        prerequisites.decide_edge(doubtful, ADA, Edge(*ends), None, "accepted")
    for ends in (("soil", "on-walls"), ("on-walls", "soil")):
        edge = prerequisites.decide_edge(doubtful, ADA, Edge(*ends), None, "rejected")
        edge.kind, edge.status, edge.confidence = "inferred", "proposed", 0.4
    doubtful.flush()

    wrong, right = decide(
        doubtful, ("prerequisite:on-walls>soil", "approve"), ("prerequisite:soil>on-walls", "approve")
    )

    assert isinstance(wrong.error, CycleError)
    assert (wrong.changes, right.error) == ((), None)
    statuses = [editing.edge(doubtful, *ends).status for ends in (("on-walls", "soil"), ("soil", "on-walls"))]
    assert statuses == ["proposed", "accepted"]


def test_one_that_fails_changes_nothing_and_does_not_stop_the_others(doubtful: Session) -> None:
    title, kind = asked(doubtful, "weak_title"), asked(doubtful, "media_type", "gardens")

    outcomes = decide(
        doubtful,
        (kind.id, "approve", "scroll"),
        (title.id, "approve", "Bare facts"),
        (title.id, "reject"),
        (asked(doubtful, "malformed_link").id, "approve"),
        (asked(doubtful, "hidden_link").id, "approve", "a value"),
        ("question:999", "approve"),
        ("nonsense", "approve"),
        ("prerequisite:pears>nowhere", "approve"),
    )

    assert errors(outcomes) == [
        "InvalidInput",
        None,
        "Refused",
        "InvalidInput",
        "InvalidInput",
        "NotFound",
        "NotFound",
        "NotFound",
    ]
    assert _resource(doubtful, title.subject.id).title == "Bare facts"
    assert asked(doubtful, "media_type", "gardens") == kind


def test_a_later_decision_meets_what_an_earlier_one_made(doubtful: Session) -> None:
    twins, kind = asked(doubtful, "same_resource", "same paper"), asked(doubtful, "hidden_link")
    resources.delete_resource(doubtful, ADA, kind.subject.id, _resource(doubtful, kind.subject.id).version)

    outcomes = decide(doubtful, (twins.id, "approve"), (twins.id, "approve"), (kind.id, "approve"))

    assert errors(outcomes) == [None, "Refused", "Refused"]


def test_a_batch_is_one_entry_one_revision_and_is_undone_as_one(doubtful: Session) -> None:
    before, revision = state(doubtful), revisions.current(doubtful)
    queue = items(doubtful)
    answers = [(item.id, "reject" if item.kind == "malformed_link" else "approve") for item in queue]

    outcomes = decide(doubtful, *answers, ("question:999", "approve"))
    entry = audit.newest(doubtful)
    assert entry is not None
    decided = (entry.action, entry.actor, entry.revision, revisions.current(doubtful))
    undo(doubtful, ADA, entry.id)

    assert errors(outcomes).count(None) == len(answers)
    assert decided == ("decide", "ada", revision + 1, revision + 1)
    assert state(doubtful) == before
    assert items(doubtful) == queue


def test_a_batch_that_changes_nothing_leaves_no_trace(doubtful: Session) -> None:
    entry, revision = audit.newest(doubtful), revisions.current(doubtful)

    decide(doubtful, ("question:999", "approve"))

    assert (audit.newest(doubtful), revisions.current(doubtful)) == (entry, revision)


def test_an_edition_that_was_approved_comes_in_without_more_ado(session: Session) -> None:
    read(session)
    shorter = DOUBTFUL[: DOUBTFUL.index("* A paper on plums")]
    with pytest.raises(TooManyRemovals):
        read(session, shorter)
    item = asked(session, "pending_removal")

    decide(session, (item.id, "approve"))
    with pytest.raises(TooManyRemovals):
        read(session, shorter[: shorter.index("* A video")])  # another edition is another question
    report = read(session, shorter)

    assert "“Fruit”" in item.question
    assert "leaves out 4 of 7 resources: “A paper on plums”" in item.detail
    assert report.counts["resources"]["removed"] == 4
    assert items(session, "pending_removal") == []


VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3), max_size=3)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=2, max_size=6))
def test_changes_of_several_acts_are_those_from_the_first_state_to_the_last(states: list[dict[str, int]]) -> None:
    def change(one: dict[str, int], other: dict[str, int]) -> RowChange:
        names = {name for name in {**one, **other} if (name, one.get(name)) != (name, other.get(name))}
        return RowChange("resource", 1, *({n: side[n] for n in sorted(names) if n in side} for side in (one, other)))

    whole = change(states[0], states[-1])
    steps = [change(*pair) for pair in pairwise(states)]

    assert combined(steps) == ([whole] if whole.before or whole.after else [])
