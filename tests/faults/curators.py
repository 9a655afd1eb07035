"""Clients that write without pause, whatever becomes of the service, and note what they asked and were answered."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from faults.garden import PLANTS, edition, ingest_of
from faults.ground import Ground
from faults.ledger import Ledger, Write

from service.catalog.urls import parse_url

TIMEOUT_S = 30.0
PAUSE_S = 0.05  # after no answer, or the answer that there is none now
# What a curator may be told while others write, and the service or its database is away.
EXPECTED = (200, 201, 404, 409, 412, 503)

Answer = httpx.Response | None  # None: nobody knows what became of the request


class Curator(threading.Thread):
    """One client: its pages, its resources, and (the first one) the prerequisites are nobody else's."""

    def __init__(self, name: str, client: httpx.Client, ledger: Ledger, chance: random.Random) -> None:
        super().__init__(name=name, daemon=True)
        self.answers: Counter[int] = Counter()
        self.surprises: list[str] = []
        self.acknowledged = 0
        self._client = client
        self._ledger = ledger
        self._chance = chance
        self._is_over = threading.Event()
        self._own: list[str] = []  # ids of resources
        self._edges: dict[tuple[str, ...], int | None] = {}  # versions, as far as it knows
        self._count = 0

    def stop(self) -> None:
        self._is_over.set()

    def run(self) -> None:
        acts = [self._edit] * 6 + [self._add, self._ingest]
        if self.name.endswith("-1"):
            acts += [self._decide] * 4
        self._add()
        while not self._is_over.is_set():
            self._count += 1
            self._chance.choice(acts)()

    def _add(self) -> None:
        """Sent again under one key until it is answered: it must be done once."""
        url = f"https://example.org/{self.name}/{self._chance.getrandbits(64):x}"
        write = Write("add", f"resource:{parse_url(url).id}", self._mark())
        body = {"url": url, "title": write.mark, "media_type": "video"}
        self._ledger.ask(write)
        while not self._is_over.is_set():
            sent = self._send("POST", "/resources", body, {"Idempotency-Key": url})
            if sent is not None and sent.status_code == 201:
                self._ledger.acknowledge(write)
                self.acknowledged += 1
                self._own.append(parse_url(url).id)
                return

    def _edit(self) -> None:
        id = self._chance.choice(self._own) if self._own else ""
        found = self._send("GET", f"/resources/{id}")
        if found is None or found.status_code != 200:
            return
        write = Write("edit", f"resource:{id}", self._mark())
        self._write("PATCH", f"/resources/{id}", write, {"title": write.mark}, found.json()["version"])

    def _ingest(self) -> None:
        text = edition(self.name, self._count, self._chance)
        self._write("POST", "/ingests", ingest_of(self.name, text), {"markdown": text, "name": self.name})

    def _decide(self) -> None:
        prerequisite, dependent = edge = tuple(plant.lower() for plant in self._chance.sample(PLANTS, 2))
        status = self._chance.choice(("accepted", "accepted", "rejected"))
        write = Write(status, f"prerequisite:{prerequisite}>{dependent}", self._mark())
        body = {"status": status, "any_of": write.mark}
        sent = self._write(
            "PUT", f"/topics/{dependent}/prerequisites/{prerequisite}", write, body, self._edges.get(edge)
        )
        if sent is not None and sent.status_code == 404:  # it was a page's, and another edition took it back
            self._edges.pop(edge)
        elif sent is not None:
            told = sent.json()
            self._edges[edge] = told.get("version") or told.get("current") or self._edges.get(edge)

    def _write(
        self, method: str, path: str, write: Write, body: Any, version: int | None = None
    ) -> httpx.Response | None:
        self._ledger.ask(write)
        based_on = {"If-None-Match": "*"} if version is None else {"If-Match": f'"{version}"'}
        sent = self._send(method, path, body, based_on)
        if sent is not None and sent.status_code in (200, 201):
            self._ledger.acknowledge(write)
            self.acknowledged += 1
        return sent

    def _send(self, method: str, path: str, body: Any = None, headers: Any = None) -> Answer:
        """The answer, if there was one."""
        try:
            answer = self._client.request(method, f"/api/v1{path}", json=body, headers=headers)
        except httpx.TransportError:
            time.sleep(PAUSE_S)
            return None
        self.answers[answer.status_code] += 1
        if answer.status_code not in EXPECTED or (answer.status_code == 503 and not _tells_when(answer)):
            self.surprises.append(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code == 503:
            time.sleep(PAUSE_S)
        return answer

    def _mark(self) -> str:
        return f"{self.name} {self._chance.getrandbits(64):x}"


def _tells_when(answer: httpx.Response) -> bool:
    return "Retry-After" in answer.headers and answer.headers["Content-Type"] == "application/problem+json"


@contextmanager
def curators_at_work(ground: Ground, url: str, count: int = 3) -> Iterator[list[Curator]]:
    """Several clients beside the block; what surprised them is an AssertionError at its end."""
    headers = {"Authorization": f"Bearer {ground.key}"}
    with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S) as client:
        names = [f"garden-{ground.chance.getrandbits(32):x}-{number}" for number in range(1, count + 1)]
        working = [Curator(name, client, ground.ledger, random.Random(ground.chance.random())) for name in names]
        for curator in working:
            curator.start()
        try:
            yield working
        finally:
            for curator in working:
                curator.stop()
            for curator in working:
                curator.join()
    surprises = [surprise for curator in working for surprise in curator.surprises]
    assert not surprises, "\n".join(surprises)
