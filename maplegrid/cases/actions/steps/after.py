"""What follows a step in the same transaction: clocks, notices, events."""

from collections.abc import Callable
from datetime import datetime

from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import Doer
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.actions.telling import tell_residents, tell_staff
from maplegrid.cases.models import Case
from maplegrid.kit.events import emit
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import Channel
from maplegrid.territory.queries import desk_of_body, who_answers


def _after_acceptance(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    if case.accepted_at:
        clocks.start_clocks(case=case, starts_from="accepted", at=case.accepted_at, by=doer.reference)


def _after_assign(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    _after_acceptance(case, wish, doer, now, step)
    case.refresh_from_db(fields=["assignee", "accountable"])
    tell_staff(case=case, what="assigned", now=now)
    emit("case.assigned", case_id=case.pk, person_id=case.assignee_id)


def _after_close(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    clocks.stop_all(case=case, at=now, by=doer.reference, reason="closed")
    if case.channel != Channel.PATROL:
        clocks.start_clocks(case=case, starts_from="closed", at=now, by=doer.reference)
    case.appeals.filter(answered_at=None).update(answered_at=now)
    tell_residents(case=case, what="closed", now=now, key=str(step))
    emit("case.closed", case_id=case.pk)


def _after_end(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    clocks.stop_all(case=case, at=now, by=doer.reference, reason=str(case.status))


def _after_divert(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    _after_end(case, wish, doer, now, step)
    case.appeals.filter(answered_at=None).update(answered_at=now)
    tell_residents(case=case, what="diverted", now=now, key=str(step))


def _after_return(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    case.refresh_from_db(fields=["unit", "body", "accountable", "assignee"])
    tell_staff(case=case, what="returned", now=now, person_id=_who_dispatches(case, now))


def _who_dispatches(case: Case, now: datetime) -> int:
    """The desk of the department or unit it is back at; the area's when a department has nobody there."""
    clerk = desk_of_body(case.body_id, now) if case.body_id else None
    unit_id = case.unit_id or case.area_id
    return clerk or who_answers(unit_id, now=now, category=case.category.code).person_id


def _after_suspend(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    clocks.pause(case=case, at=now, by=doer.reference, reason=wish.text)


def _after_resume(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    clocks.resume(case=case, at=now, by=doer.reference)


def _after_send_back(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    clocks.reopen(case=case, at=now, by=doer.reference, reason=wish.text)


def _after_reopen(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    after_reopened(case, doer, now, step, wish.text)


def after_reopened(case: Case, doer: Doer, now: datetime, step: int, reason: str) -> None:
    """The result clock runs again, the one who closed it is told, and so are the residents."""
    clocks.reopen(case=case, at=now, by=doer.reference, reason=reason)
    case.refresh_from_db(fields=["assignee", "accountable"])
    tell_staff(case=case, what="reopened", now=now)
    tell_residents(case=case, what="reopened", now=now, key=str(step))
    emit("case.reopened", case_id=case.pk)


def _after_tell(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    tell_residents(case=case, what="told", now=now, key=str(step))


def _after_ask(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    tell_residents(case=case, what="asked", now=now, key=str(step))


def _after_correct(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    emit("case.corrected", case_id=case.pk, step_id=step)


def _after_comment(case: Case, wish: Wish, doer: Doer, now: datetime, step: int) -> None:
    """Whoever was mentioned gets a notice on their screen (their deputy while they are away)."""
    mentions = case.steps.values_list("detail", flat=True).get(pk=step).get("mentions", [])
    for person_id in sorted({*mentions} - {doer.person_id}):
        tell_staff(case=case, what="mentioned", now=now, person_id=person_id)


AFTER: dict[Action, Callable[[Case, Wish, Doer, datetime, int], None]] = {
    Action.REGISTER: _after_assign,
    Action.ASSIGN: _after_assign,
    Action.ACCEPT: _after_acceptance,
    Action.HAND_UP: _after_assign,
    Action.HAND_OVER: _after_assign,
    Action.CLOSE: _after_close,
    Action.MERGE: _after_end,
    Action.DIVERT: _after_divert,
    Action.RETURN: _after_return,
    Action.SUSPEND: _after_suspend,
    Action.RESUME: _after_resume,
    Action.SEND_BACK: _after_send_back,
    Action.REOPEN: _after_reopen,
    Action.TELL_RESIDENT: _after_tell,
    Action.ASK_RESIDENT: _after_ask,
    Action.CORRECT: _after_correct,
    Action.COMMENT: _after_comment,
}
