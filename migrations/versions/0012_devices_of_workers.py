"""Workers say which devices beside the CPU they compute on."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker_device",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "device", name=op.f("pk_worker_device")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("worker_device")
