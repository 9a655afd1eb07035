"""Conversations, and durations as a column, so that they can be asked for."""

import sqlalchemy as sa
from alembic import op

from service.catalog.models import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
    )
    with op.batch_alter_table("conversation") as batch_op:
        batch_op.create_index(batch_op.f("ix_conversation_updated_at"), ["updated_at"], unique=False)
    with op.batch_alter_table("resource") as batch_op:
        batch_op.add_column(sa.Column("duration_minutes", sa.Double(), nullable=True))
    _fill_durations()


def _fill_durations() -> None:
    resource = sa.table("resource", sa.column("facts", sa.JSON()), sa.column("duration_minutes", sa.Double()))
    stated = resource.c.facts["duration_minutes"].as_float()
    op.execute(resource.update().where(stated.is_not(None)).values(duration_minutes=stated))


def downgrade() -> None:
    with op.batch_alter_table("resource") as batch_op:
        batch_op.drop_column("duration_minutes")
    op.drop_table("conversation")
