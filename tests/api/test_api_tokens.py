"""OIDC tokens in place of keys: checked against an issuer on this machine that rotates, lies and goes away."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from werkzeug.test import TestResponse

from service.api import issuer_keys
from service.api.issuer_keys import ASK_AGAIN_S, KEEP_S
from service.app import create_app
from service.config import Settings
from service.errors import InvalidInput, Unavailable
from service.outbound import open_client

AUDIT, KEYS, TOPICS = "/api/v1/audit", "/api/v1/keys", "/api/v1/topics"
AUDIENCE = "https://graph.example"
OURS = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})  # a stranger's, under our key's name
NEXT = ECKey.generate_key("P-256", {"kid": "two"})


class Issuer:
    """What the issuer says; `asked` are the paths that it was asked for."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys: list[Any] = [OURS.as_dict(private=False)]
        self.discovery = {"issuer": url, "jwks_uri": f"{url}/keys"}
        self.is_up = True
        self.asked: list[str] = []

    def token(self, key: Any = OURS, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token, but for what is said."""
        algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
        good = {"iss": self.url, "aud": AUDIENCE, "exp": _in(300), "sub": "ada", "scope": "openid coursegraph:curate"}
        meant = {name: value for name, value in (good | claims).items() if value is not None}
        return jwt.encode({"alg": algorithm, "kid": key.kid} | (header or {}), meant, key)


def _in(seconds: float) -> int:
    return int(time.time() + seconds)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            said = {"/keys": {"keys": issuer.keys}, "/.well-known/openid-configuration": issuer.discovery}
            body = json.dumps(said[self.path]).encode()
            self.send_response(200 if issuer.is_up else 500)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield issuer
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(sqlite_url: str, issuer: Issuer) -> Settings:
    return Settings(
        database_url=sqlite_url, oidc_issuer=issuer.url, oidc_audience=AUDIENCE, oidc_private_addresses=True
    )


@pytest.fixture
def later(fresh: FlaskClient) -> Callable[[float], None]:
    """Lets time pass for the issuer's keys."""
    keys = fresh.application.extensions["coursegraph"].tokens._keys
    passed = [0.0]
    clock = keys._clock
    keys._clock = lambda: clock() + passed[0]

    def pass_by(seconds: float) -> None:
        passed[0] += seconds

    return pass_by


@pytest.fixture
def ask(fresh: FlaskClient) -> Callable[..., TestResponse]:
    def get(token: str, path: str = AUDIT) -> TestResponse:
        return fresh.get(path, headers={"Authorization": f"Bearer {token}"})

    return get


Ask = Callable[..., TestResponse]


def test_a_good_token_opens_what_its_claim_says_and_no_more(ask: Ask, issuer: Issuer) -> None:
    refused = ask(issuer.token(), KEYS)

    assert ask(issuer.token()).status_code == 200
    assert (refused.status_code, refused.json["missing_scope"]) == (403, "admin")
    assert ask(issuer.token(scope="coursegraph:admin"), KEYS).status_code == 200
    assert ask(issuer.token(scope=["x", "coursegraph:curate"])).status_code == 200
    assert ask(issuer.token(scope="curate admin")).status_code == 403
    assert ask(issuer.token(scope=None)).status_code == 403


def test_the_audit_names_the_subject(fresh: FlaskClient, issuer: Issuer) -> None:
    bearer = {"Authorization": f"Bearer {issuer.token(sub='auth0|7#1')}"}

    fresh.post(TOPICS, json={"label": "Sets"}, headers=bearer)

    (entry,) = fresh.get(f"{AUDIT}?subject=topic:sets", headers=bearer).json["items"]
    assert entry["actor"] == "oidc:auth0|7%231"


def _by_hand(issuer: Issuer, sign: Callable[[bytes], bytes], **header: Any) -> str:
    """What no decent library would make: these headers, over claims that would open everything."""
    claims = {"iss": issuer.url, "aud": AUDIENCE, "exp": _in(300), "sub": "ada", "scope": "coursegraph:admin"}
    unsigned = b".".join(_base64(json.dumps(part).encode()) for part in ({"kid": "one"} | header, claims))
    return b".".join((unsigned, _base64(sign(unsigned)))).decode()


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _hmac_by_public_key(unsigned: bytes) -> bytes:
    return hmac.digest(OURS.as_pem(private=False), unsigned, "sha256")


def _truly(unsigned: bytes) -> bytes:
    return OURS.private_key.sign(unsigned, PKCS1v15(), SHA256())


def _with_changed_claims(issuer: Issuer) -> str:
    header, _, signature = issuer.token().split(".")
    _, payload, _ = issuer.token(OTHER, scope="coursegraph:admin").split(".")
    return f"{header}.{payload}.{signature}"


FORGED: dict[str, Callable[[Issuer], str]] = {
    "another audience": lambda issuer: issuer.token(aud="https://other.example"),
    "no audience": lambda issuer: issuer.token(aud=None),
    "another issuer": lambda issuer: issuer.token(iss="https://evil.example"),
    "expired": lambda issuer: issuer.token(exp=_in(-120)),
    "without end": lambda issuer: issuer.token(exp=None),
    "not yet": lambda issuer: issuer.token(nbf=_in(120)),
    "without subject": lambda issuer: issuer.token(sub=None),
    "with an empty subject": lambda issuer: issuer.token(sub=""),
    "with an endless subject": lambda issuer: issuer.token(sub="x" * 300),
    "a stranger's key": lambda issuer: issuer.token(OTHER),
    "changed claims": _with_changed_claims,
    "alg none": lambda issuer: _by_hand(issuer, lambda _: b"", alg="none"),
    "HS256 with the public key": lambda issuer: _by_hand(issuer, _hmac_by_public_key, alg="HS256"),
    "a weaker algorithm": lambda issuer: jwt.encode({"alg": "RS512", "kid": "one"}, {"sub": "a"}, OURS, ["RS512"]),
    "an unknown key": lambda issuer: issuer.token(NEXT),
    "an unknown critical header": lambda issuer: _by_hand(issuer, _truly, alg="RS256", crit=["x"], x=1),
    "nothing": lambda _: "..",
    "garbage": lambda _: "a.b.c",
    "no token": lambda _: "abc",
    "a long one": lambda issuer: issuer.token(padding="x" * 9000),
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_is_no_good_token_is_refused(ask: Ask, issuer: Issuer, kind: str) -> None:
    for path in (AUDIT, TOPICS):
        refused = ask(FORGED[kind](issuer), path)

        assert (refused.status_code, refused.json["type"]) == (401, "urn:coursegraph:problem:key-invalid")
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="coursegraph", error="invalid_token"'


def test_what_is_made_by_hand_is_refused_for_its_headers_alone(ask: Ask, issuer: Issuer) -> None:
    assert ask(_by_hand(issuer, _truly, alg="RS256"), KEYS).status_code == 200


def test_clocks_may_differ_a_little(ask: Ask, issuer: Issuer) -> None:
    assert ask(issuer.token(exp=_in(-30), nbf=_in(30))).status_code == 200


def test_our_own_keys_go_on_to_open(fresh: FlaskClient, key: Callable[[str], dict[str, str]]) -> None:
    assert fresh.get(AUDIT, headers=key("curate")).status_code == 200


class TestTheIssuersKeys:
    def test_are_asked_for_once(self, ask: Ask, issuer: Issuer) -> None:
        for _ in range(5):
            assert ask(issuer.token()).status_code == 200

        assert issuer.asked == ["/.well-known/openid-configuration", "/keys"]

    def test_may_change(self, ask: Ask, issuer: Issuer, later: Callable[[float], None]) -> None:
        assert ask(issuer.token()).status_code == 200
        issuer.keys = [NEXT.as_dict(private=False)]
        later(ASK_AGAIN_S)

        assert ask(issuer.token(NEXT)).status_code == 200
        assert ask(issuer.token()).status_code == 401

    def test_that_are_withdrawn_are_forgotten_in_time(
        self, ask: Ask, issuer: Issuer, later: Callable[[float], None]
    ) -> None:
        assert ask(issuer.token()).status_code == 200
        issuer.keys = [NEXT.as_dict(private=False)]
        later(KEEP_S)

        assert ask(issuer.token()).status_code == 401

    def test_are_not_asked_for_by_every_unknown_name(
        self, ask: Ask, issuer: Issuer, later: Callable[[float], None]
    ) -> None:
        ask(issuer.token())
        later(ASK_AGAIN_S)

        flood = [ask(issuer.token(header={"kid": f"k{number}"})).status_code for number in range(20)]

        assert set(flood) == {401}
        assert len(issuer.asked) == 4

    def test_that_sign_nothing_here_are_left_alone(self, ask: Ask, issuer: Issuer) -> None:
        public = OURS.as_dict(private=False)
        strange = [{"kty": "OKP", "crv": "Ed25519", "kid": "x"}, {"kty": "RSA", "kid": "broken", "n": "!"}, {}]
        issuer.keys = [*strange, public | {"use": "enc", "kid": "enc"}, public]

        assert ask(issuer.token()).status_code == 200
        assert ask(issuer.token(header={"kid": "enc"})).status_code == 401

    def test_need_no_name_where_there_is_but_one(self, ask: Ask, issuer: Issuer) -> None:
        unnamed = {name: value for name, value in OURS.as_dict(private=False).items() if name != "kid"}
        issuer.keys = [unnamed]
        header, payload = {"alg": "RS256"}, issuer.token()
        claims = jwt.decode(payload, OURS).claims

        assert ask(jwt.encode(header, claims, OURS)).status_code == 200

    @pytest.mark.parametrize("trouble", ["down", "another issuer", "no document"])
    def test_that_cannot_be_had_are_told_as_503(
        self, ask: Ask, issuer: Issuer, later: Callable[[float], None], trouble: str
    ) -> None:
        issuer.is_up = trouble != "down"
        good = issuer.discovery
        issuer.discovery = {"another issuer": good | {"issuer": "https://x.example"}, "no document": []}.get(
            trouble, good
        )

        refused = [ask(issuer.token()) for _ in range(3)]
        asked = len(issuer.asked)
        issuer.is_up, issuer.discovery = True, good
        later(ASK_AGAIN_S)

        assert {answer.status_code for answer in refused} == {503}
        assert refused[0].headers["Retry-After"] == "10"
        assert asked == 1
        assert ask(issuer.token()).status_code == 200

    def test_that_are_known_serve_while_the_issuer_is_away(
        self, ask: Ask, issuer: Issuer, later: Callable[[float], None]
    ) -> None:
        ask(issuer.token())
        issuer.is_up = False
        later(ASK_AGAIN_S)

        assert ask(issuer.token(NEXT)).status_code == 503
        assert ask(issuer.token()).status_code == 200

    def test_are_not_fetched_from_private_addresses_unless_that_is_set(self, issuer: Issuer) -> None:
        limits = issuer_keys.FetchLimits(private_addresses=False)
        client = issuer_keys.Issuer(issuer.url, lambda: open_client(limits), limits)

        with pytest.raises(Unavailable):
            issuer_keys.IssuerKeys(client).find("one")

        assert issuer.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_audience": ""},
        {"oidc_private_addresses": False},
        {"oidc_scopes": "teachers=root"},
        {"oidc_scopes": "teachers"},
    ],
)
def test_settings_that_would_let_strangers_in_are_refused_at_the_start(sqlite_url: str, wrong: dict[str, Any]) -> None:
    good = {"oidc_issuer": "http://127.0.0.1:1", "oidc_audience": AUDIENCE, "oidc_private_addresses": True}

    with pytest.raises(InvalidInput, match="OIDC_"):
        create_app(Settings(database_url=sqlite_url, **{**good, **wrong}))
