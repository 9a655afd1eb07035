"""The GPUs that runs can compute on: which workers have one, and what becomes of runs that none is left for."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from service.catalog.claims import abandoned
from service.catalog.models import Run, WorkerDevice, now
from service.catalog.runs import ending

ANNOUNCE_S = 10.0  # how often a worker says it
FRESH_S = 30.0  # what was said longer ago does not count for new runs
PATIENCE_S = 300.0  # how long a run waits for a worker with its device to come back


def announce(session: Session, owner: str, device: str) -> None:
    """Say that a worker, by name, computes on a device beside the CPU."""
    session.merge(WorkerDevice(owner=owner, device=device, seen_at=now()))


def is_offered(session: Session, device: str) -> bool:
    """Whether a worker computes on this device now."""
    return bool(session.execute(select(_said(device, FRESH_S))).scalar_one())


def give_up(session: Session, device: str) -> None:
    """Fail the runs that wait for a device which no worker has had for PATIENCE_S; forget such workers."""
    waiting = and_(Run.device == device, or_(Run.status == "queued", abandoned()))
    error = {"code": "unavailable", "detail": f"No worker that computes on the device {device} is left."}
    unserved = update(Run).where(waiting, ~_said(device, PATIENCE_S))
    session.execute(
        unserved.values(status="failed", error=error, **ending()), execution_options={"synchronize_session": False}
    )
    session.execute(delete(WorkerDevice).where(WorkerDevice.seen_at < now() - timedelta(seconds=PATIENCE_S)))


def _said(device: str, within_s: float) -> ColumnElement[bool]:
    since = now() - timedelta(seconds=within_s)
    return exists().where(WorkerDevice.device == device, WorkerDevice.seen_at > since)
