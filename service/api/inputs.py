"""What callers send, checked: query parameters and JSON bodies by a marshmallow schema, refused by name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

from marshmallow import Schema, ValidationError, fields, missing, validate
from webargs.fields import DelimitedList

from service.api.json_bodies import json_pointer_step, read_json_object
from service.errors import Fault, InvalidInput, NotFound

MAX_LIMIT = 200
DEFAULT_LIMIT = 20
LONGEST_TEXT = 1000  # characters in one query parameter
LONGEST_URL = 2000  # characters
MOST_PARAMETERS = 100  # in one query
PLAIN_TEXT = r"^[^\x00-\x1f\x7f]*$"
_PLAIN = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class WholeNumber(fields.Integer):
    """An integer in plain digits; `int()` alone would also take "1_000" and " 7 "."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class PlainText(fields.String):
    """Text that every database keeps: no control characters, and no half of a surrogate pair."""

    def __init__(self, **kwargs: Any) -> None:
        metadata = {"pattern": PLAIN_TEXT} | kwargs.pop("metadata", {})
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, attr, data, **kwargs))
        if not _PLAIN.fullmatch(text):
            raise ValidationError("It must have no control characters.")
        return text


def receiver_url(**kwargs: Any) -> PlainText:
    """Where a webhook's messages go; what it resolves to is checked when one is sent."""
    checks = [validate.URL(schemes={"http", "https"}, require_tld=False), validate.Length(max=LONGEST_URL)]
    told = {"format": "uri", "description": "A POST goes there; redirects are not followed"}
    return PlainText(validate=checks, metadata=told, **kwargs)


class TrueOrFalse(fields.Boolean):
    """JSON's true or false; to Python, 1 and 0 would be equal to them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class YesNo(fields.Boolean):
    """true or false, and no other spelling."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(truthy={"true", True}, falsy={"false", False}, **kwargs)


def year(description: str) -> WholeNumber:
    """A query parameter that bounds the year of publication."""
    return WholeNumber(validate=validate.Range(0, 9999), metadata={"description": description})


def text(description: str, **kwargs: Any) -> fields.String:
    """A query parameter of words."""
    length = validate.Length(1, LONGEST_TEXT)
    return fields.String(validate=length, metadata={"description": description}, **kwargs)


class Several(DelimitedList):
    """Several words, of `choices` or of any: `a,b` or the parameter repeated."""

    def __init__(self, description: str, choices: Sequence[str] = (), **kwargs: Any) -> None:
        self._choices = choices
        check = validate.OneOf(choices) if choices else validate.Length(1, LONGEST_TEXT)
        super().__init__(fields.String(validate=check), metadata={"description": description}, **kwargs)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        """The default, as the API's description shows it."""
        return list(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        words = tuple(",".join(value).split(",") if isinstance(value, list) else value.split(","))
        if self._choices and (unknown := set(words) - set(self._choices)):
            raise ValidationError(f"{', '.join(sorted(unknown))}: use {', '.join(self._choices)}.")
        if not all(0 < len(word) <= LONGEST_TEXT for word in words):
            raise ValidationError(f"Each must have 1 to {LONGEST_TEXT} characters.")
        return words


class PageQuery(Schema):
    """The parameters of every list."""

    limit = WholeNumber(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT),
        metadata={"description": "Items in one stretch of the list"},
    )
    cursor = text("Where to go on: `next` of the stretch before, with the same filters")


class QueryReader:
    """Reads query parameters by a schema; InvalidInput names each that is unknown or wrong.

    A schema looks at every field that it knows, at each request; most requests send two of a dozen. So the fields
    are asked directly, and the schema itself only where one is wrong or missing, to say what. So a query's schema
    has no checks beside those of its fields.
    """

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._fields = schema.load_fields
        self._required = {name for name, field in self._fields.items() if field.required}
        self._defaults = {
            name: field.load_default for name, field in self._fields.items() if field.load_default is not missing
        }

    def read(self, query_string: str) -> dict[str, Any]:
        """The parameters in a URL's query as WSGI has it, with the defaults of those that were not sent."""
        loaded = dict(self._defaults)
        try:
            for name, value in _sent(query_string).items():
                loaded[name] = self._fields[name].deserialize(value)
        except (KeyError, ValidationError):
            return self._refuse(query_string)
        return loaded if self._required <= loaded.keys() else self._refuse(query_string)

    def _refuse(self, query_string: str) -> dict[str, Any]:
        return _load(self._schema, _sent(query_string), "/query", "query parameter")


def _sent(query_string: str) -> dict[str, Any]:
    """The query parameters as sent: text, or a list where one is repeated."""
    query = query_string
    if not query.isascii():  # sent unescaped, it is UTF-8 too
        query = query.encode("latin-1").decode("utf-8", "replace")
    if query.count("&") >= MOST_PARAMETERS:
        raise InvalidInput(f"A query has at most {MOST_PARAMETERS} parameters.", [Fault("/query", "too many")])
    if "%00" in query or "\x00" in query:
        raise InvalidInput("A query has no NUL.", [Fault("/query", "a NUL, which no database keeps")])
    sent: dict[str, Any] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = map(_unescaped, pair.partition("="))
        if name not in sent:
            sent[name] = value
        elif isinstance(sent[name], list):
            sent[name].append(value)
        else:
            sent[name] = [sent[name], value]
    return sent


def _unescaped(text: str) -> str:
    if "%" not in text:
        return text.replace("+", " ")
    if not text.isascii():
        return unquote_plus(text, errors="replace")
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8", "replace")  # the same, in half the time


def path_number(kind: str, text: str) -> int:
    """The number that names a thing of this kind in a path; NotFound for what is none."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise NotFound(kind, text)
    return int(text)


def read_body(schema: Schema) -> dict[str, Any]:
    """The JSON body; 415 when it is none, 400 when it is broken, InvalidInput for each wrong field."""
    return _load(schema, read_json_object(), "", "field")


def _load(schema: Schema, sent: Mapping[str, Any], place: str, kind: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(sent)
    except ValidationError as error:
        faults = list(_faults(error.messages, place))
        unknown = sorted(set(sent) - set(schema.load_fields))
        known = f" Known here: {', '.join(schema.load_fields) or 'none'}." if unknown else ""
        said = "; ".join(_said(kind, fault.pointer.removeprefix(place)[1:], fault.detail) for fault in faults)
        raise InvalidInput(f"{said}{known}", faults) from error
    return loaded


def _said(kind: str, name: str, detail: str) -> str:
    """What is wrong with one value; with all of them together where it has no name."""
    return f"{kind} {name}: {detail}" if name else detail


def _faults(messages: Any, pointer: str) -> Iterator[Fault]:
    """The nested messages of marshmallow, as one fault per place."""
    if not isinstance(messages, dict):
        yield Fault(pointer, " ".join(map(str, messages)))
        return
    for name, inner in messages.items():
        yield from _faults(inner, pointer + ("" if name == "_schema" else json_pointer_step(name)))
