"""The queue holds each thing that needs a person once, the worst first, in words, with its place and choices."""

import pytest
from curation.doubts import ADA, DOUBTFUL, WALLS, asked, decide, items, read
from sqlalchemy.orm import Session

from service.catalog import audit, proposals
from service.catalog.models import Prerequisite, Topic
from service.catalog.queue import QueueFilter
from service.curation import resources
from service.curation.queue import list_queue
from service.curation.undo import undo


@pytest.fixture
def doubtful(session: Session) -> Session:
    read(session)
    read(session, WALLS, "walls")
    return session


def test_every_kind_of_doubt_about_a_page_is_asked(doubtful: Session) -> None:
    kinds = [item.kind for item in items(doubtful)]

    assert sorted(set(kinds)) == [
        "hidden_link",
        "malformed_link",
        "media_type",
        "same_resource",
        "same_topic",
        "weak_title",
    ]
    assert kinds.count("same_resource") == 2
    assert items(doubtful, page="nowhere") == []


def test_what_we_are_least_sure_of_comes_first(doubtful: Session) -> None:
    found = items(doubtful)

    assert [item.kind for item in found[:3]] == ["hidden_link", "malformed_link", "same_resource"]
    assert [item.confidence for item in found] == sorted(item.confidence for item in found)


def test_a_question_says_what_is_asked_where_it_stands_and_what_can_be_decided(doubtful: Session) -> None:
    item = asked(doubtful, "weak_title")

    assert "What is its title?" in item.question
    assert (item.subject.type, item.subject.label) == ("resource", "address")
    assert [(shown.page, shown.line, shown.url) for shown in item.evidence] == [("fruit", 3, item.subject.url)]
    assert [(choice.decision, choice.value) for choice in item.choices] == [("approve", "title"), ("reject", None)]
    assert item.choices[0].default == item.subject.label


def test_of_two_that_are_perhaps_one_both_are_shown(doubtful: Session) -> None:
    topics, resources = asked(doubtful, "same_topic"), asked(doubtful, "same_resource", "same paper")

    assert topics.other is not None
    assert {topics.subject.label, topics.other.label} == {"On walls", "Pears"}
    assert [(shown.page, shown.line) for shown in topics.evidence] == [("walls", 3), ("fruit", 5)]
    assert resources.other is not None
    assert resources.other.url == "https://arxiv.org/abs/1803.08494"


def test_what_an_editor_makes_look_like_another_is_asked_about_at_once_and_as_long_as_it_does(
    doubtful: Session,
) -> None:
    trees = {"title": "Pear trees in small gardens", "media_type": "article"}
    made = resources.add_resource(doubtful, ADA, "https://elsewhere.example/trees", trees)
    seen = [_others(doubtful, made.id)]
    for decisions in ({"title": "Old walls"}, {"url": "https://m.example.org/gardens"}, {"year": 1999}):
        resources.edit_resource(doubtful, ADA, made.id, made.version, decisions)
        seen.append(_others(doubtful, made.id))
    undo(doubtful, ADA, audit.newest(doubtful).id - 1)
    read(doubtful)

    alike, mirrored = (
        [("Both have the same title", 0.3)],
        [("m.example.org and example.org probably show the same", 0.1)],
    )
    assert [*seen, _others(doubtful, made.id)] == [alike, [], mirrored, mirrored, []]


def test_what_an_edition_makes_different_is_asked_about_no_more_whoever_asked(doubtful: Session) -> None:
    trees = {"title": "Pear trees in small gardens", "media_type": "article"}
    made = resources.add_resource(doubtful, ADA, "https://elsewhere.example/trees", trees)
    before = _others(doubtful, made.id)

    renamed = read(doubtful, DOUBTFUL.replace("Pear trees in small gardens", "Small gardens without trees"))
    parted = _others(doubtful, made.id)
    back = read(doubtful)

    assert (renamed.is_changed, back.is_changed, read(doubtful).is_changed) == (True, True, False)
    assert (before, parted) == ([("Both have the same title", 0.3)], [])
    assert _others(doubtful, made.id) == before


def _others(session: Session, id: str) -> list[tuple[str, float]]:
    return [(item.detail, item.confidence) for item in items(session, "same_resource") if item.subject.id == id]


