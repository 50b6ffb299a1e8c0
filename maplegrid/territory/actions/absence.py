"""While somebody is away a deputy answers in their place; queues, work in hand and clocks go with the deputy."""

from datetime import datetime

from django.db import transaction

from maplegrid.accounts.models import Delegation, Person
from maplegrid.audit.actions import record
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import why_not_absent, why_not_set_deputy, why_not_stand_in
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.territory.actions.doing import doer, refuse
from maplegrid.territory.actors import actors_of


def stand_in(
    *,
    person: Person,
    deputy: Person,
    start: datetime,
    end: datetime,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Delegation:
    """`deputy` answers for `person` from `start` until `end`.

    Refused for strangers, for a deputy who is away then too, and when there is a deputy for that time already.
    """
    with transaction.atomic():
        _lock(person, deputy)
        seats = actors_of([person.pk, deputy.pk], max(start, now))
        refuse(
            why_not_absent(start, end, now)
            or why_not_set_deputy(actor, seats[person.pk])
            or _why_not_account(deputy)
            or why_not_stand_in(seats[person.pk], seats[deputy.pk])
            or _why_not_then(person, deputy, start, end)
        )
        absence = Delegation.objects.create(
            person=person, deputy=deputy, valid_from=start, valid_to=end, reason=reason[:200]
        )
        _record("absence.set", absence, actor, now)
    return absence


def _lock(*people: Person) -> None:
    list(Person.objects.select_for_update().filter(pk__in=[one.pk for one in people]).order_by("pk"))


def _why_not_account(deputy: Person) -> Refusal | None:
    if deputy.is_active:
        return None
    return Refusal("closed_account", N_("{deputy}的账号已停用"), {"deputy": str(deputy)})


def _why_not_then(person: Person, deputy: Person, start: datetime, end: datetime) -> Refusal | None:
    then = Delegation.objects.filter(valid_from__lt=end, valid_to__gt=start)
    if then.filter(person=person).exists():
        return Refusal("absent_already", N_("这段时间已经设了代理人，请先结束原来的"))
    if then.filter(person=deputy).exists():
        return Refusal("deputy_away", N_("{deputy}这段时间也不在岗，请换一个人"), {"deputy": str(deputy)})
    return None


def end_absence(*, absence: Delegation, actor: Actor, now: datetime) -> None:
    """Back early: the deputy's turn ends now; an absence that has not begun is taken back."""
    with transaction.atomic():
        held = Delegation.objects.select_for_update().filter(pk=absence.pk, valid_to__gt=now).first()
        refuse(None if held else Refusal("absence_over", N_("这段代理已经结束了")))
        assert held is not None
        refuse(why_not_set_deputy(actor, actors_of([held.person_id], now)[held.person_id]))
        _record("absence.ended", held, actor, now)
        if held.valid_from >= now:
            held.delete()
        else:
            Delegation.objects.filter(pk=held.pk).update(valid_to=now)


def _record(action: str, absence: Delegation, actor: Actor, now: datetime) -> None:
    detail = {
        "deputy": absence.deputy_id,
        "from": absence.valid_from.isoformat(),
        "to": absence.valid_to.isoformat(),
    }
    record(
        actor=doer(actor),
        action=action,
        subject=f"person:{absence.person_id}",
        now=now,
        reason=absence.reason,
        detail=detail,
    )
