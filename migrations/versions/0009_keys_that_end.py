"""API keys expire, are revoked, and tell when they were used last."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENTS = ("expires_at", "revoked_at", "last_used_at")


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("api_key", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # A key that is no key any more must not come back to life in a schema that cannot tell.
    op.execute("DELETE FROM api_key WHERE revoked_at IS NOT NULL OR expires_at IS NOT NULL")
    for name in MOMENTS:
        op.drop_column("api_key", name)
