"""Resources by the time of their last change: an index of them follows what is new."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_resource_updated_at"), "resource", ["updated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_resource_updated_at"), table_name="resource")
