"""coursegraph serve: migrate, ingest the bundled pages, and answer under a production server."""

import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click
from granian.constants import Interfaces
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels
from sqlalchemy.orm import Session, sessionmaker

from service import logs, tracing
from service.cli.beside import running_beside
from service.cli.context import open_catalog
from service.cli.ingest import ingest_sources
from service.cli.web_workers import WebServer, shared_metrics
from service.config import PREFIX, Settings, bundled, read_settings
from service.demos.kept import Kept
from service.demos.processes import running_workers
from service.ingest.sources import find_sources
from service.options import ingest_options, log_options, worker_options

# Its lines go the way of ours; each request is logged by `service.api.requests`.
_PLAIN_GRANIAN: dict[str, Any] = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"handlers": []}}}
# Whoever sends headers slowly or without end is let go (bodies: `service.api.bounds`).
HEADERS_TIMEOUT_MS = 10_000
MAX_HEADERS_BYTES = 32_768  # of a whole request's; the server answers 431
MAX_STREAMS = 100  # of one HTTP/2 connection
PORT_PATIENCE_S = 2.0  # the workers of a server that was killed a moment ago keep the port until they notice


@click.command()
@click.option("--host", help="Address to listen on (setting HOST).")
@click.option("--port", type=int, help="Port to listen on (setting PORT).")
@click.option("--empty", is_flag=True, help="Do not ingest the bundled pages.")
def serve(host: str | None, port: int | None, empty: bool) -> None:
    """Serve the REST API until it is interrupted."""
    settings = read_settings()
    settings = replace(settings, host=host or settings.host, port=port or settings.port)
    logs.set_up(log_options(settings), "serve")
    signal.signal(signal.SIGTERM, _leave)
    tracing.require()
    _refuse_taken_port(settings)
    with open_catalog(settings, tells_new=False) as sessions:
        if not empty:
            _ingest_bundled_pages(sessions, settings)
    click.echo(f"Serving http://{settings.host}:{settings.port} (try it: /docs); Ctrl+C stops it")
    with (
        shared_metrics(),
        running_workers(worker_options(settings), settings.demo_workers) as workers,
        running_beside() as beside,
    ):
        _serve(settings, [workers, beside])


def _leave(*_signal: object) -> None:
    """While it is being prepared; a write under way is rolled back."""
    sys.exit(0)


def _refuse_taken_port(settings: Settings) -> None:
    patience = time.monotonic() + PORT_PATIENCE_S
    while (trouble := _port_trouble(settings)) and time.monotonic() < patience:
        time.sleep(0.1)
    if trouble:
        reason = f"cannot listen on {settings.host}:{settings.port}: {trouble}"
        raise click.ClickException(f"{reason}. `--port` or {PREFIX}PORT picks another port.")


def _port_trouble(settings: Settings) -> str | None:
    """Why the port cannot be had; None when it can."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return error.strerror or str(error)
    return None


def _ingest_bundled_pages(sessions: sessionmaker[Session], settings: Settings) -> None:
    sources = find_sources(str(bundled("data") / "pages"))
    outcome = ingest_sources(sessions, sources, settings, ingest_options(settings, actor="serve"))
    for report in outcome.reports:
        counts = report.counts["resources"]
        what = f"{counts['added']} mentions added" if report.is_changed else "nothing new"
        click.echo(f"Page {report.page}: {what}")
    for error in outcome.errors:
        click.echo(f"coursegraph: {error}", err=True)


def _is_news(record: logging.LogRecord) -> bool:
    """Granian warns of more threads than cores; ours mostly wait, for runs and on event streams."""
    return not record.getMessage().startswith("Configuration allows spawning")


def _serve(settings: Settings, kept: Sequence[Kept]) -> None:
    logging.getLogger("_granian").addFilter(_is_news)
    os.environ[PREFIX + "HOST"], os.environ[PREFIX + "PORT"] = settings.host, str(settings.port)
    server = WebServer(
        kept,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backpressure=settings.backlog,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_TIMEOUT_MS, max_buffer_size=MAX_HEADERS_BYTES),
        http2_settings=HTTP2Settings(max_headers_size=MAX_HEADERS_BYTES, max_concurrent_streams=MAX_STREAMS),
        log_level=LogLevels(settings.log_level),
        log_dictconfig=_PLAIN_GRANIAN,
        respawn_failed_workers=True,
        workers_kill_timeout=max(1, settings.stop_timeout_s),
    )
    server.serve_until_stopped()
