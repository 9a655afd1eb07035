"""What a page leaves open, put before a curator: each question once, closed when the page answers it."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from service.catalog import page_rows
from service.catalog.models import Proposal
from service.catalog.names import fold
from service.ingest.edition import Edition
from service.ingest.page import PageMention
from service.ingest.report import Question

UNSURE_MEDIA_TYPE = 0.5  # an inferred media type less sure than this is worth a look
PROBABLY_SAME_TOPIC = 0.5  # two topics share a name that is only part of one of them: even odds


def find_questions(session: Session, edition: Edition) -> list[Question]:
    """What a curator should decide about this edition, from top to bottom."""
    about_mentions = [
        question
        for pair in edition.pairs
        if pair.new is not None
        for question in _about_mention(f"resource:{pair.new.resource_id}", pair.new.mention)
    ]
    return sorted([*about_mentions, *_about_topics(session, edition)], key=lambda question: question.line)


def store_questions(session: Session, page: str, questions: Sequence[Question]) -> bool:
    """Keep the page's questions; drop open ones that it answers now. Returns whether any is new or dropped."""
    asked = {question.key(page): question for question in questions}
    stored = page_rows.proposals(session, page)
    answered = [row for key, row in stored.items() if key not in asked and row.status == "open"]
    new = [question for key, question in asked.items() if key not in stored]
    for row in answered:
        session.delete(row)
    session.add_all(Proposal(key=question.key(page), page_id=page, **vars(question)) for question in new)
    return bool(new or answered)


def _about_mention(subject: str, mention: PageMention) -> Iterator[Question]:
    if mention.is_hidden:
        yield Question("hidden_link", subject, mention.line, f"Not visible as published: {mention.raw.strip()}", 0.0)
    if mention.is_title_weak:
        confidence = mention.title_evidence.confidence
        yield Question(
            "weak_title", subject, mention.line, f"No title is stated; {mention.title!r} was taken", confidence
        )
    evidence = mention.media_type_evidence
    if evidence.confidence < UNSURE_MEDIA_TYPE:
        detail = f"{mention.media_type} is a guess ({evidence.source}: {evidence.detail})"
        yield Question("media_type", subject, mention.line, detail, evidence.confidence)


def _about_topics(session: Session, edition: Edition) -> Iterator[Question]:
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
            detail = f"{matched.topic.label!r} and the topic {other} are both called {folded!r}"
            yield Question("same_topic", f"topic:{matched.id}", matched.topic.line, detail, PROBABLY_SAME_TOPIC)
