"""What a page leaves open, put before a curator: each question once, closed when the page answers it.

A question's key says what makes it the same at the next ingest: what it is about, and what was assumed.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from service.catalog import page_rows, proposals
from service.catalog.facts import UNSURE_MEDIA_TYPE
from service.catalog.names import fold
from service.catalog.twins import TWINS, close_parted, twins_of_page
from service.ingest.diff import NewMention
from service.ingest.edition import Edition
from service.ingest.page import Page
from service.ingest.report import Question

PROBABLY_SAME_TOPIC = 0.5  # two topics share a name that is only part of one of them: even odds
UNREADABLE = ("empty_link", "malformed_url")  # warnings about links that became no resource
MOST_NAMED = 5  # of the resources that an edition leaves out

Asked = tuple[str, Question]  # with its key


def find_questions(session: Session, edition: Edition) -> dict[str, Question]:
    """What a curator should decide about this edition, by key, from top to bottom. Call it when that is written."""
    found = [
        *_about_links(edition.page),
        *(asked for pair in edition.pairs if pair.new for asked in _about_mention(edition.page.name, pair.new)),
        *_about_topics(session, edition),
        *_about_resources(session, edition),
    ]
    return dict(sorted(found, key=lambda asked: asked[1].line))


def store_questions(session: Session, edition: Edition, questions: Mapping[str, Question]) -> bool:
    """Keep the page's questions; close open ones that it answers now. Returns whether any is new or closed.

    Whether one of its resources and another are one is answered whoever asked: an editor, or another page.
    """
    page = edition.page.name
    is_closed = proposals.close(session, proposals.open_keys(session, page) - questions.keys())
    is_closed |= close_parted(session, {pair.change.id for pair in edition.pairs})
    asked = {key: {"page_id": page, **vars(question)} for key, question in questions.items()}
    return proposals.ask(session, asked) or is_closed


def removals_key(edition: Edition) -> str:
    """The key of the question whether this very edition may leave out so much."""
    return f"pending_removal:{edition.page.name}:{edition.sha256}"


def ask_about_removals(session: Session, edition: Edition) -> None:
    """Put before a curator that this edition leaves out much, in the place of what was asked of another edition."""
    page = edition.page.name
    kept = {pair.change.id for pair in edition.pairs if pair.new}
    left_out = {p.change.id: p.change.title for p in edition.pairs if p.old and p.change.id not in kept}
    named = [f"“{title}”" for title in left_out.values()][:MOST_NAMED]
    more = [f"{len(left_out) - len(named)} more"] if len(left_out) > len(named) else []
    total = edition.removed_resources()[1]
    detail = f"It leaves out {len(left_out)} of {total} resources: {', '.join([*named, *more])}"
    key = removals_key(edition)
    earlier = {k for k in proposals.open_keys(session, page) if k.startswith("pending_removal:")}
    proposals.close(session, earlier - {key})
    question = Question("pending_removal", f"page:{page}", 1, detail, 0.0)
    proposals.ask(session, {key: {"page_id": page, **vars(question)}})


def _about_links(page: Page) -> Iterator[Asked]:
    for warning in page.warnings:
        if warning.code in UNREADABLE:
            question = Question("malformed_link", f"page:{page.name}", warning.line, warning.message, 0.0)
            yield f"malformed_link:{page.name}:{warning.message}", question


def _about_mention(page: str, new: NewMention) -> Iterator[Asked]:
    for question in _doubts(new):
        # By the URL that the page prints: a merge makes no new question of it.
        yield ":".join((question.kind, page, new.url.id, fold(question.suggestion or ""))), question


def _doubts(new: NewMention) -> Iterator[Question]:
    mention, subject = new.mention, f"resource:{new.resource_id}"
    if mention.is_hidden:
        yield Question("hidden_link", subject, mention.line, f"Not visible as published: {mention.raw.strip()}", 0.0)
    if mention.is_title_weak:
        sure, title = mention.title_evidence.confidence, mention.title
        detail = f"No title is stated; {title!r} was taken"
        yield Question("weak_title", subject, mention.line, detail, sure, title)
    evidence = mention.media_type_evidence
    if evidence.confidence < UNSURE_MEDIA_TYPE:
        detail = f"{mention.media_type} is a guess ({evidence.source}: {evidence.detail})"
        yield Question("media_type", subject, mention.line, detail, evidence.confidence, mention.media_type)


def _about_topics(session: Session, edition: Edition) -> Iterator[Asked]:
    """Topics elsewhere that share a name with one of these, where the name is only part of either."""
    on_page = {topic.id for topic in edition.topics}
    for matched in edition.topics:
        if matched.topic.is_bland:
            continue
        kinds = {fold(name): kind for name, kind in matched.names}
        shared = {
            other: folded
            for folded, kind, other in reversed(page_rows.topics_named(session, kinds))
            if other not in on_page and "part" in (kind, kinds[folded])
        }
        for other, folded in sorted(shared.items()):
            detail, subject = f"Both are called {folded!r}", f"topic:{matched.id}"
            question = Question("same_topic", subject, matched.topic.line, detail, PROBABLY_SAME_TOPIC, other)
            yield proposals.pair_key("same_topic", matched.id, other), question


def _about_resources(session: Session, edition: Edition) -> Iterator[Asked]:
    lines = {pair.new.resource_id: pair.new.mention.line for pair in reversed(edition.pairs) if pair.new}
    for twin in twins_of_page(session, edition.page.name):
        line = lines.get(twin.id) or lines[twin.other]
        question = Question(TWINS, f"resource:{twin.id}", line, twin.why, twin.confidence, twin.other)
        yield proposals.pair_key(TWINS, twin.id, twin.other), question
