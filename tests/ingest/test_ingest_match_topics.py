"""Headings matched with the last edition's: which one goes on, and how much work many headings are."""

import cProfile
import pstats
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from service.catalog.models import Heading
from service.catalog.vocabulary import Vocabulary
from service.ingest.earlier_headings import PageBefore
from service.ingest.match_topics import MatchedTopic, TopicMatcher
from service.ingest.new_topic_ids import NewTopicIds
from service.ingest.page import PageTopic
from service.ingest.parse import parse_page

Match = Callable[..., list[MatchedTopic]]
FEW, MANY = 40, 240
AS_MANY = MANY / FEW


@pytest.fixture
def match(session: Session, vocabulary: Vocabulary) -> Match:
    def match(text: str, before: PageBefore, resources: list[set[str]] | None = None) -> list[MatchedTopic]:
        page = parse_page(text, name="page", source="page.md", url=None, vocabulary=vocabulary)
        return TopicMatcher(session, page, before, vocabulary).match(resources or [set() for _ in page.topics])

    return match


def _heading(number: int, raw: str, topic_id: str, broader_id: str | None = None) -> Heading:
    return Heading(id=number, raw=raw, label=raw, topic_id=topic_id, broader_id=broader_id)


def test_a_heading_goes_on_under_its_own_parent_first(match: Match) -> None:
    headings = [
        _heading(1, "Knots", "knots"),
        _heading(2, "Ropes", "ropes"),
        _heading(3, "Splices", "splices-of-ropes", "ropes"),
        _heading(4, "Splices", "splices-of-knots", "knots"),
    ]

    found = match("# P\n## Knots\n### Splices\n## Ropes\n### Splices\n", PageBefore(headings))

    assert [topic.id for topic in found] == ["knots", "splices-of-knots", "ropes", "splices-of-ropes"]


def test_the_only_heading_of_its_text_goes_on_elsewhere(match: Match) -> None:
    headings = [_heading(1, "Knots", "knots"), _heading(2, "Splices", "splices", "knots")]

    found = match("# P\n## Splices\n", PageBefore(headings))

    assert [(topic.id, topic.is_new) for topic in found] == [("splices", False)]


def test_a_renamed_heading_goes_on_where_most_of_its_resources_are(match: Match) -> None:
    headings = [_heading(1, "Knots", "knots"), _heading(2, "Ropes", "ropes")]
    before = PageBefore(headings, {"knots": {"a", "b"}, "ropes": {"b", "c", "d"}})

    found = match("# P\n## Lines\n## Bends\n", before, [{"c", "d"}, {"a", "b", "e"}])

    assert [(topic.id, topic.is_renamed) for topic in found] == [("ropes", True), ("knots", True)]


def test_of_headings_without_resources_the_one_that_reads_most_alike_goes_on(match: Match) -> None:
    headings = [_heading(1, "Tying a knot", "a"), _heading(2, "Tying some knots", "b"), _heading(3, "Weather", "c")]

    found = match("# P\n## Tying of knots\n## Geology\n", PageBefore(headings))

    assert [(topic.id, topic.is_renamed) for topic in found] == [("b", True), ("geology", False)]


def test_an_id_that_was_ever_used_is_numbered_on() -> None:
    ids = NewTopicIds(["knots", "ropes-knots", "ropes-knots-2"])
    knots = PageTopic(label="Knots", raw="Knots", line=1, level=1, parent=None)

    assert [ids.make(knots, "Ropes") for _ in range(2)] == ["ropes-knots-3", "ropes-knots-4"]


@pytest.mark.parametrize("case", ["new", "the same", "renamed"])
def test_the_work_grows_with_the_headings_and_not_with_their_square(match: Match, case: str) -> None:
    few, many = (_calls(match, case, count) for count in (FEW, MANY))

    assert many / few < 1.5 * AS_MANY


def _calls(match: Match, case: str, count: int) -> int:
    """How many functions are called to match so many headings."""
    said = [f"Subject {_word(number)}" for number in range(count)]
    text = "# P\n" + "".join(f"## {heading}\n" for heading in said)
    before, resources = PageBefore(), None
    if case in ("the same", "renamed"):
        old = [said[number] if case == "the same" else f"Before {_word(number)}" for number in range(count)]
        headings = [_heading(number, raw, f"topic-{number}") for number, raw in enumerate(old)]
        resources = [{str(number)} for number in range(count)]
        before = PageBefore(headings, {f"topic-{number}": {str(number)} for number in range(count)})
    profile = cProfile.Profile()
    profile.runcall(match, text, before, resources)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # typeshed lacks it


def _word(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
