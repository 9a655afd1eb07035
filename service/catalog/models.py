"""The tables. Plain records: what they mean together is decided by functions elsewhere.

What a page says is kept as it was said (`Heading`, `Mention`). What we hold to be true (`Topic`, `Resource`)
is folded from that, with a curator's edits on top, so that a re-ingest can fold again without losing either.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# For look-up tables that are hardly more than their keys: SQLite keeps them in the key's order, once.
WITHOUT_ROWID = {"sqlite_with_rowid": False}


def now() -> datetime:
    """This moment in UTC, in whole microseconds."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC on every database; SQLite would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give a naive value from the database its zone back."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Base(DeclarativeBase):
    """Names its constraints, so that migrations can drop them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: UtcDateTime, str: Text}


class Revision(Base):
    """One row: grows with every write, in the same transaction. Read models are named by it."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class Page(Base):
    """A source document."""

    __tablename__ = "page"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    source: Mapped[str]  # the path or URL it was read from
    url: Mapped[str | None]  # where it is published
    language: Mapped[str | None]
    edition: Mapped[int] = mapped_column(default=1)
    sha256: Mapped[str]
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class PageEdition(Base):
    """The text of one edition of a page, as ingested."""

    __tablename__ = "page_edition"

    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), primary_key=True)
    edition: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    text: Mapped[str]
    ingested_at: Mapped[datetime] = mapped_column(default=now)


class Topic(Base):
    """A node of the subject. `status` is active, hidden, gone (no page has it any more) or merged."""

    __tablename__ = "topic"

    id: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str]
    status: Mapped[str] = mapped_column(default="active", index=True)
    merged_into: Mapped[str | None]
    lecture: Mapped[int | None]
    curated: Mapped[dict[str, Any]] = mapped_column(default=dict)  # fields that a curator decided
    card: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class TopicName(Base):
    """One name of a topic.

    `kind` says how well it names it: label, synonym ("GD" for gradient descent), part ("dropout" for
    "Regularization (dropout, batch normalization)"), or hidden (a printed typo: found, never shown).
    """

    __tablename__ = "topic_name"
    __table_args__ = (UniqueConstraint("topic_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"))
    name: Mapped[str]
    folded: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]


class TopicBroader(Base):
    """A topic that another one is nested in; by the headings of pages, or as a curator decided. Derived."""

    __tablename__ = "topic_broader"
    __table_args__ = WITHOUT_ROWID

    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    broader_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)
    position: Mapped[int]  # among the topic's own, from 0


class Heading(Base):
    """A topic's place on a page, as the page prints it."""

    __tablename__ = "heading"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), index=True)
    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), index=True)
    broader_id: Mapped[str | None] = mapped_column(ForeignKey("topic.id"))
    position: Mapped[int]  # among the page's headings, from 0
    line: Mapped[int]
    level: Mapped[int]
    raw: Mapped[str]
    label: Mapped[str]
    lecture: Mapped[int | None]
    names: Mapped[list[Any]] = mapped_column(default=list)  # [name, kind]
    notes: Mapped[list[Any]] = mapped_column(default=list)  # {text, line}


class Resource(Base):
    """One thing to learn from. `status`: active, hidden, broken, gone (no page has it any more), merged."""

    __tablename__ = "resource"

    number: Mapped[int] = mapped_column(primary_key=True)  # the order of first appearance; lists follow it
    id: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    host: Mapped[str] = mapped_column(index=True)
    title: Mapped[str]
    media_type: Mapped[str]
    language: Mapped[str | None]
    year: Mapped[int | None]
    is_free: Mapped[bool | None]
    duration_minutes: Mapped[float | None]
    status: Mapped[str] = mapped_column(default="active")
    merged_into: Mapped[str | None]
    broken_url: Mapped[str | None]  # the URL that link checks found dead; another one is not broken
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # all merged fields, as the card shows them
    enriched: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what other services said of it
    curated: Mapped[dict[str, Any]] = mapped_column(default=dict)  # fields that a curator decided
    card: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)

    __table_args__ = (
        Index("ix_resource_status_number", "status", "number"),
        Index("ix_resource_status_media_type_number", "status", "media_type", "number"),
    )


