"""The settings, as the options that the rooms take. For `app` and `cli`, which alone read settings."""

from datetime import timedelta
from typing import TYPE_CHECKING

from service.catalog.conversations import KeepingLimits
from service.catalog.events import EventLimits
from service.config import Settings, bundled
from service.demos.kernel_cache import kernel_cache_dir
from service.demos.limits import RunLimits, WorkerOptions
from service.inference.judge import LazyEmbedder, PrerequisiteJudge
from service.logs import LogOptions
from service.outbound import FetchLimits
from service.search import Retrieval
from service.webhooks.limits import WebhookLimits

if TYPE_CHECKING:
    from service.ingest.link_check.checking import CheckOptions
    from service.ingest.reconcile import IngestOptions


def fetch_limits(settings: Settings) -> FetchLimits:
    """The bounds on fetching a page."""
    return FetchLimits(
        max_bytes=settings.max_page_bytes,
        timeout_s=settings.fetch_timeout_s,
        max_redirects=settings.fetch_max_redirects,
        private_addresses=settings.fetch_private_addresses,
    )


def check_options(settings: Settings, *, ask_archive: bool = False) -> "CheckOptions":
    """How links are checked."""
    from service.ingest.link_check.checking import CheckOptions  # noqa: PLC0415  # a client, which few commands need

    return CheckOptions(
        limits=fetch_limits(settings),
        connections=max(1, settings.link_check_connections),
        pause_s=settings.link_check_pause_s,
        broken_after=timedelta(days=settings.link_check_broken_days),
        ask_archive=ask_archive or settings.link_check_ask_archive,
    )


def token_limits(settings: Settings) -> FetchLimits:
    """The bounds on asking an OIDC issuer for its keys, while a caller waits. Its documents are where they are said."""
    return FetchLimits(
        max_bytes=256_000, timeout_s=5.0, max_redirects=0, private_addresses=settings.oidc_private_addresses
    )


def ingest_options(settings: Settings, *, actor: str = "cli", confirm_removals: bool = False) -> "IngestOptions":
    """Who ingests, and the bounds to keep."""
    from service.ingest.reconcile import IngestOptions  # noqa: PLC0415  # a parser, which few commands need
    from service.ingest.store_prerequisites import PrerequisiteOptions  # noqa: PLC0415  # the same

    return IngestOptions(
        actor=actor,
        max_removed_percent=settings.max_removed_percent,
        confirm_removals=confirm_removals,
        prerequisites=PrerequisiteOptions(
            accept_confidence=settings.prerequisite_accept_confidence,
            floor_confidence=settings.prerequisite_floor_confidence,
            judge=PrerequisiteJudge(bundled("data") / "models"),
        ),
    )


def search_embedder(settings: Settings) -> LazyEmbedder:
    """The model that compares meanings, not loaded yet."""
    return LazyEmbedder(bundled("data") / "models", settings.device)


def retrieval(settings: Settings) -> Retrieval:
    """The search index and its model, neither of them opened yet."""
    return Retrieval(settings.index_path, search_embedder(settings))


def run_limits(settings: Settings) -> RunLimits:
    """The bounds on runs, for the door that queues them and for the workers that execute them."""
    return RunLimits(
        time_s=settings.run_time_limit_s,
        memory_mb=settings.run_memory_limit_mb,
        queue=settings.run_queue_limit,
        keep_days=settings.run_keep_days,
        keep_runs=settings.run_keep_limit,
        idle_poll_s=settings.run_idle_poll_ms / 1000,
    )


def event_limits(settings: Settings) -> EventLimits:
    """How long and how many events of learners are kept."""
    return EventLimits(settings.event_keep_days, settings.event_keep_limit, settings.event_learner_limit)


def conversation_limits(settings: Settings) -> KeepingLimits:
    """How long, how many and how long-winded conversations are kept."""
    return KeepingLimits(
        minutes=settings.conversation_keep_minutes,
        conversations=settings.conversation_keep_limit,
        turns=settings.conversation_turn_limit,
    )


def log_options(settings: Settings) -> LogOptions:
    """How the service tells what happens."""
    return LogOptions(settings.log_format, settings.log_level)


def webhook_limits(settings: Settings) -> WebhookLimits:
    """The bounds on webhooks, for the door that registers them and for the process that sends."""
    return WebhookLimits(
        webhooks=settings.webhook_limit,
        attempts=settings.webhook_attempts,
        kept_deliveries=settings.webhook_keep_limit,
        give_up_days=settings.webhook_give_up_days,
        overlap_hours=settings.webhook_secret_overlap_hours,
        private_addresses=settings.webhook_private_addresses,
    )


def worker_options(settings: Settings) -> WorkerOptions:
    """What a worker process needs to know."""
    kernels = str(kernel_cache_dir(settings.state_path))
    return WorkerOptions(
        settings.resolved_database_url,
        run_limits(settings),
        kernels,
        webhooks=webhook_limits(settings),
        state_dir=str(settings.state_path),
        logs=log_options(settings),
    )
