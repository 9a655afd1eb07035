"""What a learner says in a body: what is known, what is preferred. Shared by the calls that plan from it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from service.api.calls import Call
from service.api.filters import language_named, media_types_named, names_in
from service.api.inputs import LONGEST_TEXT, TrueOrFalse
from service.api.paths import MOST_MINUTES
from service.catalog.best_resources import Preference

MOST_TOPICS = 500  # in one list of a body
MOST_GOALS = 20


def names(description: str, most: int = MOST_TOPICS, **kwargs: Any) -> fields.List[str]:
    """A list of ids or names in a body."""
    return fields.List(
        fields.String(validate=validate.Length(1, LONGEST_TEXT)),
        validate=validate.Length(max=most),
        metadata={"description": description},
        **kwargs,
    )


class PreferenceSchema(Schema):
    """What to put first; what nothing meets excludes nothing."""

    media_types = names("By id or name: any of these", most=50, load_default=())
    language = fields.String(
        validate=validate.Length(1, 35), metadata={"description": "By BCP 47 tag or name", "example": "en"}
    )
    free = TrueOrFalse(load_default=False)
    max_minutes = fields.Integer(
        strict=True,
        validate=validate.Range(1, MOST_MINUTES),
        metadata={"description": "What is stated to take no longer"},
    )


def preference(call: Call, sent: Mapping[str, Any], pointer: str) -> Preference:
    """A PreferenceSchema's values; InvalidInput for a language or a media type that is none."""
    named = names_in(call, sent, {"language": language_named, "media_types": media_types_named}, pointer)
    return Preference(
        language=named.get("language"),
        media_types=named.get("media_types", ()),
        is_free=sent.get("free", False),
        max_minutes=sent.get("max_minutes"),
    )
