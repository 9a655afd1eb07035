"""Standard Webhooks: how a receiver proves that a message comes from us, and is new.

https://github.com/standard-webhooks/standard-webhooks: the signature is HMAC-SHA256 over "id.timestamp.body".
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

_PREFIX = "whsec_"
# 24 to 64 bytes in base64, as the standard has it.
SECRET = r"^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"  # noqa: S105  # nosec B105  # its form
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret of the form SECRET."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(signing: Sequence[str], id: str, sent_at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of a message, with one signature for each of its secrets, which are of the form SECRET."""
    timestamp = str(int(sent_at.timestamp()))
    content = f"{id}.{timestamp}.".encode() + body
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(_signature(secret, content) for secret in signing),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return f"v1,{base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()}"
