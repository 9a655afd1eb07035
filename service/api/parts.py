"""What the views work with, made once by the app."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from service.api.kept_answers import KeptAnswers
from service.api.metrics import Metrics
from service.api.rate_limits import RateLimiter
from service.api.run_desk import RunDesk
from service.api.server import Server
from service.api.tokens import TokenVerifier
from service.catalog.conversations import KeepingLimits
from service.catalog.events import EventLimits
from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import Vocabulary
from service.ingest.reconcile import IngestOptions
from service.outbound import FetchLimits
from service.search import Retrieval
from service.webhooks.limits import WebhookLimits

_KEY = "coursegraph"


@dataclass(frozen=True)
class Parts:
    """The app's parts and the few settings that views need."""

    engine: Engine
    sessions: sessionmaker[Session]  # for writes, and for what outlives a request
    snapshots: Snapshots  # for reads
    vocabulary: Vocabulary
    metrics: Metrics
    kept_answers: KeptAnswers
    rate_limiter: RateLimiter
    tokens: TokenVerifier | None  # of OIDC, where an issuer is configured
    migrations: Path  # the folder
    version: str
    public_read: bool
    ingest_options: IngestOptions
    fetch_limits: FetchLimits
    open_client: Callable[[], httpx.Client]  # for pages that are fetched
    runs: RunDesk
    event_limits: EventLimits
    conversation_limits: KeepingLimits
    webhooks: WebhookLimits
    retrieval: Retrieval  # the search index and its model
    server: Server  # that runs the app
    state_dir: Path
    min_free_disk_mb: int
    batch_decision_limit: int

    def install(self, app: Flask) -> None:
        """Let this app's views find them."""
        app.extensions[_KEY] = self

    def close(self) -> None:
        """Close the connections to the database."""
        self.snapshots.close()
        self.engine.dispose()


def parts() -> Parts:
    """The parts of the app that serves this request."""
    return parts_of(current_app)


def parts_of(app: Flask) -> Parts:
    """The parts of an app."""
    found: Parts = app.extensions[_KEY]
    return found
