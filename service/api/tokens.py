"""OIDC bearer tokens: JWTs of one issuer that say who the caller is and, by a claim, what they may.

Verified by joserfc: the algorithms are pinned, so that a token decides nothing about how it is checked.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from service.api.issuer_keys import ALGORITHMS, IssuerKeys
from service.catalog.keys import SCOPES
from service.errors import Fault, InvalidInput, KeyInvalid

CLOCK_SKEW_S = 60
LONGEST_TOKEN = 8_000  # characters
LONGEST_SUBJECT = 255
_ESSENTIAL: ClaimsOption = {"essential": True}


class TokenVerifier:
    """Checks the tokens that one issuer gives for this service.

    `scopes` says which values of the claim open what: `teachers=curate,ops=admin`.
    """

    def __init__(self, issuer: str, audience: str, claim: str, scopes: str, keys: IssuerKeys) -> None:
        if not audience:
            raise InvalidInput("OIDC_ISSUER is set and OIDC_AUDIENCE is not: any service's tokens would do.")
        self._keys = keys
        self._claim = claim
        self._scopes = _mapping(scopes)
        self._expected = JWTClaimsRegistry(
            leeway=CLOCK_SKEW_S,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp=_ESSENTIAL,
            sub=_ESSENTIAL,
        )

    def verify(self, token: str) -> tuple[str, str | None]:
        """(who, for the audit; the widest scope that is opened), or KeyInvalid, or Unavailable."""
        if len(token) > LONGEST_TOKEN or token.count(".") != 2:
            raise KeyInvalid("This is neither a key nor a token.")
        try:
            claims = jwt.decode(token, lambda jws: self._keys.find(_name(jws.headers())), list(ALGORITHMS)).claims
            self._expected.validate(claims)
        except ExpiredTokenError as error:
            raise KeyInvalid("The token has expired.") from error
        except JoseError as error:
            raise KeyInvalid(f"The token is not good: {error.description or error.error}.") from error
        except (ValueError, TypeError, RecursionError) as error:
            raise KeyInvalid("The token is not good: it cannot be read.") from error
        return f"oidc:{_subject(claims)}", self._widest(claims.get(self._claim))

    def _widest(self, values: Any) -> str | None:
        said = values.split() if isinstance(values, str) else values if isinstance(values, list) else []
        opened = {self._scopes[value] for value in said if isinstance(value, str) and value in self._scopes}
        return max(opened, key=SCOPES.index, default=None)


def _name(header: Mapping[str, Any]) -> str | None:
    name = header.get("kid")
    return name if name is None else str(name)


def _subject(claims: Mapping[str, Any]) -> str:
    """The subject in characters that are safe in a log, and never like a key's name and number."""
    subject = str(claims["sub"])
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise KeyInvalid("The token is not good: its subject is empty or too long.")
    return quote(subject, safe=" @:.+|/=,~")


def _mapping(scopes: str) -> Mapping[str, str]:
    pairs = [pair.strip().rpartition("=") for pair in scopes.split(",") if pair.strip()]
    for value, _, scope in pairs:
        if not value or scope not in SCOPES:
            wrong = f"{value}={scope}"
            raise InvalidInput(f"OIDC_SCOPES: {wrong!r} is not like teachers=curate.", [Fault("", wrong)])
    return {value: scope for value, _, scope in pairs}
