"""Somebody leaves: the appointment ends and their open cases go to whoever takes them, clocks as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.change import Change, Doer, Refused, apply_change
from maplegrid.cases.models import Case
from maplegrid.cases.queries.scope import view_of
from maplegrid.messaging.actions import queue_notice
from maplegrid.rules.access import Actor, may_be_assigned
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.notices import Kind
from maplegrid.rules.tower import own_seats, why_not_keep_tower, why_not_stand_in
from maplegrid.rules.vocabulary import HANDLING_ROLES, N_, Refusal
from maplegrid.territory.actions import end_appointment
from maplegrid.territory.actions.appointments import held_from
from maplegrid.territory.actors import actors_of
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import who_answers

TAKEN_OVER = "taken_over"


@dataclass(frozen=True)
class Left:
    """How many cases the successor took, and how many went to whoever answers above, because they are about them."""

    taken: int
    above: int


def open_cases_of_seat(seat: Assignment, on: date) -> QuerySet[Case]:
    """Open cases this person does or answers for; with another handling seat left, only those of this seat."""
    theirs = Q(assignee_id=seat.person_id) | Q(accountable_id=seat.person_id)
    cases = Case.objects.filter(theirs, status__in=OPEN)
    others = (
        held_from(on).filter(person_id=seat.person_id, role__in=sorted(HANDLING_ROLES)).exclude(pk=seat.pk)
    )
    if not others.exists():
        return cases
    here = Q(body_id=seat.body_id) if seat.body_id else Q(pk__in=[])
    return cases.filter(here | Q(unit__path__startswith=seat.unit.path)) if seat.unit else cases.filter(here)


def end_and_hand_over(
    *, seat: Assignment, to: Person | None, on: date, actor: Actor, now: datetime, reason: str = ""
) -> Left:
    """End an appointment on a day and give its open cases to `to` now: all of them in one transaction, or none.

    Refused without a successor while cases are open, for a successor far away or without a handling role, and by
    whatever speaks against ending the appointment (territory's Refused).
    """
    with transaction.atomic():
        _refuse(why_not_keep_tower(actor))
        found = open_cases_of_seat(seat, on)
        cases = list(
            found.select_for_update(of=("self",))
            .select_related("unit", "body", "area", "category", "assignee", "accountable", "building")
            .order_by("pk")
        )
        taker = _taker(seat, to, now) if cases else None
        end_appointment(assignment=seat, on=on, actor=actor, now=now, reason=reason)
        taken = sum(_moved(case, seat, taker, actor, now) for case in cases if taker)
        _tell(seat, to, taken, now)
    return Left(taken, len(cases) - taken)


def _taker(seat: Assignment, to: Person | None, now: datetime) -> Actor:
    if to is None or not to.is_active:
        raise Refused(Refusal("no_successor", N_("还有在办的事，请选谁接手")))
    both = actors_of([seat.person_id, to.pk], now)
    leaving, taker = both[seat.person_id], both[to.pk]
    _refuse(why_not_take_over(leaving, taker))
    return taker


def why_not_take_over(leaving: Actor, taker: Actor) -> Refusal | None:
    """Whoever takes over handles cases, in the same unit or body, beside, above or below."""
    if not any(seat.role in HANDLING_ROLES for seat in own_seats(taker)):
        return Refusal("not_handling", N_("{person}的岗位不办理案件"), {"person": taker.words})
    if why_not_stand_in(leaving, taker):
        words = N_("{person}不在同一个单元、部门或者上下级，不能接手")
        return Refusal("far_successor", words, {"person": taker.words})
    return None


def _moved(case: Case, seat: Assignment, taker: Actor, actor: Actor, now: datetime) -> bool:
    """Give one case on; to whoever answers above when it is about the successor. True if the successor has it."""
    fits = may_be_assigned(taker, view_of(case)) is None
    new_id, words = (taker.person_id, taker.words) if fits else _above(case, seat, taker, now)
    fields: dict[str, object] = {}
    if case.assignee_id == seat.person_id:
        fields["assignee_id"] = new_id
    if case.accountable_id == seat.person_id:
        fields["accountable_id"] = new_id
    change = Change(
        fields,
        text=f"{seat.person} → {words}",
        public_text=N_("换成{person}继续办"),
        words={"person": words},
        detail={"was": seat.person_id, "now": new_id, "assignment": seat.pk},
    )
    doer = Doer(f"person:{actor.person_id}", actor.words, actor.person_id)
    apply_change(case=case, action=TAKEN_OVER, doer=doer, now=now, change=change)
    return fits


def _above(case: Case, seat: Assignment, taker: Actor, now: datetime) -> tuple[int, str]:
    about = {subject.person_id for subject in case.subjects.all() if subject.person_id}
    found = who_answers(
        case.unit_id or case.area_id,
        now=now,
        category=case.category.code,
        excluding={*about, seat.person_id, taker.person_id},
    )
    return found.person_id, found.person_words


TAKEN_WORDS = N_("您接手了{person}的 {n} 件事，时限照旧")


def _tell(seat: Assignment, to: Person | None, taken: int, now: datetime) -> None:
    """One notice for all; none of these cases is about whoever gets it."""
    if to is not None and taken:
        queue_notice(
            key=f"{TAKEN_OVER}:{seat.pk}:{to.pk}:{now.isoformat()}",
            kind=Kind.WORK,
            body=TAKEN_WORDS.format(person=seat.person, n=taken),
            words={"sentence": TAKEN_WORDS, "person": str(seat.person), "n": str(taken)},
            subject=f"person:{seat.person_id}",
            excluding=[],
            now=now,
            person_id=to.pk,
        )


def _refuse(refusal: Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def successors(seat: Assignment, people: Sequence[Person], now: datetime) -> list[Person]:
    """Of these people, who may take over from this seat."""
    actors = actors_of([seat.person_id, *(person.pk for person in people)], now)
    leaving = actors[seat.person_id]
    return [person for person in people if why_not_take_over(leaving, actors[person.pk]) is None]
