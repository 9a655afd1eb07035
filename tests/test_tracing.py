"""Traces arrive where OTEL_EXPORTER_OTLP_ENDPOINT says: a receiver on loopback gets them from another process."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from service import tracing
from service.errors import Unavailable

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ASK = """
import sys
from service.app import application
app = application()
client = app.test_client()
client.get("/api/v1/search?q=videos+on+backprop", headers={"traceparent": sys.argv[1], "X-Request-ID": "mine"})
client.get("/api/v1/topics/none")
print(sorted(name for name in sys.modules if name.startswith("opentelemetry")))
"""


class Receiver(ThreadingHTTPServer):
    """Takes OTLP over HTTP, and keeps the spans."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.exports: list[ExportTraceServiceRequest] = []

    def spans(self) -> dict[str, Any]:
        found = [span for e in self.exports for r in e.resource_spans for s in r.scope_spans for span in s.spans]
        return {span.name: span for span in found}


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.path == "/v1/traces"
        self.server.exports.append(ExportTraceServiceRequest.FromString(body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(database_url: str, state_dir: Path, **environment: str) -> str:
    """Ask a service in a process of its own; what it prints."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("OTEL_", "COURSEGRAPH_"))}
    ours |= {"COURSEGRAPH_DATABASE_URL": database_url, "COURSEGRAPH_STATE_DIR": str(state_dir), **environment}
    command = [sys.executable, "-c", ASK, PARENT]
    return subprocess.run(command, env=ours, capture_output=True, text=True, check=True).stdout


def facts(span: Any) -> dict[str, Any]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in span.attributes}


def test_a_requests_trace_arrives_with_its_route_and_stages(
    sqlite_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    ask(sqlite_url, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{receiver.server_port}")

    spans = receiver.spans()
    search = spans["GET /api/v1/search"]
    assert facts(search)["http.route"] == "/api/v1/search"
    assert facts(search)["http.response.status_code"] == 200
    assert facts(search)["coursegraph.request_id"] == "mine"
    assert search.trace_id.hex() == PARENT.split("-")[1]
    assert search.parent_span_id.hex() == PARENT.split("-")[2]
    stages = [spans[f"search.{stage}"] for stage in ("understand", "retrieve", "explain")]
    assert {stage.parent_span_id for stage in stages} == {search.span_id}
    assert facts(spans["GET /api/v1/topics/<topic_id>"])["http.response.status_code"] == 404
    told = {a.key: a.value.string_value for a in receiver.exports[0].resource_spans[0].resource.attributes}
    assert (told["service.name"], told["coursegraph.process"]) == ("coursegraph", "web")


def test_without_an_endpoint_nothing_of_it_is_loaded(sqlite_url: str, tmp_path: Path) -> None:
    assert ask(sqlite_url, tmp_path).strip() == "[]"


def test_an_endpoint_without_the_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setattr(tracing, "find_spec", lambda _name: None)

    with pytest.raises(Unavailable, match=r"coursegraph\[otel\]"):
        tracing.set_up("web")
