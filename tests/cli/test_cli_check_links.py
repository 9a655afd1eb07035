"""coursegraph check-links: what it prints, what it keeps when it is interrupted, and its exit code."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from link_server import Answer, Site, running_site

Command = Callable[..., Result]


@pytest.fixture
def site(command: Command, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site, and a catalog with links to its paths /0 .. /5."""
    monkeypatch.setenv("COURSEGRAPH_FETCH_PRIVATE_ADDRESSES", "true")
    monkeypatch.setenv("COURSEGRAPH_LINK_CHECK_PAUSE_S", "0")
    with running_site() as site:
        links = "\n".join(f"* [Apples {n}]({site.url(f'/{n}')})" for n in range(6))
        Path("fruit.md").write_text(f"# Fruit\n## Apples\n{links}\n")
        site.answers |= {f"/{n}": Answer() for n in range(6)}
        command("ingest", "fruit.md")
        yield site


def _kept() -> list[tuple[str, str]]:
    with sqlite3.connect("var/coursegraph.db") as database:
        rows = database.execute("SELECT url, result FROM link_check WHERE is_latest ORDER BY number").fetchall()
    database.close()
    return rows


def _runs() -> list[tuple[str, str]]:
    with sqlite3.connect("var/coursegraph.db") as database:
        rows = database.execute("SELECT status, counts FROM link_check_run ORDER BY number").fetchall()
    database.close()
    return rows


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def test_the_report_counts_and_names_what_is_not_ok(command: Command, site: Site) -> None:
    site.answers |= {"/1": Answer(404), "/2": Answer(301, {"Location": "/0"}), "/3": Answer(403)}

    result = command("check-links")

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "6 of 6 links checked: 3 ok, 1 redirected, 1 gone, 1 blocked",
        "redirected",
        f"  {site.url('/2')} -> {site.url('/0')}",
        "gone: 404",
        f"  {site.url('/1')}",
        "blocked: 403",
        f"  {site.url('/3')}",
        "Failing, and broken if they still do after 3 days: 1",
    ]


def test_what_was_checked_lately_is_not_due(command: Command, site: Site) -> None:
    first = command("check-links", "--limit", "4")
    second = command("check-links")
    third = command("check-links")
    again = command("check-links", "--older-than-days", "0", "--host", "127.0.0.1")

    assert [run.output.splitlines()[0] for run in (first, second, third, again)] == [
        "4 of 4 links checked: 4 ok",
        "2 of 2 links checked: 2 ok",
        "No link is due for a check; --older-than-days 0 checks all.",
        "6 of 6 links checked: 6 ok",
    ]


def test_json_is_for_machines(command: Command, site: Site) -> None:
    site.answers["/1"] = Answer(410)

    told = json.loads(command("check-links", "--json", "--limit", "2").stdout)

    assert (told["total"], told["checked"], told["counts"]["ok"], told["counts"]["gone"]) == (2, 2, 1, 1)
    gone = told["items"][1]
    assert (gone["url"], gone["result"], gone["status_code"], gone["is_broken"]) == (
        site.url("/1"),
        "gone",
        410,
        False,
    )


def test_a_second_failure_breaks_a_link_and_that_is_no_failure_of_the_command(
    command: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSEGRAPH_LINK_CHECK_BROKEN_DAYS", "1e-9")
    site.answers["/1"] = Answer(404)
    command("check-links")

    broken = command("check-links", "--older-than-days", "0")
    site.answers["/1"] = Answer()
    back = command("check-links", "--older-than-days", "0")

    assert (broken.exit_code, broken.output.splitlines()[-1]) == (0, "Broken now: 1; back again: 0")
    assert (back.exit_code, back.output.splitlines()[-1]) == (0, "Broken now: 0; back again: 1")


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, "cancelled"), (signal.SIGTERM, "cancelled"), (signal.SIGKILL, "running")]
)
def test_what_was_checked_before_an_interruption_is_kept(
    command: Command, site: Site, number: signal.Signals, status: str
) -> None:
    site.answers |= {"/4": Answer(delay_s=7.0), "/5": Answer(delay_s=7.0)}  # more than it waits to write
    started = [sys.executable, "-c", "from service.cli import main; main()", "check-links"]
    process = subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ)
    _await(lambda: len(site.asked) == 5)  # robots.txt and the quick ones
    if number == signal.SIGKILL:
        _await(lambda: len(_kept()) == 4)
    time.sleep(0.3)

    process.send_signal(number)
    _, complaint = process.communicate(timeout=20)

    assert [result for _, result in _kept()] == ["ok"] * 4
    assert _runs()[-1][0] == status
    assert process.returncode == (-number if number == signal.SIGKILL else 1)
    assert number == signal.SIGKILL or "interrupted; what was checked is kept" in complaint.decode()


def test_a_check_that_another_process_makes_is_not_made_twice(command: Command, site: Site) -> None:
    command("check-links")
    with sqlite3.connect("var/coursegraph.db") as database:
        lease = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+1 minute')"
        database.execute(f"UPDATE link_check_run SET status = 'running', lease_until = {lease}")
    database.close()

    result = command("check-links")

    assert result.exit_code == 1
    assert "is running; hosts are asked by one at a time" in str(result.exception)
