"""A parsed page becomes catalog rows, in the caller's transaction: the caller commits, or rolls back a dry run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.catalog import proposals, revisions
from service.catalog.topics import PrerequisiteRow, prerequisite_rows
from service.catalog.vocabulary import Vocabulary
from service.errors import TooManyRemovals
from service.ingest.edition import Edition, compare
from service.ingest.page import Page
from service.ingest.propose import ask_about_removals, find_questions, removals_key, store_questions
from service.ingest.report import IngestReport
from service.ingest.store_prerequisites import ASKING_NOBODY, Inferred, PrerequisiteOptions, infer_and_store
from service.ingest.teaching import taught_page
from service.ingest.write import write_edition


@dataclass(frozen=True)
class IngestOptions:
    """Who ingests, and the bounds to keep."""

    actor: str = "cli"
    max_removed_percent: float = 30.0
    confirm_removals: bool = False
    is_dry_run: bool = False  # the caller rolls back; the log says so
    prerequisites: PrerequisiteOptions = ASKING_NOBODY


def reconcile(session: Session, page: Page, vocabulary: Vocabulary, options: IngestOptions) -> IngestReport:
    """Bring the catalog in line with this edition of the page; the same edition again changes nothing.

    Raises TooManyRemovals when it would drop more of the page's resources than the bound, and no curator approved that.
    Then nothing is written but a question to curators: a caller that commits keeps it.
    """
    revisions.lock(session)
    edition = compare(session, page, vocabulary)
    _refuse_many_removals(session, edition, options)
    topics = edition.topic_changes()
    is_written = [write_edition(session, edition)]
    questions = find_questions(session, edition)
    is_written.append(store_questions(session, edition, questions))
    inferred = _infer_prerequisites(session, edition, vocabulary, options)
    changes = [*is_written, inferred.is_changed]
    undecided = proposals.still_open(session, questions)
    if any(changes):
        counts = Counter(pair.change.change for pair in edition.pairs)
        revisions.advance(session, options.actor, "ingest", f"page:{page.name}", dict(counts))
    return IngestReport(
        page=page.name,
        title=page.title,
        revision=revisions.current(session),
        is_changed=any(changes),
        topics=topics,
        resources=[pair.change for pair in edition.pairs],
        prerequisites=_prerequisites(session, edition),
        questions=[questions[key] for key in questions if key in undecided],
        warnings=page.warnings,
        problems=[inferred.problem] if inferred.problem else [],
    )


def _refuse_many_removals(session: Session, edition: Edition, options: IngestOptions) -> None:
    removed, total = edition.removed_resources()
    if removed * 100 <= total * options.max_removed_percent or options.confirm_removals:
        return
    if not proposals.is_approved(session, removals_key(edition)):
        ask_about_removals(session, edition)
        raise TooManyRemovals(edition.page.name, removed, total)


def _infer_prerequisites(
    session: Session, edition: Edition, vocabulary: Vocabulary, options: IngestOptions
) -> Inferred:
    dropped = [heading.topic_id for heading in edition.removed_topics]
    course = taught_page(edition.page, edition.topics, dropped)
    return infer_and_store(session, course, vocabulary, options.prerequisites)


def _prerequisites(session: Session, edition: Edition) -> Sequence[PrerequisiteRow]:
    on_page = {topic.id for topic in edition.topics}
    shown = ("accepted", "proposed")
    return [e for e in prerequisite_rows(session) if e.dependent_id in on_page and e.status in shown]
