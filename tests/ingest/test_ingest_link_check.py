"""Links are checked politely, and what servers answer is told for what it is. The servers are real, on loopback."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from link_server import Answer, Site, running_site

from service.catalog.link_checks import Checked, Finding, Link
from service.ingest.link_check import archive
from service.ingest.link_check.asking import retry_after_s
from service.ingest.link_check.checking import CheckOptions, check_links
from service.ingest.link_check.verdict import failing_since, is_broken
from service.outbound import FetchLimits

LIMITS = FetchLimits(timeout_s=1.0, max_redirects=3, private_addresses=True)
QUICK = CheckOptions(LIMITS, pause_s=0.0, back_off_s=(0.05,))
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def other() -> Iterator[Site]:
    with running_site("127.0.0.2") as site:
        yield site


def _link(url: str, **last: Any) -> Link:
    return Link(1, "an-id", url, NOON, **({"is_broken": False} | last))


def _check(options: CheckOptions, *links: Link | str) -> list[Checked]:
    wanted = [_link(link) if isinstance(link, str) else link for link in links]
    return [checked for batch in check_links(wanted, options) for checked in batch]


def _find(url: str, options: CheckOptions = QUICK) -> Finding:
    (checked,) = _check(options, url)
    return checked.finding


def _moved(to: str, status: int = 301) -> Answer:
    return Answer(status, {"Location": to})


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Answer(200), "ok"),
        (Answer(204), "ok"),
        (_moved("/fine", 302), "ok"),
        (_moved("/fine", 307), "ok"),
        (_moved("/fine", 301), "redirected"),
        (_moved("/fine", 308), "redirected"),
        (_moved("/nowhere", 301), "gone"),
        (_moved("/nowhere", 302), "gone"),
        (Answer(404), "gone"),
        (Answer(410), "gone"),
        (Answer(401), "blocked"),
        (Answer(403), "blocked"),
        (Answer(429), "blocked"),
        (Answer(999), "blocked"),
        (Answer(500), "unknown"),
        (Answer(503), "unknown"),
        (Answer(418), "unknown"),
        (Answer(302), "unknown"),
        (_moved("/asked", 302), "unknown"),
        (_moved("mailto:ada@example.org"), "unknown"),
        (_moved("http://["), "unknown"),
        (Answer(405, to_get=Answer(200)), "ok"),
        (Answer(501, to_get=Answer(200)), "ok"),
        (Answer(403, to_get=Answer(200)), "ok"),
        (Answer(404, to_get=Answer(200)), "ok"),
    ],
)
def test_an_answer_is_told_for_what_it_is(site: Site, answer: Answer, result: str) -> None:
    site.answers |= {"/asked": answer, "/fine": Answer()}

    assert _find(site.url("/asked")).result == result


def test_a_move_for_good_names_the_new_address(site: Site, other: Site) -> None:
    site.answers["/old"] = _moved(other.url("/new?utm_source=old&page=2"))
    other.answers["/new?utm_source=old&page=2"] = _moved("/tonight", 302)
    other.answers["/tonight"] = Answer()

    finding = _find(site.url("/old"))

    assert (finding.result, finding.status_code) == ("redirected", 200)
    assert finding.moved_to == other.url("/new?page=2")  # what is only for tonight is not for good, nor is tracking
    assert finding.final_url == other.url("/tonight")


def test_what_is_temporary_first_is_no_move(site: Site) -> None:
    site.answers |= {"/old": _moved("/now", 302), "/now": _moved("/new", 301), "/new": Answer()}

    finding = _find(site.url("/old"))

    assert (finding.result, finding.moved_to) == ("ok", None)


def test_another_spelling_of_an_address_is_no_move(site: Site) -> None:
    site.answers |= {"/notes": _moved("/notes/"), "/notes/": Answer()}

    finding = _find(site.url("/notes"))

    assert (finding.result, finding.final_url) == ("ok", site.url("/notes/"))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://no.such.name.invalid/", "the name no.such.name.invalid cannot be resolved"),
        ("http://127.0.0.9:9/", "All connection attempts failed"),
    ],
)
def test_what_cannot_be_reached_says_why(url: str, reason: str) -> None:
    finding = _find(url)

    assert (finding.result, finding.error) == ("unreachable", reason)


def test_a_server_that_speaks_no_tls_is_unreachable_by_https(site: Site) -> None:
    finding = _find(site.url("/").replace("http://", "https://"))

    assert (finding.result, finding.status_code) == ("unreachable", None)
    assert "SSL" in (finding.error or "")


def test_a_slow_server_costs_its_link_no_more_than_the_time_limit(site: Site) -> None:
    site.answers |= {f"/{n}": Answer(302, {"Location": f"/{n + 1}"}, delay_s=0.4) for n in range(9)}

    finding = _find(site.url("/0"))

    assert (finding.result, finding.error) == ("unreachable", "no answer within 1 s")
    assert finding.ms < 1300


def test_an_endless_body_is_not_read(site: Site) -> None:
    site.answers["/video"] = Answer(405, to_get=Answer(is_endless=True))

    finding = _find(site.url("/video"))
    time.sleep(0.1)

    assert finding.result == "ok"
    assert site.bytes_sent < 5_000_000  # what the sockets hold; it would send that in some milliseconds


def test_a_host_is_asked_by_one_at_a_time_with_a_pause_between(site: Site, other: Site) -> None:
    site.answers |= {f"/{n}": Answer(delay_s=0.05) for n in range(4)}
    other.answers |= {f"/{n}": _moved(site.url(f"/{n}"), 302) for n in range(3)}  # leads there, too
    links = [*(site.url(f"/{n}") for n in range(4)), *(other.url(f"/{n}") for n in range(3))]

    _check(replace(QUICK, pause_s=0.1), *links)

    asked = sorted(site.asked, key=lambda asked: asked.begun)
    assert len(site.paths()) == 7
    assert min(later.begun - earlier.ended for earlier, later in pairwise(asked)) >= 0.099


def test_hosts_are_asked_side_by_side_within_the_bound_on_connections(site: Site, other: Site) -> None:
    for host in (site, other):
        host.answers |= {f"/{n}": Answer(delay_s=0.1) for n in range(3)}
    links = [host.url(f"/{n}") for host in (site, other) for n in range(3)]

    def overlaps() -> bool:
        asked = sorted([*site.asked, *other.asked], key=lambda asked: asked.begun)
        return any(later.begun < earlier.ended for earlier, later in pairwise(asked))

    _check(QUICK, *links)
    together = overlaps()
    site.asked.clear()
    other.asked.clear()
    _check(replace(QUICK, connections=1), *links)

    assert (together, overlaps()) == (True, False)


def test_robots_txt_is_asked_for_once_and_kept_to(site: Site) -> None:
    rules = b"User-agent: coursegraph\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
    site.answers |= {"/robots.txt": Answer(body=rules), "/open": Answer(), "/private/notes": Answer()}

    found = _check(QUICK, site.url("/open"), site.url("/private/notes"), site.url("/private/more"))

    assert [checked.finding.result for checked in found] == ["ok", "blocked", "blocked"]
    assert found[1].finding.error == "robots.txt asks not to"
    assert [f"{asked.method} {asked.path}" for asked in site.asked] == ["GET /robots.txt", "HEAD /open"]


def test_robots_txt_holds_where_a_redirect_leads(site: Site, other: Site) -> None:
    site.answers["/old"] = _moved(other.url("/new"))
    other.answers |= {"/robots.txt": Answer(body=b"User-agent: *\nDisallow: /new\n"), "/new": Answer()}

    finding = _find(site.url("/old"))

    assert (finding.result, other.paths()) == ("blocked", [])


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Answer(403), "ok"),  # RFC 9309: what cannot be had forbids nothing
        (Answer(500), "unknown"),  # and what is out of order may forbid all
        (_moved("/rules"), "blocked"),
        (Answer(body=b"\xff\xfe\x00" * 100), "ok"),
        (Answer(body="User-agent: *\nCrawl-delay: ²\n".encode()), "blocked"),
        (Answer(body=b"User-agent: *\nDisallow: //[\n"), "blocked"),
        (Answer(body=b"User-agent: *\nDisallow:\n" + b"Allow: /x\n" * 100_000), "ok"),
    ],
)
def test_a_robots_txt_of_any_kind_has_a_meaning(site: Site, answer: Answer, result: str) -> None:
    site.answers |= {"/robots.txt": answer, "/rules": Answer(body=b"User-agent: *\nDisallow: /\n"), "/open": Answer()}

    assert _find(site.url("/open")).result == result


def test_a_crawl_delay_is_kept(site: Site) -> None:
    site.answers |= {"/robots.txt": Answer(body=b"User-agent: *\nCrawl-delay: 1\n"), "/1": Answer()}
    started = time.monotonic()

    _check(QUICK, site.url("/1"))

    assert time.monotonic() - started >= 1.0


def test_a_busy_server_is_left_alone_for_as_long_as_it_wishes(site: Site) -> None:
    site.answers |= {"/busy": Answer(429, {"Retry-After": "1"}, then=Answer()), "/next": Answer()}

    found = _check(QUICK, site.url("/busy"), site.url("/next"))

    refused, again = (asked for asked in site.asked if asked.path == "/busy")
    assert [checked.finding.result for checked in found] == ["ok", "ok"]
    assert again.begun - refused.ended >= 0.99


def test_a_host_that_wants_to_be_left_alone_for_long_is_put_off(site: Site, other: Site) -> None:
    site.answers |= {"/busy": Answer(429, {"Retry-After": "3600"}), "/next": Answer()}
    other.answers["/fine"] = Answer()

    found = _check(QUICK, site.url("/busy"), site.url("/next"), other.url("/fine"))

    assert sorted(checked.finding.result for checked in found) == ["blocked", "ok"]
    assert site.paths() == ["HEAD /busy"]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120.0), ("0", 0.0), ("Fri, 01 May 2020 12:00:00 GMT", 0.0), ("soon", None), ("", None), ("-1", None)],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    assert retry_after_s({"Retry-After": said}) == seconds  # type: ignore[arg-type]


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    headers = {"ETag": '"7"', "Last-Modified": "Fri, 01 May 2026 12:00:00 GMT"}
    site.answers["/notes"] = Answer(headers=headers, then=Answer(304))

    first = _find(site.url("/notes"))
    known = _link(site.url("/notes"), final_url=first.final_url, etag=first.etag, last_modified=first.last_modified)
    (second,) = _check(QUICK, known)

    sent = site.asked[-1].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"7"', "Fri, 01 May 2026 12:00:00 GMT")
    assert (second.finding.result, second.finding.status_code, second.finding.etag) == ("ok", 304, '"7"')


def test_a_private_address_is_neither_asked_nor_dead(site: Site) -> None:
    site.answers["/"] = Answer()

    finding = _find(site.url("/"), replace(QUICK, limits=replace(LIMITS, private_addresses=False)))

    assert (finding.result, site.asked) == ("blocked", [])
    assert finding.error == "127.0.0.1 leads to 127.0.0.1, which is not a public address; we do not ask there"


def test_to_stop_is_to_call_the_rest_off_at_once(site: Site) -> None:
    site.answers |= {f"/{n}": Answer(delay_s=0.3) for n in range(20)}
    found = check_links([_link(site.url(f"/{n}")) for n in range(20)], QUICK)

    next(found)
    found.close()

    assert len(site.paths()) < 5


FAILING = _link("http://example.org/", failing_since=NOON)


@pytest.mark.parametrize(
    ("link", "result", "at", "since", "broken"),
    [
        (_link("http://example.org/"), "gone", NOON, NOON, None),
        (_link("http://example.org/"), "ok", NOON, None, False),
        (FAILING, "gone", NOON + 2.9 * DAY, NOON, None),
        (FAILING, "gone", NOON + 3 * DAY, NOON, True),
        (FAILING, "unreachable", NOON + 30 * DAY, NOON, True),
        (FAILING, "unknown", NOON + 30 * DAY, NOON, None),
        (FAILING, "blocked", NOON + 30 * DAY, None, False),
        (FAILING, "redirected", NOON + 30 * DAY, None, False),
    ],
)
def test_broken_takes_two_failures_days_apart_and_no_answer_between(
    link: Link, result: str, at: datetime, since: datetime | None, broken: bool | None
) -> None:
    found = failing_since(link, Finding(result), at)

    assert (found, is_broken(Finding(result), found, at, 3 * DAY)) == (since, broken)


def test_nothing_counts_as_a_failure_while_no_host_answers(site: Site) -> None:
    dead, new = (_link(f"http://{n}.invalid/", failing_since=since) for n, since in (("dead", NOON), ("new", None)))
    site.answers["/slow"] = Answer(delay_s=0.3)
    later = replace(QUICK, clock=lambda: NOON + 9 * DAY)

    offline = _check(later, dead, new)
    online = {checked.link.url: checked for checked in _check(later, dead, new, site.url("/slow"))}

    assert [(checked.finding.result, checked.is_broken) for checked in offline] == [("unreachable", None)] * 2
    assert {checked.link.url: checked.failing_since for checked in offline} == {dead.url: NOON, new.url: None}
    assert (online[dead.url].is_broken, online[new.url].is_broken) == (True, None)
    assert online[new.url].failing_since == NOON + 9 * DAY
    assert online[dead.url].archive_url == f"https://web.archive.org/web/20260501/{dead.url}"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            b'{"archived_snapshots": {"closest": {"available": true, "url": "http://web.archive.org/web/2020/http://x"}}}',
            "https://web.archive.org/web/2020/http://x",
        ),
        (b'{"archived_snapshots": {}}', "made up"),
        (b'{"archived_snapshots": {"closest": {"available": true, "url": "https://evil.example/"}}}', "made up"),
        (b"<html>", "made up"),
    ],
)
def test_the_archive_is_asked_where_that_is_wished_and_need_not_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch, answer: bytes, expected: str
) -> None:
    dead = _link(site.url("/dead"), failing_since=NOON)
    question = f"/available?url={dead.url.replace(':', '%3A').replace('/', '%2F')}&timestamp=20260501"
    site.answers[question] = Answer(body=answer)
    monkeypatch.setattr(archive, "AVAILABILITY", site.url("/available"))

    (found,) = _check(replace(QUICK, ask_archive=True, clock=lambda: NOON + 9 * DAY), dead)

    assert site.paths()[-1] == f"GET {question}"
    made_up = f"https://web.archive.org/web/20260501/{dead.url}"
    assert found.archive_url == (made_up if expected == "made up" else expected)
