"""Figures that move: those that can be drawn as GIF."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("figure") as batch_op:
        batch_op.add_column(sa.Column("is_animated", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("figure") as batch_op:  # or SQLite would copy rows without the default
        batch_op.alter_column("is_animated", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("figure") as batch_op:
        batch_op.drop_column("is_animated")
