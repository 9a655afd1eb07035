"""Link checks: what each found, the runs that make them, and what they would change."""

import sqlalchemy as sa
from alembic import op

from service.catalog.models import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_check",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("resource_number", sa.Integer(), nullable=False),
        sa.Column("is_latest", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("failing_since", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["resource_number"], ["resource.number"], name=op.f("fk_link_check_resource_number_resource")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_link_check")),
    )
    op.create_index("ix_link_check_resource_number_number", "link_check", ["resource_number", "number"])
    op.create_index(
        "ix_link_check_is_latest_result_resource_number", "link_check", ["is_latest", "result", "resource_number"]
    )
    op.create_table(
        "link_check_run",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_link_check_run")),
        sa.UniqueConstraint("id", name=op.f("uq_link_check_run_id")),
    )
    op.create_index(op.f("ix_link_check_run_status"), "link_check_run", ["status"])
    op.add_column("resource", sa.Column("broken_url", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("resource", "broken_url")
    op.drop_table("link_check_run")
    op.drop_table("link_check")
