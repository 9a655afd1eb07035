"""A check of many links: what is found is written down in small batches, so that an interruption loses little."""

import time
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from datetime import timedelta

from sqlalchemy.orm import Session, sessionmaker

from service.catalog import link_check_runs as runs
from service.catalog.link_check_store import Recorder, store
from service.catalog.link_checks import Checked, Link, LinkScope, due
from service.catalog.models import LinkCheckRun
from service.config import Settings
from service.errors import Unavailable
from service.ingest.link_check.checking import CheckOptions, check_links

LARGEST_BATCH = 25
BATCH_S = 5.0  # and no check waits longer to be written down; the lease is renewed as often

Found = Generator[list[Checked], None, None]
Progress = Callable[[int, list[Checked]], None]  # how many links there are, and what was found since


class LinkCheck:
    """One run, as its owner works it off; it may go on from where another process left it."""

    def __init__(self, sessions: sessionmaker[Session], run: LinkCheckRun, settings: Settings) -> None:
        self.sessions = sessions
        self.run = run
        self.settings = settings
        self.counts = Counter[str](run.counts)
        self.total = 0
        self.has_changed = False  # whether readers see something new

    def work_off(self, options: CheckOptions, progress: Progress, should_stop: Callable[[], bool]) -> bool:
        """Check what is due; False when it was stopped before the end. What was found is kept, however this ends.

        The run is left in its owner's hands, for it to be finished or released; after an error it has failed.
        """
        links = self._due()
        self.total = self.counts.total() + len(links)
        try:
            self._write([])
            return self._check(check_links(links, options), progress, should_stop)
        except Exception:
            with self.sessions.begin() as session:
                runs.finish(session, self.run, "failed", "It stopped on an error of ours; what was checked is kept.")
            raise

    def _check(self, found: Found, progress: Progress, should_stop: Callable[[], bool]) -> bool:
        pending: list[Checked] = []
        written = time.monotonic()
        with closing(found) as batches:
            try:
                for batch in batches:
                    pending += batch
                    progress(self.total, batch)
                    if should_stop():
                        return False
                    if len(pending) >= LARGEST_BATCH or time.monotonic() - written >= BATCH_S:
                        self._write(pending)
                        pending, written = [], time.monotonic()
            finally:
                self._write(pending)
        return True

    def _due(self) -> list[Link]:
        wanted = self.run.scope
        days, limit = wanted["older_than_days"], wanted["limit"]
        age = timedelta(days=self.settings.link_check_again_days if days is None else days)
        left = None if limit is None else limit - self.counts.total()
        with self.sessions() as session:
            return due(session, LinkScope(self.run.created_at - age, wanted["host"], left))

    def _write(self, batch: list[Checked]) -> None:
        recorder = Recorder(self.run.actor, runs.subject(self.run), self.settings.link_check_keep_limit)
        counts = self.counts + Counter(check.finding.result for check in batch)
        with self.sessions.begin() as session:
            if batch:
                self.has_changed |= store(session, batch, recorder)
            if not runs.report(session, self.run, self.total, counts):
                raise Unavailable(f"The link check {self.run.id} was given up: its process was silent for too long.")
        self.counts = counts
