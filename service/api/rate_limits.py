"""How much one caller may ask in a minute: by key where a good one is sent, else by address.

Loopback is an address like others: behind a reverse proxy that TRUSTED_PROXIES does not know of, it is everybody.
Each worker process counts for itself, with its share of the budget.
"""

import hashlib
import ipaddress
import math
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from service.api.browser_headers import TOLD
from service.api.budgets import ROUNDING_S, WINDOW_S, Budgets
from service.api.problems import TOO_MANY_REQUESTS
from service.api.refusals import Handler, refuse
from service.api.requests import Environ, StartResponse

MAX_KEYS = 10_000
_READS = frozenset(("GET", "HEAD", "OPTIONS"))
_UNLIMITED = frozenset(("/healthz", "/readyz"))  # asked by what keeps the service running, also when it is busy


@dataclass(frozen=True)
class RateLimits:
    """Calls in a minute, in one process; 0 is without limit."""

    address_reads: int = 0
    key_reads: int = 0
    writes: int = 0  # and all else that is not a plain read


class RateLimiter:
    """Who calls, and which budget that is taken from."""

    def __init__(self, limits: RateLimits) -> None:
        self._by_address = _budgets("address", limits.address_reads)
        self._by_key = _budgets("key", limits.key_reads)
        self._writes = _budgets("writes", limits.writes)
        self._keys: OrderedDict[bytes, str] = OrderedDict()  # good ones by hash, and whose they are

    def recognise(self, authorization: str, actor: str) -> None:
        """From now on, calls with this header are this caller's: it was found good."""
        self._keys[_hash(authorization)] = actor
        if len(self._keys) > MAX_KEYS:
            self._keys.popitem(last=False)

    def around(self, inner: Handler) -> Handler:
        """`inner`, for those who have not asked too much; most read without a key, so those take a shorter way."""
        by_address = self._by_address

        def limited(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "GET" and "HTTP_AUTHORIZATION" not in environ:
                budgets, caller = by_address, environ.get("REMOTE_ADDR", "")
                caller = network(caller) if ":" in caller else caller
            else:
                budgets, caller = self._account(environ)
            if budgets is None:
                return inner(environ, start_response)
            whole_in_s = budgets.take(caller)
            if whole_in_s > WINDOW_S + ROUNDING_S and environ["PATH_INFO"] not in _UNLIMITED:
                environ[TOLD] = _headers(budgets, WINDOW_S)
                return _refuse(environ, start_response, budgets, whole_in_s)
            environ[TOLD] = _headers(budgets, whole_in_s)
            return inner(environ, start_response)

        return limited

    def _account(self, environ: Environ) -> tuple[Budgets | None, str]:
        authorization = environ.get("HTTP_AUTHORIZATION")
        actor = self._keys.get(_hash(authorization)) if authorization else None
        if environ["REQUEST_METHOD"] not in _READS:
            budgets = self._writes
        else:
            budgets = self._by_key if actor else self._by_address
        return budgets, actor or network(environ.get("REMOTE_ADDR", ""))


def _budgets(name: str, per_minute: int) -> Budgets | None:
    return Budgets(name, per_minute) if per_minute else None


def _hash(authorization: str) -> bytes:
    return hashlib.sha256(authorization.encode("utf-8", "surrogateescape")).digest()


@lru_cache(4096)
def network(address: str) -> str:
    """What one caller has: an IPv4 address, or the 64 bits of an IPv6 network."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    mapped = parsed.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((parsed, 64), strict=False))


def _headers(budgets: Budgets, whole_in_s: float) -> tuple[tuple[str, str], ...]:
    left = f'"{budgets.name}";r={budgets.left(whole_in_s)};t={math.ceil(whole_in_s)}'
    return (budgets.policy, ("RateLimit", left))


def _refuse(environ: Environ, start: StartResponse, budgets: Budgets, whole_in_s: float) -> list[bytes]:
    wait = str(max(1, math.ceil(whole_in_s - WINDOW_S)))
    detail = f"More than {budgets.per_minute} calls in a minute; the next one is answered in {wait} s."
    return refuse(environ, start, TOO_MANY_REQUESTS, detail, {"Retry-After": wait})
