"""What became of each thing last, for the feed of changes; who is told of changes, and what they were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# What is there already came with the last revision, as far as the feed can tell.
_CHANGE = """
INSERT INTO latest_change (type, id, revision, position, at, change, version, merged_into, was_shown)
SELECT type, thing.id, number, ROW_NUMBER() OVER (ORDER BY place, thing.id) - 1, at,
       CASE status WHEN 'hidden' THEN 'hidden' WHEN 'gone' THEN 'deleted' WHEN 'merged' THEN 'merged'
                   ELSE 'created' END,
       version, merged_into, status <> 'hidden'
FROM ({things}) AS thing, revision, (
    SELECT at FROM audit_entry WHERE revision = (SELECT number FROM revision) ORDER BY id LIMIT 1
) AS newest
"""
_THINGS = """
SELECT 1 AS place, 'topic' AS type, id, status, version, merged_into FROM topic
UNION ALL SELECT 2, 'resource', id, status, version, merged_into FROM resource
UNION ALL SELECT 3, 'prerequisite', prerequisite_id || '>' || dependent_id,
    CASE WHEN one.status = 'active' AND other.status = 'active' THEN 'active' ELSE 'gone' END,
    prerequisite.version, NULL
    FROM prerequisite
    JOIN topic AS one ON one.id = prerequisite_id JOIN topic AS other ON other.id = dependent_id
UNION ALL SELECT 4, 'page', id, 'active', version, NULL FROM page
"""


def upgrade() -> None:
    op.create_index(op.f("ix_audit_entry_revision"), "audit_entry", ["revision"])
    op.create_table(
        "latest_change",
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("was_shown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("type", "id", name=op.f("pk_latest_change")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_latest_change_revision_position", "latest_change", ["revision", "position"])
    op.execute(_CHANGE.format(things=_THINGS))
    _create_webhooks()


def _create_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("off_reason", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhook")),
        sa.UniqueConstraint("id", name=op.f("uq_webhook_id")),
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("webhook_number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("response_status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook_number"],
            ["webhook.number"],
            name=op.f("fk_webhook_delivery_webhook_number_webhook"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_webhook_delivery_id")),
    )
    op.create_index(
        "ix_webhook_delivery_webhook_number_status_due_at", "webhook_delivery", ["webhook_number", "status", "due_at"]
    )


def downgrade() -> None:
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_table("latest_change")
    op.drop_index(op.f("ix_audit_entry_revision"), table_name="audit_entry")
