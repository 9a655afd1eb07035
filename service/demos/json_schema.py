"""A marshmallow schema as JSON Schema 2020-12, from which a client can make a form."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(schema: type[Schema]) -> dict[str, Any]:
    """Types, bounds, enums, defaults, titles and units of all fields; nested schemas stand in their place."""
    plugin = MarshmallowPlugin(schema_name_resolver=_nameless)
    APISpec(
        "parameters", "1", "3.1.0", plugins=[plugin]
    )  # binds the converter to OpenAPI 3.1, whose schemas are 2020-12
    converter: Any = plugin.converter  # apispec's own methods have no types
    converter.add_attribute_function(_unit_and_default)
    return {"$schema": DIALECT, **converter.schema2jsonschema(schema())}


def _nameless(_schema: type[Schema]) -> str:
    return ""  # apispec then writes a nested schema where it stands


def _unit_and_default(_converter: Any, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    """What apispec leaves out: the unit, and a default that a function makes."""
    unit = field.metadata.get("unit")
    made = {"default": field.load_default()} if callable(field.load_default) else {}
    return made if unit is None else {"unit": unit, **made}
