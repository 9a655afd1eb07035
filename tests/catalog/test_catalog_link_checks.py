"""What becomes of link checks: history, broken resources, questions; and runs, of which there is one at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import link_check_lists, link_check_runs, revisions
from service.catalog.editing import decide
from service.catalog.link_check_store import Recorder, store
from service.catalog.link_checks import Checked, Finding, Link, LinkScope, due
from service.catalog.models import AuditEntry, LinkCheck, LinkCheckRun, Proposal, Resource, now
from service.catalog.refresh import refresh_resources
from service.catalog.resource_filter import ResourceFilter
from service.catalog.resources import find
from service.catalog.vocabulary import Vocabulary
from service.curation.acts import Editor
from service.curation.undo import undo
from service.errors import Refused
from service.ingest.ingest import PageContent, ingest
from service.ingest.link_check.verdict import failing_since, is_broken
from service.ingest.reconcile import IngestOptions

PAGE = b"""# Fruit
## Apples
* [Apples](https://example.org/apples#growing)
* [Cider](https://cider.example.com/cider)
"""
APPLES, CIDER = "https://example.org/apples", "https://cider.example.com/cider"
NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GONE, OK = Finding("gone", 404), Finding("ok", 200, etag='"7"', final_url=APPLES)
RECORDER = Recorder("ada", "link_check:1", keep=3)


@pytest.fixture
def catalog(session: Session, vocabulary: Vocabulary) -> Session:
    ingest(session, PageContent("fruit", "fruit.md", PAGE), vocabulary, IngestOptions(actor="ada"))
    session.commit()
    return session


def _due(session: Session, before: datetime = NOON + 99 * DAY, **scope: Any) -> list[Link]:
    return due(session, LinkScope(before, **scope))


def _look(session: Session, url: str, finding: Finding, at: datetime) -> bool:
    """Check one link as the checker does, broken after three days; whether readers see a change."""
    (link,) = (link for link in _due(session) if link.url == url)
    since = failing_since(link, finding, at)
    broken = is_broken(finding, since, at, 3 * DAY)
    archived = f"https://web.archive.org/web/20300101/{url}" if broken else None
    changed = store(session, [Checked(link, at, finding, since, broken, archived)], RECORDER)
    session.commit()
    return changed


def _status(session: Session, url: str) -> str:
    return session.scalars(select(Resource).where(Resource.url.startswith(url))).one().status


def _questions(session: Session, status: str = "open") -> list[tuple[str, str | None]]:
    rows = session.scalars(select(Proposal).where(Proposal.kind.in_(("broken_link", "moved_link"))))
    return [(row.kind, row.suggestion) for row in rows if row.status == status]


def test_a_resource_is_broken_after_two_failures_days_apart_and_back_as_soon_as_it_answers(catalog: Session) -> None:
    told = [
        (_look(catalog, APPLES, GONE, NOON), _status(catalog, APPLES)),
        (_look(catalog, APPLES, GONE, NOON + DAY), _status(catalog, APPLES)),
        (_look(catalog, APPLES, GONE, NOON + 3 * DAY), _status(catalog, APPLES)),
        (_look(catalog, APPLES, GONE, NOON + 4 * DAY), _status(catalog, APPLES)),
        (_look(catalog, APPLES, OK, NOON + 5 * DAY), _status(catalog, APPLES)),
    ]

    assert told == [(False, "active"), (False, "active"), (True, "broken"), (False, "broken"), (True, "active")]


def test_a_broken_resource_is_listed_as_that_and_put_before_a_curator(catalog: Session) -> None:
    _look(catalog, APPLES, GONE, NOON)
    _look(catalog, APPLES, GONE, NOON + 3 * DAY)

    shown = [len(find(catalog, ResourceFilter(status=status)).cards) for status in ("active", "broken")]
    asked = _questions(catalog)
    _look(catalog, APPLES, OK, NOON + 4 * DAY)

    assert shown == [1, 1]
    assert asked == [("broken_link", f"https://web.archive.org/web/20300101/{APPLES}")]
    assert (_questions(catalog), len(_questions(catalog, "closed"))) == ([], 1)


def test_the_audit_tells_the_change_and_checks_that_change_nothing_make_no_revision(catalog: Session) -> None:
    before = revisions.current(catalog)
    _look(catalog, APPLES, OK, NOON)
    _look(catalog, CIDER, GONE, NOON)
    unchanged = revisions.current(catalog)
    _look(catalog, CIDER, GONE, NOON + 3 * DAY)

    entry = catalog.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()

    assert (unchanged, revisions.current(catalog)) == (before, before + 1)
    assert entry is not None
    assert (entry.actor, entry.action, entry.subject) == ("ada", "check_links", "link_check:1")
    assert [(change["before"], change["after"]) for change in entry.detail["changes"]] == [
        ({"status": "closed"}, {"status": "open"}),  # the question to curators
        ({"broken_url": None}, {"broken_url": CIDER}),
    ]


def test_what_a_check_did_can_be_undone(catalog: Session) -> None:
    _look(catalog, CIDER, GONE, NOON)
    _look(catalog, CIDER, GONE, NOON + 3 * DAY)
    number = catalog.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first()
    assert number is not None

    undo(catalog, Editor("ada"), number)

    assert _status(catalog, CIDER) == "active"


def test_many_changes_are_one_revision(catalog: Session) -> None:
    checks = [Checked(link, NOON, GONE, NOON, True) for link in _due(catalog)]
    before = revisions.current(catalog)

    store(catalog, checks, RECORDER)

    assert (revisions.current(catalog), _status(catalog, APPLES), _status(catalog, CIDER)) == (
        before + 1,
        "broken",
        "broken",
    )


def test_a_curators_word_on_the_status_outranks_checks(catalog: Session) -> None:
    resource = catalog.scalars(select(Resource).where(Resource.url == CIDER)).one()
    decide(resource, {"status": "active"})
    refresh_resources(catalog, [resource.number])

    _look(catalog, CIDER, GONE, NOON)
    _look(catalog, CIDER, GONE, NOON + 3 * DAY)

    assert _status(catalog, CIDER) == "active"
    assert [kind for kind, _ in _questions(catalog)] == ["broken_link"]


def test_another_url_is_not_broken_and_due_at_once(catalog: Session) -> None:
    _look(catalog, CIDER, GONE, NOON)
    _look(catalog, CIDER, GONE, NOON + 3 * DAY)
    resource = catalog.scalars(select(Resource).where(Resource.url == CIDER)).one()
    new = "https://cider.example.com/cider-2"

    decide(resource, {"url": new})
    refresh_resources(catalog, [resource.number])

    assert resource.status == "active"
    found = {link.url: link for link in _due(catalog, before=NOON)}
    assert found[new].failing_since is None


def test_a_moved_link_is_proposed_with_its_fragment_and_not_applied(catalog: Session) -> None:
    moved = Finding("redirected", 200, moved_to="https://example.org/all-apples")

    changed = [_look(catalog, APPLES, moved, NOON), _look(catalog, APPLES, moved, NOON + DAY)]

    resource = catalog.scalars(select(Resource).where(Resource.url.startswith(APPLES))).one()
    assert changed == [True, False]
    assert (resource.url, resource.status) == (f"{APPLES}#growing", "active")
    assert _questions(catalog) == [("moved_link", "https://example.org/all-apples#growing")]


def test_a_curator_is_not_asked_again_what_was_decided(catalog: Session) -> None:
    moved = Finding("redirected", 200, moved_to="https://example.org/all-apples")
    _look(catalog, APPLES, moved, NOON)
    catalog.scalars(select(Proposal).where(Proposal.kind == "moved_link")).one().status = "rejected"

    changed = _look(catalog, APPLES, moved, NOON + DAY)

    assert (changed, _questions(catalog)) == (False, [])


def test_so_many_checks_of_a_link_are_kept_as_the_bound_says(catalog: Session) -> None:
    for day in range(5):
        _look(catalog, APPLES, OK, NOON + day * DAY)
    _look(catalog, CIDER, OK, NOON)

    number = _due(catalog)[0].number if _due(catalog)[0].url == APPLES else _due(catalog)[1].number
    rows, total, _ = link_check_lists.history(catalog, number, None, 10)

    assert (total, [row.at for row in rows]) == (3, [NOON + day * DAY for day in (4, 3, 2)])
    latest, _, _ = link_check_lists.latest(catalog, None, 0, 10)
    assert [row.at for row in latest] == [NOON + 4 * DAY, NOON]


def test_what_was_never_checked_comes_first_then_the_oldest(catalog: Session) -> None:
    never = [link.url for link in _due(catalog)]
    _look(catalog, APPLES, OK, NOON)
    one_left = [link.url for link in _due(catalog)]
    _look(catalog, CIDER, OK, NOON + DAY)

    assert (never, one_left) == ([APPLES, CIDER], [CIDER, APPLES])
    assert [link.url for link in _due(catalog)] == [APPLES, CIDER]
    assert [link.url for link in _due(catalog, before=NOON + DAY)] == [APPLES]
    assert [link.url for link in _due(catalog, host="cider.example.com")] == [CIDER]
    assert [link.url for link in _due(catalog, limit=1)] == [APPLES]


def test_a_link_goes_on_from_what_its_last_check_left(catalog: Session) -> None:
    _look(catalog, APPLES, OK, NOON)
    _look(catalog, APPLES, replace(GONE, final_url=APPLES), NOON + DAY)

    link = _due(catalog)[-1]

    assert (link.url, link.final_url, link.etag, link.failing_since) == (APPLES, APPLES, None, NOON + DAY)


def test_a_check_of_a_url_that_a_curator_changed_meanwhile_counts_for_nothing(catalog: Session) -> None:
    link = _due(catalog)[1]
    resource = catalog.get_one(Resource, link.number)
    decide(resource, {"url": "https://cider.example.com/new"})
    refresh_resources(catalog, [resource.number])

    store(catalog, [Checked(link, NOON, GONE, NOON, True)], RECORDER)

    assert (resource.status, catalog.scalars(select(LinkCheck)).all()) == ("active", [])


def _statuses(session: Session) -> Sequence[str]:
    return session.scalars(select(LinkCheckRun.status).order_by(LinkCheckRun.number)).all()


def test_links_are_checked_by_one_run_at_a_time(session: Session) -> None:
    everything = link_check_runs.scope(None, None, None)
    link_check_runs.order(session, "ada", everything)

    with pytest.raises(Refused, match="is queued; hosts are asked by one at a time"):
        link_check_runs.order(session, "bob", everything)
    run = link_check_runs.claim(session, "here")
    assert run is not None
    with pytest.raises(Refused, match="is running"):
        link_check_runs.begin(session, "cli", "there", everything)

    assert link_check_runs.claim(session, "there") is None
    assert link_check_runs.finish(session, run, "succeeded")
    assert _statuses(session) == ["succeeded"]


def test_a_run_that_was_released_is_taken_up_again_with_its_counts(session: Session) -> None:
    link_check_runs.order(session, "ada", link_check_runs.scope(None, None, None))
    run = link_check_runs.claim(session, "here")
    assert run is not None
    link_check_runs.report(session, run, 7, {"ok": 3})
    link_check_runs.release(session, run)
    session.commit()

    again = link_check_runs.claim(session, "there")

    assert again is not None
    assert (again.id, again.status, again.owner, again.counts) == (run.id, "running", "there", {"ok": 3})


def test_a_run_whose_process_died_has_failed_and_its_owner_is_told(session: Session) -> None:
    run = link_check_runs.begin(session, "cli", "here", link_check_runs.scope(None, None, None))
    run.lease_until = now() - timedelta(seconds=1)
    session.commit()

    link_check_runs.order(session, "ada", link_check_runs.scope("example.org", 5, 0))

    assert _statuses(session) == ["failed", "queued"]
    assert not link_check_runs.report(session, run, 1, {})


def test_the_end_of_a_run_is_in_the_audit_with_its_counts(session: Session) -> None:
    run = link_check_runs.begin(session, "cli", "here", link_check_runs.scope(None, None, None))
    link_check_runs.report(session, run, 7, {"ok": 3})
    before = revisions.current(session)

    link_check_runs.finish(session, run, "cancelled")

    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.revision) == ("check_links", f"link_check:{run.id}", before)
    assert entry.detail == {"status": "cancelled", "total": 7, "ok": 3}
