"""Lines of the log: for machines or for people, at the level that is set, and never a secret."""

import json
import subprocess
import sys
from typing import Any

import pytest

SAY = """
import logging
import sys
from service import logs
from service.logs import LogOptions
options = LogOptions(*sys.argv[1:])
logs.set_up(options, "work", lambda: {"request_id": "r1"})
log = logging.getLogger("service.demos")
log.info("run ended", extra={"run": "abc", "ms": 1.5})
log.warning("Authorization: Bearer cg_abcdefghijkl, Basic dTpw; whsec_MTIzNDU2Nzg5; https://me:pass@host/x?y=1")
logging.getLogger("httpx").info("GET https://host/?token=x")
try:
    raise ValueError("of cg_abcdefghijkl")
except ValueError:
    log.exception("it failed")
logs.quick_logger(options, "web")("request", route="/x", status=200)
"""


def said(format: str, level: str) -> str:
    """What a process writes to standard error."""
    command = [sys.executable, "-c", SAY, format, level]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def lines(level: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said("json", level).splitlines()]


def test_each_line_for_machines_is_json_with_its_facts() -> None:
    ended, _, failed, request = lines("info")

    assert (ended["event"], ended["run"], ended["ms"]) == ("run ended", "abc", 1.5)
    assert (ended["level"], ended["process"], ended["logger"]) == ("info", "work", "service.demos")
    assert ended["request_id"] == "r1"
    assert ended["timestamp"].endswith("Z")
    assert "ValueError" in failed["exception"]
    assert (request["event"], request["route"], request["process"]) == ("request", "/x", "web")
    assert list(request)[:3] == list(ended)[:3] == ["timestamp", "level", "event"]


@pytest.mark.parametrize("format", ["json", "console"])
def test_no_secret_gets_out(format: str) -> None:
    told = said(format, "debug")

    assert told.count("[secret]") == 5
    assert not any(secret in told for secret in ("cg_abc", "dTpw", "whsec_MT", "me:pass", "token=x"))


def test_people_get_lines_that_they_can_read() -> None:
    told = said("console", "info")

    assert "run ended" in told
    assert "run=abc" in told
    assert "{" not in told


def test_less_is_told_at_a_higher_level() -> None:
    assert [line["level"] for line in lines("error")] == ["error"]
