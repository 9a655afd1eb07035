"""Traces, for OpenTelemetry: where OTEL_EXPORTER_OTLP_ENDPOINT says where they go. Without it nothing is loaded.

The library's own variables (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, ...) hold.
"""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any

from service import __version__
from service.errors import Unavailable

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_NO_SPAN: AbstractContextManager[None] = nullcontext()
_FLUSHED_EARLY = 10  # among what is done at the end of a process

_tracer: "Tracer | None" = None


def set_up(process: str) -> None:
    """Trace what this process does from now on, if that is asked for; Unavailable when the library lacks."""
    global _tracer  # noqa: PLW0603  # one for each process, as the log is
    if _is_wanted():
        require()
        _tracer = _open(process)


def require() -> None:
    """Raise Unavailable when traces are asked for that cannot be sent."""
    if _is_wanted() and find_spec("opentelemetry") is None:
        raise Unavailable(
            "OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, and OpenTelemetry is not installed: "
            "the extra coursegraph[otel] brings it: pip install -e '.[otel]' in its sources."
        )


def span(name: str, **facts: str | int | float | bool) -> "AbstractContextManager[Span | None]":
    """A stretch of work, around a block; it is a part of the one around it."""
    if _tracer is None:
        return _NO_SPAN
    return _tracer.start_as_current_span(name, attributes={f"coursegraph.{fact}": told for fact, told in facts.items()})


def request_span(environ: Mapping[str, Any]) -> "AbstractContextManager[Span | None]":
    """A request's, a part of the caller's where that is said (W3C trace context)."""
    if _tracer is None:
        return _NO_SPAN
    from opentelemetry.trace import SpanKind  # noqa: PLC0415  # loaded already
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    headers = {name: environ.get(f"HTTP_{name.upper()}", "") for name in ("traceparent", "tracestate")}
    context = TraceContextTextMapPropagator().extract(headers)
    return _tracer.start_as_current_span("request", context, SpanKind.SERVER)


def _is_wanted() -> bool:
    return any(os.environ.get(name) for name in _ENDPOINTS)


def _open(process: str) -> "Tracer":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    name = {} if "OTEL_SERVICE_NAME" in os.environ else {"service.name": "coursegraph"}
    facts = {**name, "service.version": __version__, "coursegraph.process": process}
    provider = TracerProvider(resource=Resource.create(facts))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    Finalize(None, provider.shutdown, exitpriority=_FLUSHED_EARLY)  # also in forked processes, which atexit forgets
    return provider.get_tracer("coursegraph", __version__)
