"""The app: settings in, a WSGI application out. Wiring only."""

from functools import partial

from flask import Flask

from service import __version__
from service.api import docs, metrics, problems, requests
from service.api.blueprints import BLUEPRINTS
from service.api.parts import Parts
from service.api.run_desk import RunDesk
from service.api.seats import Seats
from service.api.spec import make_api
from service.catalog.database import open_database, open_sessions
from service.catalog.snapshots import Snapshots
from service.catalog.vocabulary import load_vocabulary
from service.config import Settings, bundled, read_settings
from service.demos.limits import RunLimits
from service.demos.registry import DEMOS
from service.ingest.reconcile import IngestOptions
from service.outbound import FetchLimits, open_client


def create_app(settings: Settings) -> Flask:
    """The application with these settings. It opens the database when it is first asked, and never migrates it."""
    app = Flask("coursegraph", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes
    app.url_map.merge_slashes = False  # "//" is no other spelling of "/": Flask would answer it in HTML
    _parts(settings).install(app)
    requests.register(app)
    metrics.register(app)
    problems.register(app)
    api = make_api(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint)
    return app


def application() -> Flask:
    """The factory that a WSGI server loads: settings come from the environment."""
    return create_app(read_settings())


def _parts(settings: Settings) -> Parts:
    engine = open_database(settings.resolved_database_url)
    limits = FetchLimits(
        max_bytes=settings.max_page_bytes,
        timeout_s=settings.fetch_timeout_s,
        max_redirects=settings.fetch_max_redirects,
        private_addresses=settings.fetch_private_addresses,
    )
    return Parts(
        engine=engine,
        sessions=open_sessions(engine),
        snapshots=Snapshots(engine),
        vocabulary=load_vocabulary(settings.vocabulary_path),
        migrations=bundled("migrations"),
        version=__version__,
        public_read=settings.public_read,
        ingest_options=IngestOptions(
            max_removed_percent=settings.max_removed_percent,
            accept_confidence=settings.prerequisite_accept_confidence,
            floor_confidence=settings.prerequisite_floor_confidence,
        ),
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
    )


def run_limits(settings: Settings) -> RunLimits:
    """The bounds on runs, for the door that queues them and for the workers that execute them."""
    return RunLimits(
        time_s=settings.run_time_limit_s,
        memory_mb=settings.run_memory_limit_mb,
        queue=settings.run_queue_limit,
        keep_days=settings.run_keep_days,
        keep_runs=settings.run_keep_limit,
    )
