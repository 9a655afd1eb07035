"""A good answer as JSON text and headers: less than a response of Flask's, which it can become."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response

from service.api.operations import JSON

Header = tuple[str, str]


class Json(NamedTuple):
    """The text of a good answer, and the headers that it has besides its type."""

    text: str | bytes
    headers: Sequence[Header] = ()

    def response(self) -> Response:
        """The same as Flask has it."""
        return Response(self.text, headers=[("Content-Type", JSON), *self.headers])
