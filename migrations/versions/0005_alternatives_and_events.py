"""Prerequisites of which one is enough, and what learners did."""

import sqlalchemy as sa
from alembic import op

from service.catalog.models import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("prerequisite") as batch_op:
        batch_op.add_column(sa.Column("any_of", sa.Text(), nullable=True))
    op.create_table(
        "learner_event",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("learner", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_learner_event")),
        sa.UniqueConstraint("learner", "subject", "kind", name=op.f("uq_learner_event_learner_subject_kind")),
    )
    with op.batch_alter_table("learner_event") as batch_op:
        batch_op.create_index(batch_op.f("ix_learner_event_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_learner_event_subject"), ["subject"], unique=False)


def downgrade() -> None:
    op.drop_table("learner_event")
    with op.batch_alter_table("prerequisite") as batch_op:
        batch_op.drop_column("any_of")
