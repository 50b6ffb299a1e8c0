"""What a leaf may ask of the spine beside holds: to give a case to whom its own rules have found."""

from datetime import datetime

from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import Change, Doer, Refused, apply_change
from maplegrid.cases.actions.telling import people_about, tell_staff
from maplegrid.cases.models import Case, CaseSubject
from maplegrid.kit.events import emit
from maplegrid.rules.lifecycle import ENDED, Action, Status
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.territory.queries import who_answers

ENDED_CASE = Refusal("ended_case", N_("这件事已经结束，不能再安排"))


def give_case_to(
    *, case: Case, person_id: int | None, unit_id: int, step: str, doer: Doer, now: datetime, change: Change
) -> None:
    """Into a unit's queue; to a person, who then has it in hand, or to whoever answers there if nobody is named.

    In the caller's transaction, with the case locked. Raises Refused once the case has ended.
    """
    if case.status in ENDED:
        raise Refused(ENDED_CASE)
    answering = person_id
    if answering is None:
        answering = who_answers(
            unit_id, now=now, category=case.category.code, excluding=people_about(case)
        ).person_id
    change.fields |= {
        "unit_id": unit_id,
        "body_id": None,
        "assignee_id": person_id,
        "accountable_id": answering,
    }
    if person_id is not None:
        change.fields |= {"status": Status.HANDLING, "accepted_at": case.accepted_at or now}
    apply_change(case=case, action=step, doer=doer, now=now, change=change)
    clocks.meet(case=case, action=Action.ASSIGN, at=now, by=doer.reference)
    if case.accepted_at:
        clocks.start_clocks(case=case, starts_from="accepted", at=case.accepted_at, by=doer.reference)
    case.refresh_from_db(fields=["assignee", "accountable", "unit"])
    tell_staff(case=case, what="assigned", now=now)
    emit("case.assigned", case_id=case.pk, person_id=answering)


def keep_from(*, case: Case, person_id: int, words: str) -> None:
    """This person is one the case is about: from now on they neither see it nor hear of it."""
    CaseSubject.objects.get_or_create(case=case, person_id=person_id, defaults={"words": words[:200]})
