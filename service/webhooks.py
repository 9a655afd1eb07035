"""Standard Webhooks: a message that its receiver can prove to come from us, and to be new.

https://github.com/standard-webhooks/standard-webhooks: the signature is HMAC-SHA256 over "id.timestamp.body".
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

_PREFIX = "whsec_"
# 24 to 64 bytes in base64, as the standard has it.
SECRET = r"^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"  # noqa: S105  # its form


def signed_headers(secret: str, id: str, sent_at: datetime, body: bytes) -> Mapping[str, str]:
    """The headers of a message; `secret` is of the form SECRET, `id` stays the same when a message is sent again."""
    timestamp = str(int(sent_at.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
