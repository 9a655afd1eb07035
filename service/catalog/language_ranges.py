"""Which resources are in a language that is asked for: `pt` stands for `pt-BR` too (RFC 4647, basic filtering)."""

from typing import Any

from sqlalchemy import ColumnElement, String, func, literal_column, or_, type_coerce

from service.catalog.models import Resource


def matches_range(tag: str | None, language_range: str) -> bool:
    """Whether a tag is in a range, both in their usual case; None is in no language that is known."""
    return tag is not None and f"{tag}-".startswith(f"{language_range}-")


def in_range(language_range: Any) -> ColumnElement[bool]:
    """The same of a resource, in a statement. Constants stand in it as they are: it may be one that is prepared."""
    asked = type_coerce(language_range, String)
    one: ColumnElement[int] = literal_column("1")
    hyphen = literal_column("'-'", String)
    beginning = func.substr(Resource.language, one, func.length(asked) + one)
    return or_(Resource.language == asked, beginning == asked.concat(hyphen))
