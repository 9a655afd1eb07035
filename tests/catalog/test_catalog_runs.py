"""The queue of runs: one winner per run, honest bounds, and nothing written by those who lost their lease."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from service.catalog import claims, drawings, run_devices, runs
from service.catalog.claims import FigureRecord, Outcome
from service.catalog.database import open_sessions
from service.catalog.models import Run, WorkerDevice, now
from service.catalog.runs import RunRequest
from service.errors import NotFound, QueueFull

REQUEST = RunRequest("playground", "1", {"learning_rate": 0.03, "hidden": [4, 2]}, "0.5", "cpu")
FIGURE = FigureRecord("loss", "Loss", "Loss falls.", '{"mark":"line"}')
OUTCOME = Outcome('{"loss":0.1}', [FIGURE], {"demo": "1"})
LEASE_S = 30.0
LAPSED_S = -1.0
OF_ANOTHER_CLOCK_S = 86_400.0  # given before the clock was set back by a day


def enqueue(session: Session, **changes: object) -> Run:
    run = runs.enqueue(session, replace(REQUEST, **changes), 100)
    session.commit()
    return run


def claim(session: Session, owner: str = "w1", lease_s: float = LEASE_S, max_attempts: int = 3) -> Run | None:
    run = claims.claim(session, owner, lease_s, max_attempts)
    session.commit()
    session.expunge_all()  # as in a worker, whose claim outlives its session
    return run


@pytest.mark.parametrize(
    "changes",
    [
        {"demo": "gd"},
        {"version": "2"},
        {"parameters": {"learning_rate": 0.03}},
        {"seed": "0.50"},
        {"device": "cuda"},
    ],
)
def test_whatever_decides_a_result_decides_the_fingerprint(changes: dict[str, object]) -> None:
    assert replace(REQUEST, **changes).fingerprint != REQUEST.fingerprint


def test_the_order_of_parameters_does_not_decide_the_fingerprint() -> None:
    turned = dict(reversed(REQUEST.parameters.items()))

    assert replace(REQUEST, parameters=turned).fingerprint == REQUEST.fingerprint


def test_runs_are_claimed_in_the_order_they_were_asked_for(session: Session) -> None:
    first, second = enqueue(session), enqueue(session)

    claimed = [claim(session), claim(session), claim(session)]

    assert [run and run.id for run in claimed] == [first.id, second.id, None]


def test_many_workers_never_claim_the_same_run(engine: Engine) -> None:
    sessions = open_sessions(engine)
    with sessions() as session:
        for _ in range(30):
            enqueue(session)

    def work(owner: str) -> list[str]:
        mine = []
        with sessions() as session:
            while run := claim(session, owner):
                mine.append(run.id)
        return mine

    with ThreadPoolExecutor(6) as pool:
        taken = Counter(id for mine in pool.map(work, [f"w{n}" for n in range(6)]) for id in mine)

    assert len(taken) == 30
    assert set(taken.values()) == {1}


def test_one_run_more_than_the_bound_is_refused_and_leaves_nothing(session: Session) -> None:
    runs.enqueue(session, REQUEST, 2)
    runs.enqueue(session, REQUEST, 2)
    session.commit()

    with pytest.raises(QueueFull) as refused:
        runs.enqueue(session, REQUEST, 2)
    session.rollback()

    assert refused.value.retry_after_s == runs.RETRY_AFTER_S
    assert [claim(session) is None for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("lease_s", [LAPSED_S, OF_ANOTHER_CLOCK_S])
def test_a_lease_that_ran_out_lets_another_worker_take_over(session: Session, lease_s: float) -> None:
    enqueue(session)
    lost = claim(session, "dead", lease_s)

    taken = claim(session, "alive")

    assert lost is not None
    assert taken is not None
    assert (taken.id, taken.attempts) == (lost.id, 2)
    assert not claims.finish(session, lost, OUTCOME)
    assert not claims.fail(session, lost, "crashed", "too late")
    assert claims.finish(session, taken, OUTCOME)
    assert runs.find(session, taken.id).status == "succeeded"


def test_a_run_that_loses_too_many_workers_fails_with_a_clear_error(session: Session) -> None:
    id = enqueue(session).id
    for _ in range(3):
        claim(session, "dead", LAPSED_S)

    assert claim(session) is None

    run = runs.find(session, id)
    assert run.status == "failed"
    assert run.error == {
        "code": "worker_lost",
        "detail": "The run was given up: 3 workers ended without finishing it.",
    }


def test_a_renewed_lease_keeps_others_away(session: Session) -> None:
    enqueue(session)
    run = claim(session, "slow", LAPSED_S)
    assert run is not None

    assert claims.renew(session, run, LEASE_S)

    assert claim(session, "other") is None


def test_progress_is_seen_and_counts_as_a_change(session: Session) -> None:
    id = enqueue(session).id
    run = claim(session)
    assert run is not None
    before = runs.find(session, id).version

    claims.report(session, run, 0.25, "epoch 100")

    seen = runs.find(session, id)
    assert (seen.progress, seen.message, seen.version) == (0.25, "epoch 100", before + 1)


def test_a_cancelled_run_stays_cancelled_whatever_its_worker_says(session: Session) -> None:
    id = enqueue(session).id
    run = claim(session)
    assert run is not None

    assert runs.cancel(session, id).status == "cancelled"

    assert not claims.is_own(session, run)
    assert not claims.report(session, run, 0.5, "")
    assert not claims.finish(session, run, OUTCOME)
    assert runs.cancel(session, id).status == "cancelled"
    assert runs.figures(session, runs.find(session, id)) == []


def test_a_finished_run_cannot_be_cancelled(session: Session) -> None:
    id = enqueue(session).id
    run = claim(session)
    assert run is not None
    claims.finish(session, run, OUTCOME)

    assert runs.cancel(session, id).status == "succeeded"


def test_only_a_success_answers_for_its_fingerprint(session: Session) -> None:
    id = enqueue(session).id
    assert runs.find_finished(session, REQUEST.fingerprint) is None
    run = claim(session)
    assert run is not None

    claims.finish(session, run, OUTCOME)
    session.commit()

    found = runs.find_finished(session, REQUEST.fingerprint)
    assert found is not None
    assert (found.id, found.output) == (id, OUTCOME.output)
    assert [figure.specification for figure in runs.figures(session, found)] == [FIGURE.specification]


def test_a_released_run_keeps_its_place_and_its_attempts(session: Session) -> None:
    first = enqueue(session)
    enqueue(session)
    run = claim(session)
    assert run is not None

    claims.release(session, run)
    session.commit()

    again = claim(session)
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 1)


def test_a_place_in_the_queue_tells_when_the_run_should_be_done(session: Session) -> None:
    enqueue(session)
    done = claim(session)
    assert done is not None
    claims.finish(session, done, OUTCOME)
    session.execute(update(Run).values(started_at=now() - timedelta(seconds=4), finished_at=now()))
    queued = [enqueue(session) for _ in range(3)]

    places = [runs.place(session, run, workers=2) for run in queued]

    assert [place.position for place in places] == [1, 2, 3]
    assert [place.eta_s for place in places] == pytest.approx([4, 4, 8], abs=0.1)


def test_the_place_has_no_eta_before_the_demo_ever_ran(session: Session) -> None:
    assert runs.place(session, enqueue(session), workers=1).eta_s is None


def test_old_and_surplus_results_expire_with_all_that_hangs_on_them(session: Session) -> None:
    ids = [enqueue(session).id for _ in range(5)]
    for _ in range(4):
        run = claim(session)
        assert run is not None
        claims.finish(session, run, OUTCOME)
        drawings.order(session, runs.figures(session, run)[0], "svg")
    session.execute(update(Run).where(Run.id == ids[3]).values(finished_at=now() - timedelta(days=31)))
    session.commit()

    assert runs.expire(session, now() - timedelta(days=30), keep=3) == 2

    with pytest.raises(NotFound):
        runs.find(session, ids[0])
    with pytest.raises(NotFound):
        runs.find(session, ids[3])
    assert [runs.status(session, id) for id in (ids[1], ids[2], ids[4])] == ["succeeded", "succeeded", "queued"]


def test_a_drawing_is_ordered_once_and_kept(session: Session) -> None:
    enqueue(session)
    run = claim(session)
    assert run is not None
    claims.finish(session, run, OUTCOME)
    figure = runs.figures(session, run)[0]
    for _ in range(2):
        drawings.order(session, figure, "svg")
    session.commit()

    order = drawings.claim(session, LEASE_S, 3)
    assert order is not None
    assert drawings.claim(session, LEASE_S, 3) is None
    drawings.finish(session, order, b"<svg/>")

    drawing = drawings.find(session, figure, "svg")
    assert order.specification == FIGURE.specification
    assert drawing is not None
    assert (drawing.status, drawing.content) == ("drawn", b"<svg/>")
    assert not drawings.is_wanted(session)


def test_a_drawing_that_ends_its_drawers_is_given_up(session: Session) -> None:
    enqueue(session)
    run = claim(session)
    assert run is not None
    claims.finish(session, run, OUTCOME)
    figure = runs.figures(session, run)[0]
    drawings.order(session, figure, "svg")

    attempts = [drawings.claim(session, LAPSED_S, 2) is not None for _ in range(3)]

    drawing = drawings.find(session, figure, "svg")
    assert attempts == [True, True, False]
    assert drawing is not None
    assert drawing.status == "failed"


def test_a_run_for_a_gpu_is_left_to_workers_that_have_one(session: Session) -> None:
    on_gpu = enqueue(session, device="cuda")
    on_cpu = enqueue(session)

    taken = claim(session, "without")
    nothing = claim(session, "without")
    seen = claims.is_queued(session), claims.is_queued(session, ("cpu", "cuda"))
    left = claims.claim(session, "with", LEASE_S, 3, ("cpu", "cuda"))

    assert (taken and taken.id, nothing) == (on_cpu.id, None)
    assert seen == (False, True)
    assert left is not None
    assert left.id == on_gpu.id


def test_a_gpu_is_offered_while_a_worker_says_so(session: Session) -> None:
    assert not run_devices.is_offered(session, "cuda")

    for _ in range(2):
        run_devices.announce(session, "w1", "cuda")
        session.commit()
        assert run_devices.is_offered(session, "cuda")

    session.execute(update(WorkerDevice).values(seen_at=now() - timedelta(seconds=run_devices.FRESH_S + 1)))
    assert not run_devices.is_offered(session, "cuda")


@pytest.mark.parametrize("lapsed", [False, True])
def test_runs_for_a_gpu_fail_once_no_worker_has_had_one_for_a_while(session: Session, lapsed: bool) -> None:
    waits, on_cpu = enqueue(session, device="cuda"), enqueue(session)
    lost = enqueue(session, device="cuda", seed="lost")
    session.execute(update(Run).where(Run.id == lost.id).values(status="running", lease_until=now()))
    run_devices.announce(session, "w1", "cuda")
    seconds = run_devices.PATIENCE_S + (1 if lapsed else -1)
    session.execute(update(WorkerDevice).values(seen_at=now() - timedelta(seconds=seconds)))

    run_devices.give_up(session, "cuda")

    assert runs.find(session, on_cpu.id).status == "queued"
    assert [runs.find(session, id).status == "failed" for id in (waits.id, lost.id)] == [lapsed, lapsed]
    if lapsed:
        detail = "No worker that computes on the device cuda is left."
        assert runs.find(session, waits.id).error == {"code": "unavailable", "detail": detail}
