"""Resources are found by their whole titles, too."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from service.catalog.words import WHOLE, whole_title

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROWS = 10_000  # read and written at once

_RESOURCE = sa.table("resource", sa.column("number"), sa.column("title"), sa.column("status"))
_WORD = sa.table("resource_word", sa.column("word"), sa.column("field"), sa.column("resource_number"))


def upgrade() -> None:
    numbered = sa.select(_RESOURCE.c.number, _RESOURCE.c.title).where(_RESOURCE.c.status == "active")
    last = 0
    while rows := _next(numbered.where(_RESOURCE.c.number > last).order_by(_RESOURCE.c.number).limit(ROWS)):
        last = rows[-1].number
        known = ((whole_title(row.title), row.number) for row in rows)
        whole = [{"word": word, "field": WHOLE, "resource_number": number} for word, number in known if word]
        if whole:
            op.get_bind().execute(sa.insert(_WORD), whole)


def _next(statement: sa.Select[Any]) -> list[Any]:
    return list(op.get_bind().execute(statement).all())


def downgrade() -> None:
    op.execute(sa.delete(_WORD).where(_WORD.c.field == WHOLE))
