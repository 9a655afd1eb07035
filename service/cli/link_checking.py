"""A check of many links: what is found is written down in small batches, so that an interruption loses little."""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

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

Progress = Callable[[int, list[Checked]], None]  # how many links there are, and what was found since


@dataclass
class LinkCheck:
    """One run, as its owner works it off."""

    sessions: sessionmaker[Session]
    run: LinkCheckRun
    settings: Settings
    options: CheckOptions
    total: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    has_changed: bool = False  # whether readers see something new

    def perform(self, progress: Progress, should_stop: Callable[[], bool]) -> bool:
        """Check what is due; False when it was stopped before the end. What was found is kept, however this ends."""
        links = self._due()
        self.total = len(links)
        self._write([])
        pending: list[Checked] = []
        written = time.monotonic()
        with closing(check_links(links, self.options)) as batches:
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
        days = self.run.scope["older_than_days"]
        age = timedelta(days=self.settings.link_check_again_days if days is None else days)
        scope = LinkScope(self.run.created_at - age, self.run.scope["host"], self.run.scope["limit"])
        with self.sessions() as session:
            return due(session, scope)

    def _write(self, batch: list[Checked]) -> None:
        recorder = Recorder(self.run.actor, runs.subject(self.run), self.settings.link_check_keep_limit)
        counts = self.counts + Counter(check.finding.result for check in batch)
        with self.sessions.begin() as session:
            if batch:
                self.has_changed |= store(session, batch, recorder)
            if not runs.report(session, self.run, self.total, counts):
                raise Unavailable(f"The link check {self.run.id} was given up: its process was silent for too long.")
        self.counts = counts


def scope(host: str | None, limit: int | None, older_than_days: float | None) -> dict[str, Any]:
    """What a run is about, as it is kept; hosts are known without "www."."""
    return {
        "host": host and host.lower().removeprefix("www."),
        "limit": limit,
        "older_than_days": older_than_days,
    }
