"""A curator's work over REST: ingest, edit, merge, refuse a cycle, undo, re-ingest, audit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

FRUIT = """# Fruit
## Apples (pippins)
* A video on apples [video](https://example.org/apples)
## Pears
Requires: Apples
* [How pears grow](https://example.org/pears) by Ann Lee
## Plums
Requires: Pears
* [Plums, a book](https://example.org/plums)
"""
TOPICS, RESOURCES, AUDIT = "/api/v1/topics", "/api/v1/resources", "/api/v1/audit"
Headers = dict[str, str]


@pytest.fixture
def curator(key: Callable[[str], Headers]) -> Headers:
    return key("curate")


@pytest.fixture
def fruit(fresh: FlaskClient, curator: Headers) -> FlaskClient:
    _ingest(fresh, curator)
    return fresh


def _ingest(client: FlaskClient, curator: Headers) -> Any:
    response = client.post("/api/v1/ingests", json={"markdown": FRUIT, "name": "fruit"}, headers=curator)
    assert response.status_code in (200, 201), response.text
    return response.json


def _pears(client: FlaskClient) -> Any:
    (found,) = client.get(f"{RESOURCES}?topic=pears").json["items"]
    return found


def _before_plums(client: FlaskClient) -> list[str]:
    return [edge["topic"]["id"] for edge in client.get(f"{TOPICS}/plums/prerequisites").json["items"]]


def _at(curator: Headers, version: int) -> Headers:
    return curator | {"If-Match": f'"{version}"'}


def test_a_decided_field_outlives_ingests_until_it_is_given_back(fruit: FlaskClient, curator: Headers) -> None:
    pears = _pears(fruit)
    path = f"{RESOURCES}/{pears['id']}"

    edited = fruit.patch(path, json={"title": "Growing pears", "year": 1999}, headers=_at(curator, pears["version"]))
    again = _ingest(fruit, curator)
    kept = fruit.get(path).json
    given_back = fruit.patch(path, json={"title": None}, headers=_at(curator, kept["version"]))

    assert (edited.status_code, again["is_changed"]) == (200, False)
    assert (kept["title"], kept["year"], kept["authors"]) == ("Growing pears", 1999, ["Ann Lee"])
    assert kept["title_evidence"]["source"] == "curator"
    assert (given_back.json["title"], given_back.json["year"]) == ("How pears grow", 1999)


def test_a_language_is_decided_and_asked_for_by_its_tag_or_its_name(fruit: FlaskClient, curator: Headers) -> None:
    pears = _pears(fruit)

    edited = fruit.patch(
        f"{RESOURCES}/{pears['id']}", json={"language": "Hebrew"}, headers=_at(curator, pears["version"])
    )

    assert edited.json["language"] == "he"
    for name in ("he", "HE", "hebrew"):
        (found,) = fruit.get(RESOURCES, query_string={"language": name}).json["items"]
        assert found["id"] == pears["id"]


def test_a_resource_may_be_said_to_be_in_no_language(fruit: FlaskClient, curator: Headers) -> None:
    pears = _pears(fruit)

    edited = fruit.patch(f"{RESOURCES}/{pears['id']}", json={"language": None}, headers=_at(curator, pears["version"]))

    assert (edited.status_code, edited.json["language"]) == (200, None)


def test_an_edit_says_what_it_is_based_on_and_is_refused_when_that_has_passed(
    fruit: FlaskClient, curator: Headers
) -> None:
    pears = _pears(fruit)
    path = f"{RESOURCES}/{pears['id']}"
    etag = fruit.get(path).headers["ETag"]

    blind = fruit.patch(path, json={"year": 1999}, headers=curator)
    first = fruit.patch(path, json={"year": 1999}, headers=curator | {"If-Match": etag})
    late = fruit.patch(path, json={"year": 2000}, headers=curator | {"If-Match": etag})

    assert [response.status_code for response in (blind, first, late)] == [428, 200, 412]
    assert late.json["current"] == first.json["version"]
    assert fruit.get(path).json["year"] == 1999


def test_what_a_read_shows_of_a_topic_and_its_edges_is_enough_to_edit_them(
    fruit: FlaskClient, curator: Headers
) -> None:
    path, edge = f"{TOPICS}/plums", f"{TOPICS}/plums/prerequisites/pears"
    etag = fruit.get(path).headers["ETag"]
    (before,) = [each for each in fruit.get(f"{path}/prerequisites").json["items"] if each["topic"]["id"] == "pears"]

    unchanged = fruit.get(path, headers={"If-None-Match": etag})
    renamed = fruit.patch(path, json={"label": "Prunes"}, headers=curator | {"If-Match": etag})
    rejected = fruit.put(edge, json={"status": "rejected"}, headers=_at(curator, before["version"]))
    late = fruit.put(edge, json={"status": "accepted"}, headers=_at(curator, before["version"]))

    assert [each.status_code for each in (unchanged, renamed, rejected, late)] == [304, 200, 200, 412]
    assert fruit.get(path).headers["ETag"] != etag


def test_a_wrong_field_is_named_and_changes_nothing(fruit: FlaskClient, curator: Headers) -> None:
    pears = _pears(fruit)
    wrong: dict[str, Any] = {"media_type": "scroll", "topics": ["nowhere"], "year": "soon", "colour": "red"}
    wrong |= {"url": "ftp://example.org", "language": "Klingon"}

    for name, value in wrong.items():
        refused = fruit.patch(f"{RESOURCES}/{pears['id']}", json={name: value}, headers=_at(curator, pears["version"]))

        assert refused.status_code == 422, name
        assert refused.json["errors"][0]["pointer"] == f"/{name}"
        assert _pears(fruit) == pears


def test_all_names_that_are_wrong_are_told_at_once(fruit: FlaskClient, curator: Headers) -> None:
    pears, apples = _pears(fruit), fruit.get(f"{TOPICS}/apples").json
    path = f"{RESOURCES}/{pears['id']}"
    two, part = {"topics": ["here", "there"]}, {"label": "Pippins", "resources": ["this", "that"]}

    unread = fruit.patch(
        path, json={"media_type": "scroll", "language": "Klingon"}, headers=_at(curator, pears["version"])
    )
    unfiled = fruit.patch(path, json=two, headers=_at(curator, pears["version"]))
    unsplit = fruit.post(f"{TOPICS}/apples/split", json=part, headers=_at(curator, apples["version"]))

    assert [fault["pointer"] for fault in unread.json["errors"]] == ["/media_type", "/language"]
    assert "'here', 'there'" in unfiled.json["detail"]
    assert "'this', 'that'" in unsplit.json["detail"]


def test_a_hidden_resource_is_for_curators_alone_and_a_deleted_one_for_nobody(
    fruit: FlaskClient, curator: Headers
) -> None:
    pears = _pears(fruit)
    path = f"{RESOURCES}/{pears['id']}"

    hidden = fruit.patch(path, json={"status": "hidden"}, headers=_at(curator, pears["version"]))
    seen = (fruit.get(path).status_code, fruit.get(path, headers=curator).status_code)
    deleted = fruit.delete(path, headers=_at(curator, hidden.json["version"]))

    assert (seen, deleted.status_code, fruit.get(path).status_code) == ((404, 200), 204, 410)
    assert _ingest(fruit, curator)["is_changed"] is False


@pytest.mark.parametrize(
    ("kind", "reads"),
    [
        (TOPICS, ["", "/prerequisites", "/dependents", "/path"]),
        (RESOURCES, ["", "/similar", "/link-checks"]),
    ],
)
def test_what_was_deleted_is_restored_before_anything_else(
    fruit: FlaskClient, curator: Headers, kind: str, reads: list[str]
) -> None:
    thing = fruit.get(f"{kind}?limit=1").json["items"][0]
    path, deleted = f"{kind}/{thing['id']}", _at(curator, thing["version"] + 1)
    fruit.delete(path, headers=_at(curator, thing["version"]))

    read = {fruit.get(path + more, headers=curator).status_code for more in reads}
    edited = fruit.patch(path, json={"status": "active"}, headers=deleted)
    restored = fruit.post(f"{path}/restore", headers=deleted)

    assert (read, edited.status_code) == ({410}, 410)
    assert (restored.status_code, fruit.get(path).status_code) == (200, 200)


def test_a_deleted_topic_is_not_split_but_may_lead_to_a_survivor(fruit: FlaskClient, curator: Headers) -> None:
    version, path = fruit.get(f"{TOPICS}/apples").json["version"], f"{TOPICS}/apples"
    fruit.delete(path, headers=_at(curator, version))
    deleted = _at(curator, version + 1)

    split = fruit.post(f"{path}/split", json={"label": "Pippins", "resources": []}, headers=deleted)
    merged = fruit.post(f"{path}/merge", json={"into": "pears"}, headers=deleted)

    assert (split.status_code, merged.status_code, fruit.get(path).status_code) == (410, 200, 308)


def test_a_hidden_topic_is_for_curators_alone(fruit: FlaskClient, curator: Headers) -> None:
    added = fruit.post(TOPICS, json={"label": "Quinces", "status": "hidden"}, headers=curator)
    path = f"{TOPICS}/quinces"

    shown = fruit.get(path, headers=curator)

    assert added.status_code == 201
    assert (shown.status_code, shown.json["status"], fruit.get(path).status_code) == (200, "hidden", 404)


def test_a_curator_adds_what_no_page_names(fruit: FlaskClient, curator: Headers) -> None:
    topic = fruit.post(TOPICS, json={"label": "Quinces", "broader": ["pears"]}, headers=curator)
    new = {"url": "https://example.org/quinces", "title": "Quinces", "media_type": "article", "topics": ["quinces"]}
    added = fruit.post(RESOURCES, json=new, headers=curator)
    twice = fruit.post(RESOURCES, json=new, headers=curator)

    found = fruit.get("/api/v1/search?q=articles on quinces").json

    assert (topic.status_code, added.status_code, twice.status_code) == (201, 201, 422)
    assert topic.headers["Location"].endswith("/topics/quinces")
    assert [hit["resource"]["url"] for hit in found["items"]] == ["https://example.org/quinces"]
    assert fruit.get(f"{TOPICS}/pears").json["narrower"] == [{"id": "quinces", "label": "Quinces"}]


def test_a_merge_is_previewed_then_done_and_the_old_id_leads_on(fruit: FlaskClient, curator: Headers) -> None:
    version = fruit.get(f"{TOPICS}/pears").json["version"]

    def merge(**further: Any) -> Any:
        body = {"into": "apples", **further}
        return fruit.post(f"{TOPICS}/pears/merge", json=body, headers=_at(curator, version))

    preview = merge(dry_run=True)
    untouched = fruit.get(f"{TOPICS}/pears").status_code
    merged = merge()

    assert (preview.status_code, untouched, merged.status_code) == (200, 200, 200)
    assert preview.json["aliases"] == merged.json["aliases"] == ["pippins", "Pears"]
    assert len(merged.json["mentions"]) == 2
    assert fruit.get(f"{TOPICS}/pears").status_code == 308
    assert fruit.get(f"{TOPICS}/pears").headers["Location"].endswith("/topics/apples")
    assert fruit.get(f"{RESOURCES}?topic=apples").json["total"] == 2
    assert _before_plums(fruit) == ["apples"]


def test_a_merge_outlives_ingests(fruit: FlaskClient, curator: Headers) -> None:
    version = fruit.get(f"{TOPICS}/pears").json["version"]
    fruit.post(f"{TOPICS}/pears/merge", json={"into": "apples"}, headers=_at(curator, version))

    report = _ingest(fruit, curator)  # what the page shows of prerequisites is read anew

    assert {change["change"] for change in (*report["topics"], *report["resources"])} == {"unchanged"}
    assert _before_plums(fruit) == ["apples"]
    assert _ingest(fruit, curator)["is_changed"] is False


def test_merged_resources_share_their_mentions_also_after_the_next_ingest(fruit: FlaskClient, curator: Headers) -> None:
    pears = _pears(fruit)
    (plums,) = fruit.get(f"{RESOURCES}?topic=plums").json["items"]

    merged = fruit.post(
        f"{RESOURCES}/{pears['id']}/merge", json={"into": plums["id"]}, headers=_at(curator, pears["version"])
    )

    assert [mention["line"] for mention in merged.json["mentions"]] == [6, 9]
    assert fruit.get(f"{RESOURCES}/{pears['id']}").status_code == 308
    assert {change["change"] for change in _ingest(fruit, curator)["resources"]} == {"unchanged"}


def test_a_split_takes_resources_to_a_new_topic(fruit: FlaskClient, curator: Headers) -> None:
    apples = fruit.get(f"{TOPICS}/apples").json
    (video,) = fruit.get(f"{RESOURCES}?topic=apples").json["items"]

    made = fruit.post(
        f"{TOPICS}/apples/split",
        json={"label": "Pippins", "resources": [video["id"]], "aliases": ["pippins"]},
        headers=_at(curator, apples["version"]),
    )

    assert (made.status_code, made.json["id"], made.json["aliases"]) == (201, "pippins", [])
    assert fruit.get(f"{RESOURCES}?topic=pippins").json["total"] == 1
    assert fruit.get(f"{RESOURCES}?topic=apples").json["total"] == 0
    assert fruit.get(f"{TOPICS}/apples").json["aliases"] == []


def test_an_edge_that_closes_a_cycle_is_refused_with_its_path_and_weakest_edge(
    fruit: FlaskClient, curator: Headers
) -> None:
    edge = f"{TOPICS}/apples/prerequisites/plums"

    refused = fruit.put(edge, json={"status": "accepted"}, headers=curator | {"If-None-Match": "*"})

    assert refused.status_code == 409
    assert refused.json["path"] == ["plums", "apples", "pears", "plums"]
    assert refused.json["weakest"] in (["apples", "pears"], ["pears", "plums"])
    assert fruit.get(f"{TOPICS}/apples/prerequisites").json["total"] == 0


def test_an_edge_is_decided_between_topics_that_are_there(fruit: FlaskClient, curator: Headers) -> None:
    def topic(id: str) -> str:
        return f"{TOPICS}/{id}"

    for label, status in (("Sour", "active"), ("Sweet", "active"), ("Secret", "hidden")):
        fruit.post(TOPICS, json={"label": label, "status": status}, headers=curator)
    fruit.delete(topic("sour"), headers=_at(curator, 1))
    fruit.post(f"{topic('sweet')}/merge", json={"into": "pears"}, headers=_at(curator, 1))

    answers = [
        fruit.put(edge, json={"status": "accepted"}, headers=curator | {"If-None-Match": "*"})
        for id in ("nowhere", "sour", "sweet", "secret")
        for edge in (f"{topic('apples')}/prerequisites/{id}", f"{topic(id)}/prerequisites/apples")
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 410, 410, 308, 308, 409, 409]
    assert [answer.headers["Location"] for answer in answers[4:6]] == [
        f"{topic('apples')}/prerequisites/pears",
        f"{topic('pears')}/prerequisites/apples",
    ]


def test_a_rejected_edge_stays_rejected_whatever_the_page_says(fruit: FlaskClient, curator: Headers) -> None:
    edge = f"{TOPICS}/pears/prerequisites/apples"
    refused = fruit.put(edge, json={"status": "rejected"}, headers=curator | {"If-None-Match": "*"})
    (stated,) = fruit.get(f"{TOPICS}/pears/prerequisites").json["items"]
    rejected = fruit.put(edge, json={"status": "rejected"}, headers=_at(curator, stated["version"]))

    _ingest(fruit, curator)

    assert (refused.status_code, rejected.status_code, rejected.json["kind"]) == (412, 200, "curated")
    assert refused.json["current"] == stated["version"]
    assert fruit.get(f"{TOPICS}/pears/prerequisites").json["total"] == 0


def test_the_audit_tells_each_field_before_and_after_and_undo_puts_it_back(
    fruit: FlaskClient, curator: Headers
) -> None:
    before = fruit.get(f"{TOPICS}/apples").json
    fruit.patch(f"{TOPICS}/apples", json={"label": "Malus"}, headers=_at(curator, before["version"]))
    (edit,) = fruit.get(f"{AUDIT}?subject=topic:apples", headers=curator).json["items"]

    undone = fruit.post(f"{AUDIT}/{edit['id']}/undo", headers=curator)
    again = fruit.post(f"{AUDIT}/{edit['id']}/undo", headers=curator)

    assert edit["changes"] == [
        {
            "table": "topic",
            "key": "apples",
            "before": {"label": "Apples"},
            "after": {"label": "Malus", "curated.label": "Malus"},
        },
    ]
    assert (edit["actor"], edit["action"]) == ("ada#1", "edit")
    assert (undone.status_code, undone.json["action"]) == (200, "undo")
    assert fruit.get(f"{TOPICS}/apples").json["label"] == "Apples"
    assert (undone.json["undoes"], edit["undoes"]) == (edit["id"], None)
    assert (again.status_code, again.json["type"]) == (409, "urn:coursegraph:problem:undone-already")
    assert again.json["undone_by"] == undone.json["id"]


def test_an_undo_of_what_has_been_changed_since_shows_the_fields(fruit: FlaskClient, curator: Headers) -> None:
    for label in ("Malus", "Pomes"):
        version = fruit.get(f"{TOPICS}/apples").json["version"]
        fruit.patch(f"{TOPICS}/apples", json={"label": label}, headers=_at(curator, version))
    _, first = fruit.get(f"{AUDIT}?subject=topic:apples", headers=curator).json["items"]

    late = fruit.post(f"{AUDIT}/{first['id']}/undo", headers=curator)

    assert (late.status_code, late.json["type"]) == (409, "urn:coursegraph:problem:changed-since")
    assert late.json["conflicts"][0]["before"] == {"label": "Malus", "curated.label": "Malus"}


def test_the_audit_is_asked_for_what_is_or_was_there(fruit: FlaskClient, curator: Headers) -> None:
    there = ["topic:apples", "prerequisite:pears>plums", "page:fruit", "key:1", "queue", "resources"]
    nowhere = ["topic:quinces", "prerequisite:pears", "key:one", "webhook:1", "fruit:apples", "apples"]

    answers = {subject: fruit.get(AUDIT, query_string={"subject": subject}, headers=curator) for subject in there}
    refused = {subject: fruit.get(AUDIT, query_string={"subject": subject}, headers=curator) for subject in nowhere}
    no_action = fruit.get(f"{AUDIT}?action=ingset", headers=curator)

    assert {subject: answer.json.get("total") for subject, answer in answers.items()} == {
        **dict.fromkeys(there, 0),
        "page:fruit": 1,
    }
    assert {subject: answer.json["errors"][0]["pointer"] for subject, answer in refused.items()} == dict.fromkeys(
        nowhere, "/query/subject"
    )
    assert (no_action.status_code, no_action.json["errors"][0]["pointer"]) == (422, "/query/action")


def test_an_ingest_is_no_editors_act(fruit: FlaskClient, curator: Headers) -> None:
    (ingest,) = fruit.get(f"{AUDIT}?action=ingest", headers=curator).json["items"]

    assert fruit.post(f"{AUDIT}/{ingest['id']}/undo", headers=curator).status_code == 409


@pytest.mark.parametrize("scope", [None, "read"])
def test_the_audit_is_for_curators(fresh: FlaskClient, key: Callable[[str], Headers], scope: str | None) -> None:
    refused = fresh.get(AUDIT, headers=key(scope) if scope else {})

    assert refused.status_code == (403 if scope else 401)