class ResourceTopic(Base):
    """An active resource under a topic: what lists and search read. Derived from mentions at every write."""

    __tablename__ = "resource_topic"
    __table_args__ = (
        Index(
            "ix_resource_topic_topic_id_media_type_resource_number",
            "topic_id",
            "media_type",
            "resource_number",
        ),
        WITHOUT_ROWID,
    )

    topic_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    resource_number: Mapped[int] = mapped_column(ForeignKey("resource.number"), primary_key=True, index=True)
    media_type: Mapped[str]


class ResourceAuthor(Base):
    """An active resource's author, folded for look-up. Derived at every write."""

    __tablename__ = "resource_author"
    __table_args__ = WITHOUT_ROWID

    folded: Mapped[str] = mapped_column(primary_key=True)
    resource_number: Mapped[int] = mapped_column(ForeignKey("resource.number"), primary_key=True, index=True)
    name: Mapped[str]


class ResourceWord(Base):
    """A folded word that finds an active resource. `field` is title, author (or publisher), host or whole. Derived.

    `whole` holds the whole title behind a sign that begins no word (see `words.whole_title`).

    Ordered by code point on every database, so that a range of words is the words with one beginning.
    """

    __tablename__ = "resource_word"
    __table_args__ = (Index("ix_resource_word_resource_number_word", "resource_number", "word"), WITHOUT_ROWID)

    word: Mapped[str] = mapped_column(Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    resource_number: Mapped[int] = mapped_column(ForeignKey("resource.number"), primary_key=True)


class Mention(Base):
    """A resource named on a page, with what the page says of it there."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("page.id"), index=True)
    resource_number: Mapped[int] = mapped_column(ForeignKey("resource.number"), index=True)
    topic_id: Mapped[str | None] = mapped_column(ForeignKey("topic.id"), index=True)
    position: Mapped[int]  # among the page's mentions, from 0
    line: Mapped[int]
    raw: Mapped[str]
    text: Mapped[str]
    url: Mapped[str]
    locator: Mapped[str | None]
    is_hidden: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # title, media_type, authors, ... with evidence


class Prerequisite(Base):
    """Learn `prerequisite_id` before `dependent_id`.

    `kind` is stated, inferred or curated; `status` is proposed, accepted or rejected. Edges into one topic with the
    same `any_of` are alternatives: one of them is enough.
    """

    __tablename__ = "prerequisite"
    __table_args__ = (UniqueConstraint("prerequisite_id", "dependent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    prerequisite_id: Mapped[str] = mapped_column(ForeignKey("topic.id"))
    dependent_id: Mapped[str] = mapped_column(ForeignKey("topic.id"), index=True)
    kind: Mapped[str]
    status: Mapped[str]
    confidence: Mapped[float]
    evidence: Mapped[list[Any]] = mapped_column(default=list)  # {source, confidence, detail, page, line}
    any_of: Mapped[str | None]  # the group's name; None: the edge stands for itself
    version: Mapped[int] = mapped_column(default=1)


class LearnerEvent(Base):
    """What a learner did with a resource or a topic; the last of its kind. `kind`: viewed, completed, rated."""

    __tablename__ = "learner_event"
    __table_args__ = (UniqueConstraint("learner", "subject", "kind"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    learner: Mapped[str]  # a hash of the id that the client gave
    subject: Mapped[str] = mapped_column(index=True)  # "resource:<id>" or "topic:<id>"
    kind: Mapped[str]
    rating: Mapped[int | None]  # 1..5, of what was rated
    at: Mapped[datetime] = mapped_column(default=now, index=True)


class Embedding(Base):
    """A text's vector by one model: derived, and no part of a revision. float16, one after the other."""

    __tablename__ = "embedding"

    digest: Mapped[bytes] = mapped_column(primary_key=True)  # SHA-256 of the text
    model: Mapped[str] = mapped_column(primary_key=True)  # its name and version
    vector: Mapped[bytes]


class Proposal(Base):
    """Something a curator should look at. `key` keeps one question from being asked twice.

    `status` is open, approved, rejected, or closed: whoever asked has the answer now, and may ask again.
    """

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # hidden_link, weak_title, same_topic, ...
    subject: Mapped[str] = mapped_column(index=True)  # "resource:<id>", "topic:<id>" or "page:<id>"
    page_id: Mapped[str | None] = mapped_column(ForeignKey("page.id"), index=True)
    line: Mapped[int | None]
    detail: Mapped[str]
    suggestion: Mapped[str | None]  # what an approval puts in place: a title, a URL, the id of the other of two
    confidence: Mapped[float]  # in what is assumed until it is decided, 0..1
    status: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = mapped_column(default=now)


class AuditEntry(Base):
    """Who did what, and to which revision it led."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(index=True)


class LatestChange(Base):
    """What became of a resource, topic, prerequisite or page last; the feed of changes goes by `revision, position`.

    `change` is created, updated, hidden, deleted, merged or restored.
    """

    __tablename__ = "latest_change"
    __table_args__ = (Index("ix_latest_change_revision_position", "revision", "position"), WITHOUT_ROWID)

    type: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)  # of a prerequisite "PREREQUISITE>DEPENDENT"
    revision: Mapped[int]
    position: Mapped[int]  # within the revision, from 0
    at: Mapped[datetime]  # of the revision
    change: Mapped[str]
    version: Mapped[int]
    merged_into: Mapped[str | None]
    was_shown: Mapped[bool]  # False: no reader has ever seen it


class ApiKey(Base):
    """A key's hash and what it opens; the key itself is shown once and kept nowhere."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    scope: Mapped[str]  # read, curate or admin: each holds the ones before it
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]  # to the minute


