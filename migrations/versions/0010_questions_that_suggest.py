"""A question to a curator says what an approval would put in place: the other of two twins, a URL, a title."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("suggestion", sa.Text(), nullable=True))
    op.create_index(op.f("ix_proposal_subject"), "proposal", ["subject"])
    # Which other topic was meant stood in words alone; the page's next ingest asks again.
    op.execute("UPDATE proposal SET status = 'closed' WHERE kind = 'same_topic'")


def downgrade() -> None:
    op.execute("UPDATE proposal SET status = 'open' WHERE kind = 'same_topic' AND status = 'closed'")
    op.drop_index(op.f("ix_proposal_subject"), "proposal")
    op.drop_column("proposal", "suggestion")
