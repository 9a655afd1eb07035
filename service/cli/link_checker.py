"""The process beside the server that makes the link checks which were asked for over REST."""

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable

from sqlalchemy.orm import Session, sessionmaker

from service.catalog import link_check_runs as runs
from service.catalog.database import open_database, open_sessions
from service.catalog.models import LinkCheckRun
from service.cli.link_checking import LinkCheck
from service.config import Settings
from service.options import check_options

LOOK_S = 0.5  # how often it looks for a check
TROUBLE_S = 5.0  # after something went wrong: a database that is away

_log = logging.getLogger(__name__)


def attend(settings: Settings, should_stop: Callable[[], bool]) -> None:
    """Make one check after another until `should_stop`; one that is not finished then is left to the next process."""
    engine = open_database(settings.resolved_database_url)  # whoever serves has migrated it
    sessions = open_sessions(engine)
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    while not should_stop():
        pause_s = LOOK_S
        try:
            run = _claim(sessions, owner)
            if run is not None:
                _work_off(LinkCheck(sessions, run, settings), should_stop)
        except Exception:  # whatever it is, the next check may work
            _log.exception("a link check stopped")
            pause_s = TROUBLE_S
        time.sleep(pause_s)
    engine.dispose()


def _claim(sessions: sessionmaker[Session], owner: str) -> LinkCheckRun | None:
    with sessions() as session:
        if not runs.is_waiting(session):
            return None
    with sessions.begin() as session:
        return runs.claim(session, owner)


def _work_off(check: LinkCheck, should_stop: Callable[[], bool]) -> None:
    _log.info("link check %s begins", check.run.id)
    is_done = check.work_off(check_options(check.settings), lambda *_: None, should_stop)
    with check.sessions.begin() as session:
        if is_done:
            runs.finish(session, check.run, "succeeded")
        else:
            runs.release(session, check.run)
    _log.info("link check %s: %s", check.run.id, dict(check.counts))
