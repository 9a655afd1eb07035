"""The app: settings in, a WSGI application out. Wiring only."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from service import __version__, logs, tracing
from service.api import below_flask, docs, problems, requests
from service.api.blueprints import BLUEPRINTS
from service.api.bounds import Bounds
from service.api.browser_headers import BrowserHeaders
from service.api.cors import Cors
from service.api.issuer_keys import Issuer, IssuerKeys
from service.api.kept_answers import KeptAnswers
from service.api.metrics import Metrics
from service.api.parts import Parts
from service.api.rate_limits import RateLimiter, RateLimits
from service.api.refusals import Layer, wrap
from service.api.run_desk import RunDesk
from service.api.seats import Seats
from service.api.server import NO_SERVER, Server
from service.api.tokens import TokenVerifier
from service.catalog.database import open_database, open_sessions
from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import load_vocabulary
from service.config import Settings, bundled, read_settings
from service.demos.registry import DEMOS
from service.errors import InvalidInput
from service.heartbeats import beat_beside
from service.options import (
    conversation_limits,
    event_limits,
    fetch_limits,
    ingest_options,
    log_options,
    retrieval,
    run_limits,
    token_limits,
    webhook_limits,
)
from service.outbound import open_client

PROCESS = "web"  # its name in the log, and as a sign of life
MEGABYTE = 1_000_000


def create_app(settings: Settings, server: Server = NO_SERVER) -> Flask:
    """The application with these settings. It opens the database when it is first asked, and never migrates it."""
    app = Flask("coursegraph", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes
    app.url_map.merge_slashes = False  # "//" is no other spelling of "/": Flask would answer it in HTML
    parts = _parts(settings, server)
    parts.install(app)
    below_flask.register(app, [read for door in BLUEPRINTS for read in door.quick_reads])
    for around in _layers(settings, parts):
        wrap(app, around)
    requests.register(app, parts.metrics, server.log)
    if settings.trusted_proxies:
        wrap(app, partial(ProxyFix, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies))
    problems.register(app)
    for door in BLUEPRINTS:
        app.register_blueprint(door)
    app.register_blueprint(docs.blueprint)
    return app


def application(is_stopping: Callable[[], bool] = NO_SERVER.is_stopping) -> Flask:
    """The factory that a WSGI server loads: settings come from the environment, and what happens goes to the log."""
    settings = read_settings()
    options = log_options(settings)
    logs.set_up(options, PROCESS, requests.facts)
    tracing.set_up(PROCESS)
    beat_beside(settings.state_path, PROCESS)
    return create_app(settings, Server(logs.quick_logger(options, PROCESS), is_stopping, is_for_good=True))


def _layers(settings: Settings, parts: Parts) -> Sequence[Layer]:
    """What goes around Flask and the kept answers, from the inside out."""
    return (
        Bounds(settings.max_request_bytes, Seats(max(1, settings.threads // 3))).around,
        parts.rate_limiter.around,
        Cors(settings.cors_origins).around,
        BrowserHeaders(settings.hsts_max_age_s).around,
    )


def _rate_limits(settings: Settings) -> RateLimits:
    """Each process gives its share."""
    asked = settings.rate_limit_per_minute, settings.rate_limit_key_per_minute, settings.rate_limit_writes_per_minute
    return RateLimits(*(math.ceil(number / settings.workers) for number in asked))


def _tokens(settings: Settings) -> TokenVerifier:
    issuer = settings.oidc_issuer
    if not issuer.startswith("https://") and not settings.oidc_private_addresses:
        raise InvalidInput(f"OIDC_ISSUER: {issuer!r} is not an https URL.")
    limits = token_limits(settings)
    keys = IssuerKeys(Issuer(issuer, partial(open_client, limits), limits))
    return TokenVerifier(issuer, settings.oidc_audience, settings.oidc_scope_claim, settings.oidc_scopes, keys)


def _parts(settings: Settings, server: Server) -> Parts:
    engine = open_database(settings.resolved_database_url)
    limits = fetch_limits(settings)
    return Parts(
        engine=engine,
        sessions=open_sessions(engine),
        snapshots=Snapshots(engine, settings.card_memory_mb * MEGABYTE, server.is_for_good),
        vocabulary=load_vocabulary(settings.vocabulary_path),
        metrics=Metrics(),
        kept_answers=KeptAnswers(settings.answer_memory_mb * MEGABYTE),
        rate_limiter=RateLimiter(_rate_limits(settings)),
        tokens=_tokens(settings) if settings.oidc_issuer else None,
        migrations=bundled("migrations"),
        version=__version__,
        public_read=settings.public_read,
        ingest_options=ingest_options(settings),
        fetch_limits=limits,
        open_client=partial(open_client, limits),
        runs=RunDesk(
            demos=DEMOS,
            device=settings.device,
            limits=run_limits(settings),
            workers=settings.demo_workers,
            max_wait_s=settings.max_wait_s,
            waiting=Seats(settings.max_waiting_requests),
            streams=Seats(settings.max_event_streams),
        ),
        event_limits=event_limits(settings),
        conversation_limits=conversation_limits(settings),
        webhooks=webhook_limits(settings),
        retrieval=retrieval(settings),
        server=server,
        state_dir=settings.state_path,
        min_free_disk_mb=settings.min_free_disk_mb,
        batch_decision_limit=settings.batch_decision_limit,
    )
