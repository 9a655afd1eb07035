"""A clock that is moved while the service works: to it, what was written down before lies elsewhere in time."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
from faults.curators import curators_at_work
from faults.deaths import await_answers, await_end, await_index, await_warmth, begin_run, kill
from faults.ground import Ground
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models, revisions

A_DAY = timedelta(days=1)
# Whatever waits for a moment. When things were made is told in their cards, and nothing waits for that.
TIMED = (models.Run, models.Drawing, models.RunWebhook, models.WorkerDevice, models.IdempotentReply)


def move_clock(ground: Ground, times: int) -> Iterator[None]:
    """Back or forth by up to a day, while a run's worker dies: runs end, writes go on, and the index follows them."""
    with (
        ground.service() as service,
        curators_at_work(ground, service.url) as curators,
        httpx.Client(base_url=service.url, timeout=30) as client,
    ):
        await_warmth(client)
        for number in range(times):
            runs = [begin_run(client, f"before {number}")]
            kill(service.process("demos.process work"))
            with ground.sessions.begin() as session:
                _shift(session, A_DAY * ground.chance.uniform(-1, 1))
            runs.append(begin_run(client, f"after {number}"))
            assert {await_end(client, run) for run in runs} <= {"succeeded", "failed"}
            await_answers(curators)
            await_index(ground)
            yield


def _shift(session: Session, by: timedelta) -> None:
    """As if the clock had been moved the other way."""
    revisions.lock(session)
    for table in TIMED:
        times = [column.key for column in table.__table__.columns if isinstance(column.type, models.UtcDateTime)]
        for row in session.scalars(select(table)):
            for name in times:
                moment = getattr(row, name)
                setattr(row, name, moment and moment + by)