def test_a_page_that_is_read_again_asks_nothing_again(doubtful: Session) -> None:
    before = items(doubtful)

    report = read(doubtful)

    assert not report.is_changed
    assert items(doubtful) == before


def test_a_question_follows_its_line_down_the_page(doubtful: Session) -> None:
    read(doubtful, DOUBTFUL.replace("# Fruit\n", "# Fruit\n\nWords.\n"))

    assert asked(doubtful, "weak_title").evidence[0].line == 5


def test_what_the_page_has_mended_is_asked_no_more_until_it_is_so_again(doubtful: Session) -> None:
    number = asked(doubtful, "malformed_link").id
    read(doubtful, DOUBTFUL.replace("http://)", "https://example.org/found)"))
    mended = items(doubtful, "malformed_link")
    closed = items(doubtful, "malformed_link", status="closed")
    read(doubtful)

    assert (mended, [item.id for item in closed]) == ([], [number])
    assert closed[0].choices == ()
    assert asked(doubtful, "malformed_link").id == number


def test_what_another_decision_answers_is_asked_no_more(doubtful: Session) -> None:
    hidden = asked(doubtful, "hidden_link")

    read(doubtful, "# Third\n\n## Quinces\n* [Video of quinces](https://youtu.be/quincesquin)\n", "third")

    assert items(doubtful, "hidden_link") == []
    assert [item.id for item in items(doubtful, "hidden_link", status="closed")] == [hidden.id]


def test_a_list_goes_on_where_it_ended_whatever_was_decided_meanwhile(doubtful: Session) -> None:
    whole = [item.id for item in items(doubtful)]

    first = list_queue(doubtful, QueueFilter(), limit=3)
    decide(doubtful, (first.items[0].id, "reject"))
    rest = list_queue(doubtful, QueueFilter(), first.last, limit=200)

    assert [item.id for item in (*first.items, *rest.items)] == whole
    assert (first.total, rest.total, rest.last) == (len(whole), len(whole) - 1, None)


def test_kinds_are_counted_whatever_kinds_are_asked_for(doubtful: Session) -> None:
    found = list_queue(doubtful, QueueFilter(("same_topic", "hidden_link")))

    assert [item.kind for item in found.items] == ["hidden_link", "same_topic"]
    assert found.total == 2
    assert found.counts["same_resource"] == 2


@pytest.mark.parametrize(
    ("status", "kind", "confidence", "assumed"),
    [
        ("proposed", "inferred", 0.9, 0.1),  # it would close a cycle
        ("proposed", "inferred", 0.3, 0.7),
        ("accepted", "inferred", 0.55, 0.55),
        ("accepted", "inferred", 0.7, None),
        ("accepted", "stated", 0.55, None),
        ("accepted", "curated", 1.0, None),
        ("rejected", "inferred", 0.5, None),
    ],
)
def test_a_prerequisite_needs_a_person_as_far_as_what_is_assumed_of_it_is_unsure(
    session: Session, status: str, kind: str, confidence: float, assumed: float | None
) -> None:
    session.add_all(Topic(id=id, label=id.title(), card="{}") for id in ("trees", "forests"))
    session.flush()
    edge = {"prerequisite_id": "trees", "dependent_id": "forests", "kind": kind, "status": status}
    session.add(Prerequisite(**edge, confidence=confidence, evidence=[]))
    session.flush()

    found = items(session)

    assert [item.confidence for item in found] == ([] if assumed is None else [pytest.approx(assumed)])
    assert [item.id for item in found] == ([] if assumed is None else ["prerequisite:trees>forests"])


def test_who_asks_may_close_and_ask_again_but_not_what_was_decided(session: Session) -> None:
    (walls,) = read(session, WALLS, "walls").resources
    question = {"kind": "moved_link", "subject": f"resource:{walls.id}", "detail": "none", "confidence": 0.0}

    is_new = [proposals.ask(session, {"broken": question}), proposals.ask(session, {"broken": question})]
    closed, again = proposals.close(session, ["broken"]), proposals.ask(session, {"broken": question})
    decide(session, (asked(session, "moved_link").id, "reject"))
    once_more = proposals.ask(session, {"broken": question})

    assert (is_new, closed, again, once_more) == ([True, False], True, True, False)
    assert items(session, "moved_link") == []
    assert len(items(session, "moved_link", status="rejected")) == 1
