"""What can be set: one table of names with units, defaults and help. Only `app` and `cli` read it."""

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from service.errors import Fault, InvalidInput

PREFIX = "COURSEGRAPH_"
_PACKAGE = Path(__file__).resolve().parent


def bundled(name: str) -> Path:
    """Where `data` or `migrations` lie: inside an installed package, beside `service/` in a checkout."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Settings:
    """The table. The type of a default is the type of the setting; COURSEGRAPH_PORT sets `port`."""

    state_dir: str = _setting("./var", "Folder for everything the service keeps: database, caches")
    database_url: str = _setting("", "SQLAlchemy URL of the catalog; empty means SQLite in STATE_DIR")
    index_dir: str = _setting("", "Folder of the search index; empty means `index` in STATE_DIR")
    vocabulary_dir: str = _setting("", "Folder with the vocabulary files; empty means the bundled one")
    host: str = _setting("127.0.0.1", "Address to listen on")
    port: int = _setting(8000, "Port to listen on")
    workers: int = _setting(2, "Web worker processes")
    threads: int = _setting(
        24, "Threads in one web worker; event streams, waits for runs and slow bodies hold one each"
    )
    backlog: int = _setting(256, "Requests that may wait for a thread of one web worker")
    public_read: bool = _setting(True, "Whether reads need no key")
    rate_limit_per_minute: int = _setting(6_000, "Reads that one address may ask for in a minute; 0: any number")
    rate_limit_key_per_minute: int = _setting(12_000, "Reads that one key may ask for in a minute; 0: any number")
    rate_limit_writes_per_minute: int = _setting(
        600, "Writes, questions and runs of one key, or of one address without, in a minute; 0: any number"
    )
    trusted_proxies: int = _setting(0, "Reverse proxies in front, whose X-Forwarded-For and -Proto are believed")
    cors_origins: str = _setting("", "Origins whose pages may ask, with commas between; * lets all read without a key")
    oidc_issuer: str = _setting("", "Issuer whose tokens are taken in place of keys; empty: none is")
    oidc_audience: str = _setting("", "What the `aud` of such a token must name; needed with OIDC_ISSUER")
    oidc_scope_claim: str = _setting("scope", "The claim that says what a token opens: words, or a list of them")
    oidc_scopes: str = _setting(
        "coursegraph:read=read,coursegraph:curate=curate,coursegraph:admin=admin",
        "What words of that claim open, with commas between",
    )
    oidc_private_addresses: bool = _setting(False, "Whether the issuer may be at a private address, and without TLS")
    hsts_max_age_s: int = _setting(0, "Strict-Transport-Security for so long; 0: no such header, as without TLS")
    max_page_bytes: int = _setting(5_000_000, "Largest page that is ingested")
    max_request_bytes: int = _setting(6_000_000, "Largest request body")
    fetch_timeout_s: float = _setting(20.0, "Longest time to fetch one URL, redirects included")
    fetch_max_redirects: int = _setting(5, "Redirects followed when a page is fetched")
    fetch_private_addresses: bool = _setting(
        False, "Whether pages and links may lead to private and loopback addresses"
    )
    link_check_again_days: float = _setting(7.0, "Days until a link is checked again")
    link_check_broken_days: float = _setting(
        3.0, "Days between two failures, with no answer in between, that make a link broken"
    )
    link_check_pause_s: float = _setting(1.0, "Pause between two requests to one host while links are checked")
    link_check_connections: int = _setting(8, "Connections that may be open while links are checked")
    link_check_keep_limit: int = _setting(20, "Checks of one link that are kept; the oldest go first")
    link_check_ask_archive: bool = _setting(
        False, "Whether archive.org is asked for its copy of a broken link; otherwise its address is made up"
    )
    enrich_time_limit_s: float = _setting(300.0, "Longest time that one `ingest --enrich` asks publishers")
    max_removed_percent: float = _setting(
        30.0, "A new edition that removes more of a page's resources must be confirmed"
    )
    prerequisite_accept_confidence: float = _setting(
        0.5, "Inferred prerequisites at least this sure (0..1) are accepted"
    )
    prerequisite_floor_confidence: float = _setting(
        0.2, "Inferred prerequisites less sure (0..1) than this are dropped"
    )
    device: str = _setting("auto", "Where demos compute, and the model that compares meanings: auto, cpu or cuda")
    demo_workers: int = _setting(1, "Worker processes that execute runs")
    run_time_limit_s: float = _setting(60.0, "Longest time one run may take")
    run_memory_limit_mb: int = _setting(2048, "Memory one run's process may take")
    run_queue_limit: int = _setting(64, "Runs that may wait; one more is refused with 503")
    run_keep_days: float = _setting(30.0, "Days that a run's result is kept")
    run_keep_limit: int = _setting(10_000, "Finished runs that are kept at most; the oldest go first")
    run_idle_poll_ms: int = _setting(
        100, "Longest time between two looks for runs, and figures to draw, while none come"
    )
    webhook_private_addresses: bool = _setting(False, "Whether webhooks may go to private and loopback addresses")
    webhook_limit: int = _setting(20, "Webhooks of changes that may be registered")
    webhook_attempts: int = _setting(6, "Times that a webhook's message is sent before it is given up")
    webhook_keep_limit: int = _setting(200, "Messages of one webhook that are kept when they are settled")
    webhook_give_up_days: float = _setting(3.0, "Days without success after which a webhook of changes is switched off")
    webhook_secret_overlap_hours: float = _setting(
        24.0, "Hours that the old secret of a webhook signs beside the new one"
    )
    conversation_keep_minutes: float = _setting(60.0, "Minutes that a conversation is kept after its last question")
    conversation_keep_limit: int = _setting(10_000, "Conversations that are kept; the oldest go first")
    conversation_turn_limit: int = _setting(200, "Questions in one conversation")
    event_keep_days: float = _setting(365.0, "Days that what learners did is kept")
    event_keep_limit: int = _setting(200_000, "Events of learners that are kept in all; the oldest go first")
    event_learner_limit: int = _setting(2_000, "Events of one learner that are kept; the oldest go first")
    card_memory_mb: int = _setting(
        128, "Memory in one web worker for resources as JSON; each that was read stays there until the next write"
    )
    answer_memory_mb: int = _setting(32, "Memory in one web worker for answers that may be asked for again")
    max_event_streams: int = _setting(8, "Open event streams in one web worker")
    max_waiting_requests: int = _setting(6, "Requests in one web worker that may wait for a run; others get 202")
    max_wait_s: float = _setting(30.0, "Longest `Prefer: wait` that is honoured")
    log_level: str = _setting("info", "debug, info, warning or error")
    log_format: str = _setting("auto", "json, console, or auto: console on a terminal, else json")
    stop_timeout_s: int = _setting(20, "Longest time that requests under way may take to finish when the server stops")
    batch_decision_limit: int = _setting(200, "Decisions of a curator that one batch may hold")
    min_free_disk_mb: int = _setting(200, "Free space in STATE_DIR below which /readyz says that it is short")

    @property
    def state_path(self) -> Path:
        """STATE_DIR as a path."""
        return Path(self.state_dir).expanduser().resolve()

    @property
    def resolved_database_url(self) -> str:
        """DATABASE_URL, or SQLite in STATE_DIR."""
        return self.database_url or f"sqlite:///{self.state_path / 'coursegraph.db'}"

    @property
    def index_path(self) -> Path:
        """INDEX_DIR, or `index` in STATE_DIR."""
        return Path(self.index_dir).expanduser().resolve() if self.index_dir else self.state_path / "index"

    @property
    def vocabulary_path(self) -> Path:
        """VOCABULARY_DIR, or the bundled vocabulary."""
        return Path(self.vocabulary_dir) if self.vocabulary_dir else bundled("data") / "vocabulary"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read COURSEGRAPH_* from the environment; raise InvalidInput that names a wrong one."""
    known = {PREFIX + setting.name.upper(): setting for setting in fields(Settings)}
    ours = {name: text for name, text in environment.items() if name.startswith(PREFIX)}
    unknown = sorted(ours.keys() - known.keys())
    if unknown:
        raise InvalidInput(f"There is no setting {', '.join(unknown)}. `coursegraph settings` lists them.")
    settings = Settings(**{known[name].name: _parse(name, known[name], text) for name, text in ours.items()})
    _check_choices(settings)
    return settings


def _parse(name: str, setting: Field[Any], text: str) -> Any:
    kind: Any = type(setting.default)
    try:
        return _parse_bool(text) if kind is bool else kind(text)
    except ValueError as error:
        raise InvalidInput(f"{name}={text!r} is not {_NAMES[kind]}.", [Fault(name, str(error))]) from error


def _check_choices(settings: Settings) -> None:
    for name, choices in _CHOICES.items():
        value = getattr(settings, name)
        if value not in choices:
            shown = f"{PREFIX}{name.upper()}={value!r}"
            raise InvalidInput(
                f"{shown} is not one of {', '.join(choices)}.", [Fault(PREFIX + name.upper(), "unknown")]
            )


def _parse_bool(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError("use true or false")
    return _BOOLEANS[text.lower()]


_CHOICES = {"log_level": ("debug", "info", "warning", "error"), "log_format": ("auto", "json", "console")}
_NAMES: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
_BOOLEANS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}
