"""The keys that an OIDC issuer signs tokens with: fetched when they are needed, kept, fetched anew when they change.

Whoever sends a token can name a key that does not exist, so that is no reason to ask the issuer again and again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from service.errors import FetchError, KeyInvalid, Unavailable
from service.outbound import FetchLimits, fetch

DISCOVERY = "/.well-known/openid-configuration"
KEEP_S = 3600.0
ASK_AGAIN_S = 10.0  # at the earliest, for a key that was not there, or when there was no answer
MOST_KEYS = 100

# What may sign: the algorithm, and the kind of key that it takes.
ALGORITHMS = {"RS256": ("RSA", None), "ES256": ("EC", "P-256")}
SigningKey = RSAKey | ECKey


@dataclass(frozen=True)
class Issuer:
    """Who issues tokens, and how to ask there."""

    url: str
    open_client: Callable[[], httpx.Client]
    limits: FetchLimits


@dataclass(frozen=True)
class _Fetched:
    keys: Mapping[str | None, SigningKey]  # by their names; by None if there is but one
    at: float


class IssuerKeys:
    """The keys of one issuer."""

    def __init__(self, issuer: Issuer, clock: Callable[[], float] = monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._fetched = _Fetched({}, float("-inf"))
        self._asked_at = float("-inf")
        self._asking = Lock()

    def find(self, name: str | None) -> SigningKey:
        """The key of this name; KeyInvalid when the issuer has none, Unavailable when it does not answer."""
        key = self._known(name)
        if key is None:
            with self._asking:
                key = self._known(name) or self._ask_for(name)
        if key is None:
            raise KeyInvalid("The token is signed with a key that its issuer does not have.")
        return key

    def _known(self, name: str | None) -> SigningKey | None:
        fetched = self._fetched
        return fetched.keys.get(name) if self._clock() - fetched.at < KEEP_S else None

    def _ask_for(self, name: str | None) -> SigningKey | None:
        if self._clock() - self._asked_at >= ASK_AGAIN_S:
            self._asked_at = self._clock()
            self._fetched = _Fetched(self._fetch(), self._asked_at)
        if self._fetched.at < self._asked_at:
            raise _unavailable(self._issuer.url)
        return self._known(name)

    def _fetch(self) -> Mapping[str | None, SigningKey]:
        url, limits = self._issuer.url, self._issuer.limits
        try:
            with self._issuer.open_client() as client:
                discovered = orjson.loads(fetch(client, url.rstrip("/") + DISCOVERY, limits).content)
                where = discovered["jwks_uri"]
                if discovered["issuer"] != url or not where.startswith(url.split("://")[0] + "://"):
                    raise ValueError("the document is of another issuer, or its keys come by another scheme")
                return _signing_keys(orjson.loads(fetch(client, where, limits).content)["keys"])
        except (FetchError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unavailable(url) from error


def _unavailable(issuer: str) -> Unavailable:
    return Unavailable(f"The keys of {issuer} cannot be had, so no token can be checked.", int(ASK_AGAIN_S))


def _signing_keys(keys: list[Any]) -> Mapping[str | None, SigningKey]:
    found: dict[str | None, SigningKey] = {}
    for jwk in keys[:MOST_KEYS]:
        key = _signing_key(jwk)
        if key is not None:
            found[jwk.get("kid")] = key
    if len(found) == 1:
        found[None] = next(iter(found.values()))
    return found


def _signing_key(jwk: dict[str, Any]) -> SigningKey | None:
    """The key if it is for what we verify; an issuer may have others."""
    kind = jwk.get("kty"), jwk.get("crv")
    algorithm = next((name for name, its_kind in ALGORITHMS.items() if its_kind == kind), None)
    if algorithm is None or jwk.get("use", "sig") != "sig" or jwk.get("alg", algorithm) != algorithm:
        return None
    try:
        key = JWKRegistry.import_key({name: value for name, value in jwk.items() if name in _PUBLIC})
    except (JoseError, ValueError, TypeError):
        return None
    return key if isinstance(key, RSAKey | ECKey) else None


_PUBLIC = frozenset(("kty", "crv", "n", "e", "x", "y", "kid"))
