"""The first schema."""

import sqlalchemy as sa
from alembic import op

from service.catalog.models import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("sha256", name=op.f("uq_api_key_sha256")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "idempotent_reply",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotent_reply")),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
    )
    op.create_table(
        "resource",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("is_free", sa.Boolean(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("enriched", sa.JSON(), nullable=False),
        sa.Column("curated", sa.JSON(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_resource")),
        sa.UniqueConstraint("id", name=op.f("uq_resource_id")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_host"), ["host"], unique=False)
        batch_op.create_index("ix_resource_status_number", ["status", "number"], unique=False)
        batch_op.create_index("ix_resource_status_media_type_number", ["status", "media_type", "number"], unique=False)

    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_table(
        "run",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("demo", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("output", sa.Text(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_run")),
        sa.UniqueConstraint("id", name=op.f("uq_run_id")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_fingerprint"), ["fingerprint"], unique=False)
        batch_op.create_index("ix_run_status_number", ["status", "number"], unique=False)

    op.create_table(
        "figure",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("specification", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_number"], ["run.number"], name=op.f("fk_figure_run_number_run"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_number", "name", name=op.f("pk_figure")),
    )
    op.create_table(
        "drawing",
        sa.Column("run_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_number", "name"],
            ["figure.run_number", "figure.name"],
            name=op.f("fk_drawing_run_number_figure"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_number", "name", "format", name=op.f("pk_drawing")),
    )
    with op.batch_alter_table("drawing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drawing_status"), ["status"], unique=False)

    op.create_table(
        "topic",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("lecture", sa.Integer(), nullable=True),
        sa.Column("curated", sa.JSON(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
    )
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_status"), ["status"], unique=False)

    op.create_table(
        "heading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("broader_id", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("lecture", sa.Integer(), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["broader_id"], ["topic.id"], name=op.f("fk_heading_broader_id")),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_heading_page_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_heading_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heading")),
    )
    with op.batch_alter_table("heading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_heading_page_id"), ["page_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_heading_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("resource_number", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_mention_page_id")),
        sa.ForeignKeyConstraint(["resource_number"], ["resource.number"], name=op.f("fk_mention_resource_number")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_mention_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mention_page_id"), ["page_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_resource_number"), ["resource_number"], unique=False)
        batch_op.create_index(batch_op.f("ix_mention_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "page_edition",
        sa.Column("page_id", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("ingested_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_edition_page_id")),
        sa.PrimaryKeyConstraint("page_id", "edition", name=op.f("pk_page_edition")),
    )
    op.create_table(
        "prerequisite",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prerequisite_id", sa.Text(), nullable=False),
        sa.Column("dependent_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["dependent_id"], ["topic.id"], name=op.f("fk_prerequisite_dependent_id")),
        sa.ForeignKeyConstraint(["prerequisite_id"], ["topic.id"], name=op.f("fk_prerequisite_prerequisite_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisite")),
        sa.UniqueConstraint(
            "prerequisite_id", "dependent_id", name=op.f("uq_prerequisite_prerequisite_id_dependent_id")
        ),
    )
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prerequisite_dependent_id"), ["dependent_id"], unique=False)

    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("page_id", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_proposal_page_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("key", name=op.f("uq_proposal_key")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_page_id"), ["page_id"], unique=False)

    op.create_table(
        "resource_author",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("resource_number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_number"], ["resource.number"], name=op.f("fk_resource_author_resource_number")
        ),
        sa.PrimaryKeyConstraint("folded", "resource_number", name=op.f("pk_resource_author")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("resource_author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_author_resource_number"), ["resource_number"], unique=False)

    op.create_table(
        "resource_word",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("resource_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_number"], ["resource.number"], name=op.f("fk_resource_word_resource_number")
        ),
        sa.PrimaryKeyConstraint("word", "field", "resource_number", name=op.f("pk_resource_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("resource_word", schema=None) as batch_op:
        batch_op.create_index("ix_resource_word_resource_number_word", ["resource_number", "word"], unique=False)

    op.create_table(
        "resource_topic",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("resource_number", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_number"], ["resource.number"], name=op.f("fk_resource_topic_resource_number")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_resource_topic_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "resource_number", name=op.f("pk_resource_topic")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("resource_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_topic_resource_number"), ["resource_number"], unique=False)
        batch_op.create_index(
            "ix_resource_topic_topic_id_media_type_resource_number",
            ["topic_id", "media_type", "resource_number"],
            unique=False,
        )

    op.create_table(
        "topic_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_topic_name_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_name")),
        sa.UniqueConstraint("topic_id", "folded", name=op.f("uq_topic_name_topic_id_folded")),
    )
    with op.batch_alter_table("topic_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_name_folded"), ["folded"], unique=False)

    op.execute("INSERT INTO revision (id, number) VALUES (1, 0)")


def downgrade() -> None:
    with op.batch_alter_table("topic_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_name_folded"))

    op.drop_table("topic_name")
    with op.batch_alter_table("resource_topic", schema=None) as batch_op:
        batch_op.drop_index("ix_resource_topic_topic_id_media_type_resource_number")
        batch_op.drop_index(batch_op.f("ix_resource_topic_resource_number"))

    op.drop_table("resource_topic")
    with op.batch_alter_table("resource_word", schema=None) as batch_op:
        batch_op.drop_index("ix_resource_word_resource_number_word")

    op.drop_table("resource_word")
    with op.batch_alter_table("resource_author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_author_resource_number"))

    op.drop_table("resource_author")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_page_id"))

    op.drop_table("proposal")
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prerequisite_dependent_id"))

    op.drop_table("prerequisite")
    op.drop_table("page_edition")
    with op.batch_alter_table("mention", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mention_topic_id"))
        batch_op.drop_index(batch_op.f("ix_mention_resource_number"))
        batch_op.drop_index(batch_op.f("ix_mention_page_id"))

    op.drop_table("mention")
    with op.batch_alter_table("heading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_heading_topic_id"))
        batch_op.drop_index(batch_op.f("ix_heading_page_id"))

    op.drop_table("heading")
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_status"))

    op.drop_table("topic")
    with op.batch_alter_table("drawing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drawing_status"))

    op.drop_table("drawing")
    op.drop_table("figure")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index("ix_run_status_number")
        batch_op.drop_index(batch_op.f("ix_run_fingerprint"))

    op.drop_table("run")
    op.drop_table("revision")
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_index("ix_resource_status_media_type_number")
        batch_op.drop_index("ix_resource_status_number")
        batch_op.drop_index(batch_op.f("ix_resource_host"))

    op.drop_table("resource")
    op.drop_table("page")
    op.drop_table("idempotent_reply")
    op.drop_table("audit_entry")
    op.drop_table("api_key")
