"""The authorisation matrix: every route and method of openapi.yaml, asked without a key and with each kind of key.

A new route fails `test_every_route_is_in_the_table` until it has its line in NEEDS: decide who may, and write it down.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.api.spec import openapi
from service.app import create_app
from service.catalog import keys
from service.catalog.models import now
from service.config import Settings

OPEN = "open"  # to all, always; no key is looked at
PUBLIC = "public"  # to all where PUBLIC_READ is on, else with a key of any scope
READ, CURATE, ADMIN = keys.SCOPES  # always with a key of this scope or a wider one

NEEDS = {
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": OPEN,
    "GET /openapi.json": OPEN,
    "GET /api/v1/search": PUBLIC,
    "GET /api/v1/suggest": PUBLIC,
    "POST /api/v1/ask": PUBLIC,
    "GET /api/v1/resources": PUBLIC,
    "GET /api/v1/resources/{resource_id}": PUBLIC,
    "GET /api/v1/resources/{resource_id}/similar": PUBLIC,
    "GET /api/v1/topics": PUBLIC,
    "GET /api/v1/topics/{topic_id}": PUBLIC,
    "GET /api/v1/topics/{topic_id}/prerequisites": PUBLIC,
    "GET /api/v1/topics/{topic_id}/dependents": PUBLIC,
    "GET /api/v1/topics/{topic_id}/path": PUBLIC,
    "POST /api/v1/gap": PUBLIC,
    "POST /api/v1/recommendations": PUBLIC,
    "POST /api/v1/recommendations/batch": PUBLIC,
    "POST /api/v1/embeddings": PUBLIC,
    "GET /api/v1/media-types": PUBLIC,
    "GET /api/v1/pages": PUBLIC,
    "GET /api/v1/pages/{page_id}": PUBLIC,
    "GET /api/v1/graph": PUBLIC,
    "GET /api/v1/changes": PUBLIC,
    "GET /api/v1/demos": PUBLIC,
    "GET /api/v1/demos/{demo_id}": PUBLIC,
    "POST /api/v1/demos/{demo_id}/runs": PUBLIC,
    "GET /api/v1/runs/{run_id}": PUBLIC,
    "DELETE /api/v1/runs/{run_id}": PUBLIC,
    "GET /api/v1/runs/{run_id}/events": PUBLIC,
    "GET /api/v1/runs/{run_id}/figures/{name}": PUBLIC,
    "POST /api/v1/events": READ,
    "DELETE /api/v1/events": READ,
    "POST /api/v1/resources": CURATE,
    "PATCH /api/v1/resources/{resource_id}": CURATE,
    "DELETE /api/v1/resources/{resource_id}": CURATE,
    "POST /api/v1/resources/{resource_id}/restore": CURATE,
    "POST /api/v1/resources/{resource_id}/merge": CURATE,
    "GET /api/v1/resources/{resource_id}/link-checks": CURATE,
    "POST /api/v1/topics": CURATE,
    "PATCH /api/v1/topics/{topic_id}": CURATE,
    "DELETE /api/v1/topics/{topic_id}": CURATE,
    "PUT /api/v1/topics/{topic_id}/prerequisites/{prerequisite_id}": CURATE,
    "POST /api/v1/topics/{topic_id}/restore": CURATE,
    "POST /api/v1/topics/{topic_id}/merge": CURATE,
    "POST /api/v1/topics/{topic_id}/split": CURATE,
    "POST /api/v1/ingests": CURATE,
    "GET /api/v1/link-checks": CURATE,
    "POST /api/v1/link-checks": CURATE,
    "GET /api/v1/link-checks/{check_id}": CURATE,
    "GET /api/v1/curation/queue": CURATE,
    "POST /api/v1/curation/batches": CURATE,
    "POST /api/v1/curation/batches/alike": CURATE,
    "GET /api/v1/audit": CURATE,
    "POST /api/v1/audit/{entry_id}/undo": CURATE,
    "GET /api/v1/keys": ADMIN,
    "POST /api/v1/keys": ADMIN,
    "GET /api/v1/keys/{key_id}": ADMIN,
    "DELETE /api/v1/keys/{key_id}": ADMIN,
    "GET /api/v1/webhooks": ADMIN,
    "POST /api/v1/webhooks": ADMIN,
    "GET /api/v1/webhooks/{webhook_id}": ADMIN,
    "PATCH /api/v1/webhooks/{webhook_id}": ADMIN,
    "DELETE /api/v1/webhooks/{webhook_id}": ADMIN,
    "POST /api/v1/webhooks/{webhook_id}/secret": ADMIN,
    "POST /api/v1/webhooks/{webhook_id}/test": ADMIN,
    "GET /api/v1/webhooks/{webhook_id}/deliveries": ADMIN,
    "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/retry": ADMIN,
}
BAD = ("unknown", "revoked", "expired")
CALLERS = (None, *BAD, *keys.SCOPES)


@dataclass(frozen=True)
class Service:
    """A service, and the header of each caller."""

    client: FlaskClient
    headers: dict[str | None, dict[str, str]]

    def status(self, route: str, caller: str | None) -> int:
        """What this caller gets who asks for a thing that is not there, with an empty body."""
        method, path = route.split()
        path = "/".join("0" if part.startswith("{") else part for part in path.split("/"))
        body = {} if method in ("GET", "DELETE") else {"json": {}}
        headers = {**self.headers[caller], "If-Match": '"1"', "Prefer": "wait=0"}
        answer = self.client.open(path, method=method, headers=headers, **body)
        answer.close()
        return answer.status_code


@pytest.fixture(scope="module", params=[True, False], ids=["reads open", "reads closed"])
def service(
    request: pytest.FixtureRequest, migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("authorisation")
    shutil.copy(migrated_sqlite, folder / "catalog.db")
    unlimited = {f"rate_limit_{of}per_minute": 0 for of in ("", "key_", "writes_")}
    url = f"sqlite:///{folder / 'catalog.db'}"
    app = create_app(Settings(state_dir=str(folder), database_url=url, public_read=request.param, **unlimited))
    yield Service(app.test_client(), _headers(app.extensions["coursegraph"].sessions))
    app.extensions["coursegraph"].close()


def _headers(sessions: object) -> dict[str | None, dict[str, str]]:
    sent = {"unknown": "cg_guess"}
    with sessions.begin() as session:
        for scope in keys.SCOPES:
            sent[scope] = keys.create(session, scope, scope)
        for state in ("revoked", "expired"):
            sent[state] = keys.create(session, ADMIN, state)
            setattr(keys.of(session, sent[state]), f"{state}_at".replace("expired", "expires"), now() - timedelta(1))
    return {None: {}} | {caller: {"Authorization": f"Bearer {key}"} for caller, key in sent.items()}


def _expected(needs: str, caller: str | None, is_open: bool) -> int | None:
    """The status of a refusal; None where the caller is let in."""
    if needs == OPEN:
        return None
    if caller in BAD:
        return 401
    scope = needs if needs != PUBLIC else None if is_open else READ
    if scope is None:
        return None
    if caller is None:
        return 401
    return None if keys.SCOPES.index(caller) >= keys.SCOPES.index(scope) else 403


@pytest.mark.parametrize("route", NEEDS)
def test_each_caller_is_let_in_where_the_table_says_so_and_nowhere_else(service: Service, route: str) -> None:
    is_open = service.client.application.extensions["coursegraph"].public_read
    met = {caller: service.status(route, caller) for caller in CALLERS}

    refused = {caller: status if status in (401, 403) else None for caller, status in met.items()}
    assert refused == {caller: _expected(NEEDS[route], caller, is_open) for caller in CALLERS}
    assert not [status for status in met.values() if status >= 500 and status != 503], met


def _described(service: Service) -> dict[str, str]:
    """Every route of the document, which a test of it holds equal to openapi.yaml, and what it says is needed."""
    operations = {
        f"{method.upper()} {path}": operation.get("security")
        for path, methods in openapi(service.client.application)["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    }
    return {
        route: OPEN if security is None else PUBLIC if {} in security else security[0]["key"][0]
        for route, security in operations.items()
    }


def test_every_route_is_in_the_table(service: Service) -> None:
    described = _described(service)
    missing = {route: needs for route, needs in described.items() if route not in NEEDS}
    gone = NEEDS.keys() - described.keys()

    assert not missing, f"Who may? Give each its line in NEEDS, when that is what is meant: {missing}"
    assert not gone, f"No such routes any more: take them out of NEEDS: {sorted(gone)}"


def test_the_description_tells_what_each_route_needs(service: Service) -> None:
    assert _described(service).items() <= NEEDS.items()