class Run(Base):
    """One execution of a demo. `status`: queued, running, succeeded, failed, cancelled.

    A running run belongs to `owner` until `lease_until`; `version` counts what a reader can see change.
    """

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_status_number", "status", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True)  # the order in the queue
    id: Mapped[str] = mapped_column(unique=True)
    demo: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(index=True)  # SHA-256 of demo, version, parameters, seed, device
    parameters: Mapped[dict[str, Any]]
    seed: Mapped[str]
    status: Mapped[str] = mapped_column(default="queued")
    progress: Mapped[float] = mapped_column(default=0.0)  # 0..1
    message: Mapped[str] = mapped_column(default="")  # what it is doing now
    device: Mapped[str]
    versions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    output: Mapped[str | None]  # JSON
    error: Mapped[dict[str, Any] | None]  # {code, detail}
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class WorkerDevice(Base):
    """A device beside the CPU that a worker computes on, and when the worker last said so."""

    __tablename__ = "worker_device"
    __table_args__ = WITHOUT_ROWID

    owner: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class Figure(Base):
    """A picture's worth of a run: its data as a Vega-Lite specification."""

    __tablename__ = "figure"

    run_number: Mapped[int] = mapped_column(ForeignKey("run.number", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]  # among the run's figures, from 0
    title: Mapped[str]
    description: Mapped[str]  # what one sees in it, for those who do not see it
    specification: Mapped[str]  # JSON
    is_animated: Mapped[bool] = mapped_column(default=False)


class Drawing(Base):
    """A figure in a format that is drawn once, when it is first asked for. `status`: wanted, begun, drawn, failed."""

    __tablename__ = "drawing"
    __table_args__ = (
        ForeignKeyConstraint(["run_number", "name"], ["figure.run_number", "figure.name"], ondelete="CASCADE"),
    )

    run_number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(default="wanted", index=True)
    content: Mapped[bytes | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class RunWebhook(Base):
    """Somebody who is to be told that a run has ended; the row goes when the message was received or given up."""

    __tablename__ = "run_webhook"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]  # of the message: the same each time it is sent
    run_number: Mapped[int] = mapped_column(ForeignKey("run.number", ondelete="CASCADE"), index=True)
    url: Mapped[str]
    secret: Mapped[str]  # the receiver's, to sign with
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)


