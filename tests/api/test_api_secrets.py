"""No secret in any log, even when all that any library says is written down."""

import logging
import secrets
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import text

from service.api import access
from service.api.issuer_keys import Issuer, IssuerKeys
from service.app import create_app
from service.catalog import keys
from service.config import Settings
from service.outbound import FetchLimits

ISSUER, AUDIENCE = "https://issuer.example", "https://graph.example"
SIGNER = RSAKey.generate_key(2048, {"kid": "one"})
HOOK = "https://hooks.example/changes"


def _issuer(request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("/keys"):
        return httpx.Response(200, json={"keys": [SIGNER.as_dict(private=False)]})
    return httpx.Response(200, json={"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"})


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Every logger at its most talkative, and SQLAlchemy's: statements with their parameters, but for our hiding."""
    caplog.set_level(logging.DEBUG)
    names = [name for name in logging.root.manager.loggerDict if logging.getLogger(name).level > logging.DEBUG]
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "httpx", "httpcore", "werkzeug", *names):
        caplog.set_level(logging.DEBUG, logger=name)
    return caplog


@pytest.fixture
def service(everything_logged: pytest.LogCaptureFixture, database_url: str) -> Iterator[FlaskClient]:
    settings = Settings(database_url=database_url, oidc_issuer=ISSUER, oidc_audience=AUDIENCE)
    app = create_app(settings)
    parts = app.extensions["coursegraph"]
    client = Issuer(ISSUER, lambda: httpx.Client(transport=httpx.MockTransport(_issuer)), FetchLimits())
    parts.tokens._keys = IssuerKeys(client)
    yield app.test_client()
    parts.close()


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_keys_tokens_and_webhook_secrets_are_in_no_log(
    service: FlaskClient, everything_logged: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.application.extensions["coursegraph"].sessions.begin() as session:
        admin = keys.create(session, "admin", "ada")
    wanted = {"name": "Canvas", "scope": "read"}
    narrow = service.post("/api/v1/keys", json=wanted, headers=_bearer(admin) | {"Idempotency-Key": "k"}).json["key"]
    claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 300, "sub": "bob", "scope": "coursegraph:curate"}
    token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, SIGNER)
    forged, guess = token[:-4] + "AAAA", f"cg_{secrets.token_urlsafe(32)}"
    of_run = "whsec_" + "Q" * 32
    hooked = service.post("/api/v1/webhooks", json={"url": HOOK}, headers=_bearer(admin)).json["secret"]

    run = {"parameters": {}, "webhook": {"url": HOOK, "secret": of_run}}
    service.post("/api/v1/demos/playground/runs", json=run, headers={"Prefer": "wait=0"})
    for secret in (admin, narrow, token, forged, guess):
        for path in ("/api/v1/topics", "/api/v1/audit", "/api/v1/keys"):
            service.get(path, headers=_bearer(secret))
            service.get(path, headers={"Authorization": secret})
    monkeypatch.setattr(access.keys, "check", _broken)
    failed = service.get("/api/v1/topics", headers=_bearer(admin))

    assert failed.status_code == 500
    for secret in (admin, narrow, token, forged, guess, of_run, hooked):
        assert secret.removeprefix("cg_").removeprefix("whsec_")[-20:] not in everything_logged.text
    assert "INSERT INTO api_key" in everything_logged.text
    assert "INSERT INTO run_webhook" in everything_logged.text


def _broken(session: Any, key: str) -> None:
    """A mistake of ours, in a statement that has a secret among its parameters."""
    session.execute(text("SELECT nothing FROM nowhere WHERE secret = :secret"), {"secret": key})
