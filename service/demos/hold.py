"""A worker's hold on the run that it executes: the lease renewed, progress written, a cancellation noticed."""

import time

from sqlalchemy.orm import Session, sessionmaker

from service.catalog import claims
from service.catalog.models import Run
from service.demos.messages import Begun, Progress, Reply

CHECK_S = 0.1  # how often it looks whether the run was cancelled or taken over
REPORT_S = 0.2  # how often progress is written; a shorter run writes none
RENEWALS = 3  # in one lease
GETTING_READY = Progress(0.0, "Loading the demo; the first time on a machine, its loops are compiled")
BEGUN = Progress(0.0, "")


class Hold:
    """Call `keep` often: it does what is due."""

    def __init__(self, sessions: sessionmaker[Session], run: Run, lease_s: float) -> None:
        started = time.monotonic()
        self._sessions = sessions
        self._run = run
        self._lease_s = lease_s
        self._told = BEGUN
        self._news = GETTING_READY
        self._renew_due = started + lease_s / RENEWALS
        self._report_due = started + REPORT_S
        self._check_due = started + CHECK_S

    def keep(self, news: Reply | None) -> bool:
        """Take news of the run, if there are any; False when it was cancelled, or another worker has it."""
        if isinstance(news, Begun):
            self._news = BEGUN
        elif isinstance(news, Progress):
            self._news = news
        moment = time.monotonic()
        if moment >= self._renew_due:
            self._renew_due = moment + self._lease_s / RENEWALS
            return self._renew()
        if self._news != self._told and moment >= self._report_due:
            self._report_due = moment + REPORT_S
            self._told = self._news
            return self._report(self._told)
        if moment >= self._check_due:
            self._check_due = moment + CHECK_S
            return self._check()
        return True

    def _renew(self) -> bool:
        with self._sessions.begin() as session:
            return claims.renew(session, self._run, self._lease_s)

    def _report(self, news: Progress) -> bool:
        with self._sessions.begin() as session:
            return claims.report(session, self._run, news.fraction, news.message)

    def _check(self) -> bool:
        with self._sessions() as session:
            return claims.is_own(session, self._run)