class Webhook(Base):
    """Somebody who is told what changes in the catalog; one sender at a time talks to them, until `busy_until`."""

    __tablename__ = "webhook"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    types: Mapped[list[Any]]  # of the changes that they are told
    description: Mapped[str]
    secret: Mapped[str]  # to sign with
    old_secret: Mapped[str | None]  # signs too, until `old_secret_until`
    old_secret_until: Mapped[datetime | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    off_reason: Mapped[str | None]  # why we switched it off
    failing_since: Mapped[datetime | None]  # the first failure after the last success
    revision: Mapped[int]  # the last that they were, or need not be, told of
    busy_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class WebhookDelivery(Base):
    """One message to a webhook. `status`: pending (sent at `due_at`, perhaps again), delivered, dead (given up)."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (Index("ix_webhook_delivery_webhook_number_status_due_at", "webhook_number", "status", "due_at"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)  # of the message: the same each time it is sent
    webhook_number: Mapped[int] = mapped_column(ForeignKey("webhook.number", ondelete="CASCADE"))
    revision: Mapped[int]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    response_status: Mapped[int | None]  # HTTP's, of the last attempt; None when nothing was answered
    reason: Mapped[str | None]  # why the last attempt failed
    created_at: Mapped[datetime] = mapped_column(default=now)
    attempted_at: Mapped[datetime | None]


class IdempotentReply(Base):
    """What a POST with an `Idempotency-Key` was answered, to answer its repetition alike."""

    __tablename__ = "idempotent_reply"

    key: Mapped[str] = mapped_column(primary_key=True)  # SHA-256 of caller, path and the header
    request_sha256: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Conversation(Base):
    """What was asked last in a conversation, so that the next question may lean on it. Forgotten in time."""

    __tablename__ = "conversation"

    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]]
    turns: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)


class LinkCheck(Base):
    """What one look at a resource's URL found. `result`: ok, redirected, gone, blocked, unreachable, unknown."""

    __tablename__ = "link_check"
    __table_args__ = (
        Index("ix_link_check_resource_number_number", "resource_number", "number"),
        Index("ix_link_check_is_latest_result_resource_number", "is_latest", "result", "resource_number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    resource_number: Mapped[int] = mapped_column(ForeignKey("resource.number"))
    is_latest: Mapped[bool] = mapped_column(default=True)  # of its resource
    at: Mapped[datetime]
    url: Mapped[str]  # what was asked for: the resource's URL as it was then, without fragment
    result: Mapped[str]
    status_code: Mapped[int | None]
    final_url: Mapped[str | None]  # where the redirects led
    ms: Mapped[int]  # all its requests together, without the waits between them
    error: Mapped[str | None]
    etag: Mapped[str | None]  # of `final_url`, as is the next
    last_modified: Mapped[str | None]
    failing_since: Mapped[datetime | None]  # the first of the failures in a row that this one continues


class LinkCheckRun(Base):
    """One check of many links. `status`: queued, running, succeeded, failed, cancelled.

    A running one belongs to `owner` until `lease_until`.
    """

    __tablename__ = "link_check_run"

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str] = mapped_column(index=True)
    actor: Mapped[str]
    scope: Mapped[dict[str, Any]]  # host, limit, older_than_days
    total: Mapped[int | None]  # links that are due; None while it is queued
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by result
    error: Mapped[str | None]
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
