"""What each topic is nested in gets a table of its own: curators decide about it too."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_broader",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("broader_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_broader_topic_id_topic")),
        sa.ForeignKeyConstraint(["broader_id"], ["topic.id"], name=op.f("fk_topic_broader_broader_id_topic")),
        sa.PrimaryKeyConstraint("topic_id", "broader_id", name=op.f("pk_topic_broader")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_topic_broader_broader_id"), "topic_broader", ["broader_id"])
    op.execute(
        "INSERT INTO topic_broader (topic_id, broader_id, position) "
        "SELECT topic_id, broader_id, MIN(position) FROM heading WHERE broader_id IS NOT NULL "
        "GROUP BY topic_id, broader_id"
    )


def downgrade() -> None:
    op.drop_table("topic_broader")
