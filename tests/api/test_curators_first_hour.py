"""A curator's first hour, over HTTP, with a server as `coursegraph serve` starts it and the real course page."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from faults.ground import Ground

from service.catalog import keys
from service.catalog.schema import migrate
from service.config import bundled

Json = Any
PAGE = "lectures-2024"
COURSE_PAGE = bundled("data") / "pages" / f"{PAGE}.md"


class Curator:
    """Somebody with a key and a terminal."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, **query: Any) -> Json:
        return self.ask("GET", path, params=query)

    def ask(self, method: str, path: str, status: int = 200, **more: Any) -> Json:
        """The answer's body; every answer but the one expected ends the story, with what was said."""
        answer = self._client.request(method, f"/api/v1{path}", follow_redirects=True, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def change(self, method: str, path: str, based_on: int, status: int = 200, **body: Any) -> Json:
        return self.ask(method, path, status, json=body, headers={"If-Match": f'"{based_on}"'})

    def ingest(self, status: int = 201, **options: Any) -> Json:
        text = COURSE_PAGE.read_text(encoding="utf-8")
        return self.ask("POST", "/ingests", status, json={"markdown": text, "name": PAGE, **options})

    def last_act(self) -> Json:
        return self.get("/audit", limit=1)["items"][0]


@pytest.fixture(scope="module")
def curator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curator]:
    folder: Path = tmp_path_factory.mktemp("hour")
    ground = Ground(folder, f"sqlite:///{folder}/catalog.db", random.Random(0))
    migrate(ground.sessions.kw["bind"], bundled("migrations"))
    with ground.sessions.begin() as session:
        key = keys.create(session, "curate", "ada")
    headers = {"Authorization": f"Bearer {key}"}
    with ground.service() as service, httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
        yield Curator(client)
    ground.close()


def test_a_curators_first_hour(curator: Curator) -> None:
    looks_before_it_ingests(curator)
    reviews_the_queue_and_approves_in_bulk(curator)
    merges_two_topics(curator)
    is_refused_a_cycle(curator)
    undoes_what_was_a_mistake(curator)
    finds_the_edits_kept_by_a_second_ingest(curator)
    reads_who_did_what(curator)


def looks_before_it_ingests(curator: Curator) -> None:
    preview = curator.ingest(200, dry_run=True)
    assert curator.get("/resources")["total"] == 0

    report = curator.ingest()

    assert (preview["dry_run"], preview["counts"]) == (True, report["counts"])
    assert curator.get("/resources")["total"] == 36
    assert curator.get("/topics")["total"] == 13
    (hidden,) = (question for question in report["questions"] if question["kind"] == "hidden_link")
    assert COURSE_PAGE.read_text(encoding="utf-8").splitlines()[hidden["line"] - 1].strip().startswith("[](")


def reviews_the_queue_and_approves_in_bulk(curator: Curator) -> None:
    queue = curator.get("/curation/queue", limit=200)
    assert queue["total"] == sum(queue["counts"].values()) == len(queue["items"])
    confidences = [item["confidence"] for item in queue["items"]]
    assert confidences == sorted(confidences)
    (link,) = (item for item in queue["items"] if item["kind"] == "hidden_link")
    types = [item for item in queue["items"] if item["kind"] == "media_type"][:3]
    decisions = [{"id": item["id"], "decision": "approve"} for item in (link, *types)]

    answer = curator.ask(
        "POST", "/curation/batches", json={"decisions": [*decisions, {**decisions[0], "id": "question:0"}]}
    )

    assert [result["status"] for result in answer["results"]] == [200] * len(decisions) + [404]
    left = {item["id"] for item in curator.get("/curation/queue", limit=200)["items"]}
    assert left.isdisjoint(decision["id"] for decision in decisions)
    assert curator.get(f"/resources/{link['subject']['id']}")["status"] == "active"
    assert (curator.last_act()["id"], curator.last_act()["action"]) == (answer["audit_entry"], "decide")


def merges_two_topics(curator: Curator) -> None:
    one, other = (curator.get(f"/topics/{id}") for id in ("gd-for-nn", "learning-by-gradient-descent"))
    filed = {topic["id"]: _filed(curator, topic["id"]) for topic in (one, other)}

    preview = curator.change("POST", f"/topics/{one['id']}/merge", one["version"], into=other["id"], dry_run=True)
    assert curator.get(f"/topics/{one['id']}")["id"] == one["id"]
    survivor = curator.change("POST", f"/topics/{one['id']}/merge", one["version"], into=other["id"])

    assert (survivor["id"], survivor["label"]) == (preview["id"], other["label"])
    assert one["label"] in survivor["aliases"]
    assert curator.get(f"/topics/{one['id']}")["id"] == other["id"]
    assert _filed(curator, other["id"]) == filed[one["id"]] | filed[other["id"]]


def is_refused_a_cycle(curator: Curator) -> None:
    target = "cnn-and-conv2d"
    before = curator.get(f"/topics/{target}/prerequisites", depth=1)["items"][0]["topic"]["id"]

    refused = curator.ask(
        "PUT",
        f"/topics/{before}/prerequisites/{target}",
        409,
        json={"status": "accepted"},
        headers={"If-None-Match": "*"},
    )

    assert refused["type"] == "urn:coursegraph:problem:cycle"
    assert (refused["path"][0], refused["path"][-1]) == (target, target)
    assert before in refused["path"]
    assert len(refused["weakest"]) == 2


def undoes_what_was_a_mistake(curator: Curator) -> None:
    merge = next(entry for entry in curator.get("/audit")["items"] if entry["action"] == "merge")

    undo = curator.ask("POST", f"/audit/{merge['id']}/undo")

    assert curator.get("/topics/gd-for-nn")["id"] == "gd-for-nn"
    assert curator.get("/topics")["total"] == 13
    assert curator.ask("POST", f"/audit/{merge['id']}/undo", 409)["undone_by"] == undo["id"]


def finds_the_edits_kept_by_a_second_ingest(curator: Curator) -> None:
    (explainer,) = curator.get("/resources", topic="cnn-and-conv2d", media_type="interactive")["items"]
    path = f"/resources/{explainer['id']}"
    curator.change("PATCH", path, explainer["version"], title="CNN Explainer, by its authors", year=2020)
    curator.change("PATCH", path, explainer["version"], 412, year=2021)
    before = _everything(curator)

    report = curator.ingest(200)

    assert not report["is_changed"]
    assert _everything(curator) == before
    assert curator.get(path)["title"] == "CNN Explainer, by its authors"


def reads_who_did_what(curator: Curator) -> None:
    acts = list(reversed(curator.get("/audit", limit=200)["items"]))

    assert [act["action"] for act in acts] == ["ingest", "decide", "merge", "undo", "edit"]
    assert {act["actor"].partition("#")[0] for act in acts} == {"ada"}
    (change,) = acts[-1]["changes"]
    assert change["after"] == {"curated.title": "CNN Explainer, by its authors", "curated.year": 2020}
    assert [act["revision"] for act in acts] == [1, 2, 3, 4, 5]


def _filed(curator: Curator, topic: str) -> set[str]:
    return {resource["id"] for resource in curator.get("/resources", topic=topic, limit=200)["items"]}


def _everything(curator: Curator) -> Json:
    return [curator.get(path, limit=200)["items"] for path in ("/resources", "/topics")]
