"""A Python user's window on a running service.

    from service.client import CoursegraphClient

    with CoursegraphClient("http://127.0.0.1:8000") as coursegraph:
        answer = coursegraph.search("videos on backprop")
        print(answer["message"])
        for resource in coursegraph.resources(topic="cnn", media_type="interactive"):
            print(resource["title"], resource["url"])

Answers are the JSON that `openapi.yaml` describes. What the service refuses is raised as ServiceError.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from service import __version__

API = "/api/v1"
TIMEOUT_S = 30.0
LONGEST_STRETCH = 200  # items

Json = dict[str, Any]


class ServiceError(Exception):
    """The service refused. `problem` is its problem+json (RFC 9457); `status` the HTTP status."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")
        self.status = status
        self.problem = problem


class CoursegraphClient:
    """Asks one service; `key` opens what needs one. `transport` is for tests and unusual networks."""

    def __init__(self, base_url: str, key: str | None = None, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"User-Agent": f"coursegraph-client/{__version__}"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.Client(
            base_url=base_url, headers=headers, transport=transport, timeout=TIMEOUT_S, follow_redirects=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def search(self, question: str, **narrowed: Any) -> Json:
        """Answer a question; `narrowed` by media_type, topic, language, year_min, limit or cursor."""
        return self._get("/search", {"q": question, **narrowed})

    def ask(self, question: str, conversation_id: str | None = None, **options: Any) -> Json:
        """An answer in words, with its sources; `options` are corrections and limit.

        With the `conversation_id` of an earlier answer the question may lean on that: "and papers?".
        """
        body = {"question": question, "conversation_id": conversation_id, **options}
        return self._json(self._http.post(f"{API}/ask", json=body))

    def suggest(self, typed: str, limit: int = 10) -> list[Json]:
        """Complete the beginning of a question."""
        return list(self._get("/suggest", {"q": typed, "limit": limit})["items"])

    def resources(self, **filters: Any) -> Iterator[Json]:
        """All resources that meet the filters, fetched stretch by stretch while you go on."""
        return self._all("/resources", filters)

    def resource(self, resource_id: str) -> Json:
        """One resource."""
        return self._get(f"/resources/{_quoted(resource_id)}")

    def topics(self) -> Iterator[Json]:
        """All topics."""
        return self._all("/topics", {})

    def topic(self, id_or_name: str) -> Json:
        """One topic."""
        return self._get(f"/topics/{_quoted(id_or_name)}")

    def changes(self, since: str | None = None, types: Sequence[str] = ()) -> Iterator[Json]:
        """What changed after a cursor, up to now; from the beginning without one.

        Keep the `cursor` of the last change that you took over, and go on after it another time.
        """
        while True:
            stretch = self._get("/changes", {"since": since, "type": types, "limit": LONGEST_STRETCH})
            yield from stretch["items"]
            since = stretch["next"]
            if not stretch["has_more"]:
                return

    def changes_cursor(self) -> str:
        """The cursor after which `changes` tells what is still to come: take it, then read the lists."""
        return str(self._get("/changes", {"since": "now"})["next"])

    def prerequisites(self, topic: str, depth: int | None = None) -> list[Json]:
        """What to learn before a topic."""
        return list(self._get(f"/topics/{_quoted(topic)}/prerequisites", {"depth": depth})["items"])

    def path(self, topic: str, known: Sequence[str] = (), prefer: Sequence[str] = ()) -> Json:
        """What to learn, in which order, to come from what is known to a topic."""
        return self._get(f"/topics/{_quoted(topic)}/path", {"known": known, "prefer": prefer})

    def gap(self, *goals: str, known: Sequence[str] = ()) -> Json:
        """What is missing for the goals, and what of it can be begun now."""
        return self._json(self._http.post(f"{API}/gap", json={"goals": goals, "known": known}))

    def similar(self, resource_id: str, limit: int = 10) -> list[Json]:
        """Resources like one, each with its reason."""
        return list(self._get(f"/resources/{_quoted(resource_id)}/similar", {"limit": limit})["items"])

    def recommendations(self, **learner: Any) -> list[Json]:
        """What to learn from next, by known_topics, goal, completed, seen, learner, prefer, limit; the best first."""
        return list(self._json(self._http.post(f"{API}/recommendations", json=learner))["items"])

    def record(self, learner: str, *events: Mapping[str, Any]) -> Json:
        """Record what a learner did, as {kind, resource or topic, rating}. Needs a key."""
        return self._json(self._http.post(f"{API}/events", json={"learner": learner, "events": events}))

    def forget(self, learner: str) -> Json:
        """Delete all that was recorded of a learner. Needs a key."""
        return self._json(self._http.delete(f"{API}/events", params={"learner": learner}))

    def ingest(self, *, idempotency_key: str | None = None, **page: Any) -> Json:
        """Ingest a page: page_url, or markdown and name; base_url, dry_run, confirm_removals. Needs a key."""
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        return self._json(self._http.post(f"{API}/ingests", json=page, headers=headers))

    def run_demo(self, demo: str, seed: str = "0", wait_s: int = 30, **parameters: Any) -> Json:
        """Run a demo and wait for it, at most about so long; the run says by its `status` whether it has ended."""
        body = {"parameters": parameters, "seed": seed}
        headers = {"Prefer": f"wait={wait_s}"}
        url = f"{API}/demos/{_quoted(demo)}/runs"
        return self._json(self._http.post(url, json=body, headers=headers, timeout=wait_s + TIMEOUT_S))

    def run(self, run_id: str) -> Json:
        """How a run stands, and what it gave."""
        return self._get(f"/runs/{_quoted(run_id)}")

    def _all(self, path: str, query: Mapping[str, Any]) -> Iterator[Json]:
        cursor: str | None = None
        while True:
            stretch = self._get(path, {**query, "cursor": cursor})
            yield from stretch["items"]
            cursor = stretch["next"]
            if cursor is None:
                return

    def _get(self, path: str, query: Mapping[str, Any] | None = None) -> Json:
        return self._json(self._http.get(API + path, params=_plain(query or {})))

    def _json(self, response: httpx.Response) -> Json:
        if response.is_success:
            found: Json = response.json()
            return found
        try:
            problem = response.json()
        except ValueError:  # a proxy in between, perhaps
            problem = {"title": response.reason_phrase, "detail": response.text[:200]}
        raise ServiceError(response.status_code, problem)


def _plain(query: Mapping[str, Any]) -> dict[str, str]:
    """Query parameters as the service reads them: what is None or empty is not sent."""
    return {name: _text(value) for name, value in query.items() if value not in (None, (), [])}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ",".join(value)


def _quoted(segment: str) -> str:
    """A name as one segment of a path, whatever is in it."""
    return quote(segment, safe="")
