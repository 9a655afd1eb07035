"""A page's editions and the catalog: what stays, what moves, what goes, and that nothing is lost on the way."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import resources, revisions, topics
from service.catalog.models import AuditEntry, Proposal, Resource, Topic
from service.catalog.urls import parse_url
from service.catalog.vocabulary import Vocabulary
from service.errors import Gone, TooManyRemovals
from service.ingest.ingest import PageContent, ingest
from service.ingest.reconcile import IngestOptions
from service.ingest.report import Change, IngestReport

PAGE = """# Course

## Regression
* :film_projector: Least squares [video](https://example.org/least-squares)
* [Ridge regression explained](https://example.org/ridge)

## Trees
* [Growing a decision tree](https://example.org/trees)
* [Random forests](https://example.org/forests)
"""


class Ingester:
    """Ingests texts into one session, as the doors do."""

    def __init__(self, session: Session, vocabulary: Vocabulary) -> None:
        self.session = session
        self.vocabulary = vocabulary

    def __call__(self, text: str, name: str = "course", *, confirm_removals: bool = False) -> IngestReport:
        options = IngestOptions(confirm_removals=confirm_removals)
        report = ingest(self.session, PageContent(name, f"{name}.md", text.encode()), self.vocabulary, options)
        self.session.commit()
        return report

    def card(self, url: str) -> dict[str, object]:
        return dict(json.loads(resources.card(self.session, parse_url(url).id)[0]))

    def topic_card(self, topic_id: str) -> dict[str, object]:
        return dict(json.loads(topics.card(self.session, topic_id)[0]))


@pytest.fixture
def read(session: Session, vocabulary: Vocabulary) -> Ingester:
    return Ingester(session, vocabulary)


def _changes(report: IngestReport) -> dict[str, str]:
    return {change.title: change.change for change in report.resources}


def _only(changes: list[Change] | tuple[Change, ...], change: str) -> list[str]:
    return [c.id for c in changes if c.change == change]


def _asked(session: Session, kind: str) -> int:
    return len(session.scalars(select(Proposal).where(Proposal.kind == kind, Proposal.status == "open")).all())


def test_a_new_page_adds_its_topics_and_resources(read: Ingester) -> None:
    report = read(PAGE)

    assert report.counts["resources"] == {"added": 4, "changed": 0, "moved": 0, "removed": 0, "unchanged": 0}
    assert [topic.id for topic in report.topics] == ["regression", "trees"]
    assert report.revision == 1


def test_the_same_page_again_changes_nothing(read: Ingester) -> None:
    read(PAGE)
    before = read.card("https://example.org/ridge")

    report = read(PAGE)

    assert not report.is_changed
    assert report.counts["resources"]["unchanged"] == 4
    assert report.revision == revisions.current(read.session) == 1
    assert read.card("https://example.org/ridge") == before


def test_a_line_that_only_moved_down_is_unchanged_and_its_card_knows_the_new_line(read: Ingester) -> None:
    read(PAGE)

    report = read(PAGE.replace("## Trees", "Some words on trees follow.\n\n## Trees"))

    assert report.counts["resources"]["unchanged"] == 4
    assert read.card("https://example.org/trees")["mentions"][0]["line"] == 10  # type: ignore[index]


def test_a_resource_that_moves_to_another_topic_keeps_its_id(read: Ingester) -> None:
    read(PAGE)
    line = "* [Ridge regression explained](https://example.org/ridge)\n"

    report = read(PAGE.replace(line, "") + line)

    assert _changes(report)["Ridge regression explained"] == "moved"
    assert [topic["id"] for topic in read.card("https://example.org/ridge")["topics"]] == ["trees"]  # type: ignore[attr-defined]


def test_a_changed_title_says_what_it_was(read: Ingester) -> None:
    read(PAGE)

    report = read(PAGE.replace("[Random forests]", "[Random forests and bagging]"))

    (changed,) = [change for change in report.resources if change.change == "changed"]
    assert changed.detail == "title: Random forests -> Random forests and bagging"
    assert read.card("https://example.org/forests")["version"] == 2


def test_a_renamed_heading_keeps_its_topic(read: Ingester) -> None:
    read(PAGE)

    report = read(PAGE.replace("## Trees", "## Tree models"))

    assert [(t.change, t.id, t.title) for t in report.topics if t.change != "unchanged"] == [
        ("changed", "trees", "Tree models")
    ]
    assert read.card("https://example.org/trees")["topics"] == [{"id": "trees", "label": "Tree models"}]


def test_a_dropped_resource_is_gone_and_comes_back_as_itself(read: Ingester) -> None:
    read(PAGE)
    url = "https://example.org/forests"
    id_before = read.card(url)["id"]

    report = read(PAGE.replace(f"* [Random forests]({url})\n", ""))

    assert _only(list(report.resources), "removed") == [id_before]
    with pytest.raises(Gone):
        read.card(url)
    read(PAGE)
    assert (read.card(url)["id"], read.card(url)["status"]) == (id_before, "active")


def test_an_edition_that_drops_too_much_is_refused_whole(read: Ingester) -> None:
    read(PAGE)
    shorter = PAGE.split("## Trees", maxsplit=1)[0]

    with pytest.raises(TooManyRemovals) as refused:
        read(shorter)
    read.session.rollback()

    assert (refused.value.removed, refused.value.total) == (2, 4)
    assert revisions.current(read.session) == 1
    assert read.card("https://example.org/trees")["status"] == "active"


def test_confirmed_removals_are_made(read: Ingester) -> None:
    read(PAGE)

    report = read(PAGE.split("## Trees", maxsplit=1)[0], confirm_removals=True)

    assert report.counts["resources"]["removed"] == 2
    assert [t.id for t in report.topics if t.change == "removed"] == ["trees"]
    with pytest.raises(Gone):
        read.topic_card("trees")


def test_one_url_under_two_topics_is_one_resource_with_what_both_lines_say(read: Ingester) -> None:
    read(
        "# Course\n\n## Means\n* A book by Ada Lovelace, [chapter 1](https://example.org/book)\n\n"
        "## Medians\n* :book: [The numbers book](https://www.example.org/book/?utm_source=x), free\n\n:book: = book\n"
    )

    card = read.card("https://example.org/book")

    assert [topic["id"] for topic in card["topics"]] == ["means", "medians"]  # type: ignore[attr-defined]
    assert (card["title"], card["media_type"], card["authors"], card["is_free"]) == (
        "The numbers book",
        "book",
        ["Ada Lovelace"],
        True,
    )


def test_the_same_subject_on_two_pages_is_one_topic(read: Ingester) -> None:
    read("# One\n\n## Gradient Descent (GD)\n* [A](https://example.org/a)\n")

    report = read("# Two\n\n## GD\n* [B](https://example.org/b)\n", name="two")

    assert [(t.change, t.id, t.detail) for t in report.topics] == [
        ("added", "gradient-descent", "known from another page")
    ]
    mentions = read.topic_card("gradient-descent")["mentions"]
    assert [mention["page"] for mention in mentions] == ["course", "two"]  # type: ignore[attr-defined]


def test_bland_headings_of_two_pages_stay_apart(read: Ingester) -> None:
    page = "# {0}\n\n## {0} basics\n\n### Overview\n* [A](https://example.org/{0})\n"
    read(page.format("Cooking"), name="cooking")

    report = read(page.format("Sailing"), name="sailing")

    assert [topic.id for topic in report.topics] == ["sailing-basics", "sailing-basics-overview"]


def test_what_is_only_probably_the_same_subject_is_put_before_a_curator(read: Ingester) -> None:
    read("# One\n\n## Regularization (Dropout, batch normalization)\n* [A](https://example.org/a)\n")

    report = read("# Two\n\n## Dropout\n* [Dropout, the paper](https://arxiv.org/abs/1207.0580)\n", name="two")

    assert [topic.id for topic in report.topics] == ["dropout"]
    assert [(q.kind, q.subject) for q in report.questions] == [("same_topic", "topic:dropout")]


def test_a_question_is_asked_once_and_goes_when_the_page_answers_it(read: Ingester) -> None:
    hidden = "# One\n\n## Topic\n* [Seen](https://example.org/s)\n  [](Text [Hidden](https://example.org/h) course)\n"
    read(hidden)
    read(hidden + "\nMore words.\n")
    assert _asked(read.session, "hidden_link") == 1

    read(hidden.replace("[](Text [Hidden](https://example.org/h) course)", "[Hidden](https://example.org/h)"))

    assert _asked(read.session, "hidden_link") == 0
    assert read.card("https://example.org/h")["status"] == "active"


def test_what_a_curator_decided_outlives_the_next_edition(read: Ingester) -> None:
    read(PAGE)
    resource = resources.records(read.session, [parse_url("https://example.org/ridge").id]).popitem()[1]
    resource.curated = {"title": "Ridge, well explained", "media_type": "video"}
    read.session.commit()

    read(PAGE.replace("[Ridge regression explained]", "[Ridge regression, second edition]"))

    card = read.card("https://example.org/ridge")
    assert (card["title"], card["media_type"]) == ("Ridge, well explained", "video")
    assert card["media_type_evidence"]["source"] == "curator"  # type: ignore[index]


def test_each_change_leaves_one_audit_entry_with_its_revision(read: Ingester) -> None:
    read(PAGE)
    read(PAGE)
    read(PAGE.replace("[Random forests]", "[Random forests and bagging]"))

    entries = read.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()

    assert [(e.action, e.subject, e.revision) for e in entries] == [
        ("ingest", "page:course", 1),
        ("ingest", "page:course", 2),
    ]


def test_an_ingest_that_is_rolled_back_leaves_no_trace(session: Session, vocabulary: Vocabulary) -> None:
    ingest(session, PageContent("course", "course.md", PAGE.encode()), vocabulary, IngestOptions())

    session.rollback()

    assert revisions.current(session) == 0
    assert session.scalars(select(Resource)).all() == []
    assert session.scalars(select(Topic)).all() == []
