"""Who is appointed where, dated; and which matters a leader is in charge of (分管)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from maplegrid.accounts.models import Body, Person
from maplegrid.audit.actions import record
from maplegrid.rules.access import Actor, clashing_roles
from maplegrid.rules.tower import why_not_appoint, why_not_here, why_not_keep_tower
from maplegrid.rules.vocabulary import N_, ROLE_NAMES, Level, Refusal, Role
from maplegrid.territory.actions.doing import doer, refuse
from maplegrid.territory.models import Assignment, Portfolio, Post, Unit
from maplegrid.territory.queries.tower import valid_on


def appoint(
    *,
    person: Person,
    role: Role,
    on: date,
    actor: Actor,
    now: datetime,
    unit: Unit | None = None,
    body: Body | None = None,
    until: date | None = None,
    reason: str = "",
) -> Assignment:
    """Appoint a person to a role in a unit and/or a body, from `on` to (not including) `until`.

    Refused when the roles exclude each other (三员分立), the seat does not exist there or is taken, or the
    actor may not appoint.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        refuse(why_not_appoint(actor, person.pk, role))
        refuse(why_not_seat(person, role, unit, body, on, until))
        seat = Assignment.objects.create(
            person=person, role=role, unit=unit, body=body, valid_from=on, valid_to=until
        )
        record_seat("territory.appointed", seat, actor, now, reason)
    return seat


def why_not_seat(
    person: Person, role: Role, unit: Unit | None, body: Body | None, on: date, until: date | None = None
) -> Refusal | None:
    """What speaks against this appointment, whoever makes it."""
    if until is not None and until <= on:
        return Refusal("ends_first", N_("任职结束的日期要在开始之后"))
    held = held_from(on).filter(person=person)
    roles = frozenset(Role(value) for value in held.values_list("role", flat=True))
    return (
        why_not_here(role, Level(unit.level) if unit else None, body is not None)
        or clashing_roles(roles | {role})
        or _why_not_twice(held, role, unit, body)
        or _why_not_full(role, unit, on)
    )


def held_from(on: date) -> QuerySet[Assignment]:
    """Appointments in force on a day or beginning later."""
    return Assignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on))


def _why_not_twice(
    held: QuerySet[Assignment], role: Role, unit: Unit | None, body: Body | None
) -> Refusal | None:
    if held.filter(role=role, unit=unit, body=body).exists():
        return Refusal("has_seat", N_("这个人已经在这个岗位上了"))
    return None


def _why_not_full(role: Role, unit: Unit | None, on: date) -> Refusal | None:
    post = Post.objects.select_for_update().filter(unit=unit, role=role).first() if unit else None
    if post is None or held_from(on).filter(unit=unit, role=role).count() < post.seats:
        return None
    words = {"unit": str(unit), "role": ROLE_NAMES[role], "n": str(post.seats)}
    return Refusal("seats_full", N_("{unit}的{role}只有 {n} 个，已经有人；先结束原来的任职"), words)


def end_appointment(
    *, assignment: Assignment, on: date, actor: Actor, now: datetime, reason: str = ""
) -> Assignment:
    """End an appointment on a day (its last day is the day before). The last duty officer of the district stays."""
    with transaction.atomic():
        seat = Assignment.objects.select_for_update().get(pk=assignment.pk)
        refuse(why_not_keep_tower(actor), _why_not_end(seat, on))
        Assignment.objects.filter(pk=seat.pk).update(valid_to=on)
        Portfolio.objects.filter(valid_on(on), assignment=seat).update(valid_to=on)
        seat.refresh_from_db()
        record_seat("territory.appointment_ended", seat, actor, now, reason)
    return seat


def _why_not_end(seat: Assignment, on: date) -> Refusal | None:
    if on < seat.valid_from:
        return Refusal("ends_first", N_("任职结束的日期要在开始之后"))
    if seat.valid_to is not None and seat.valid_to <= on:
        return Refusal("ended", N_("这段任职已经结束了"))
    others = Assignment.objects.filter(valid_on(on), role=seat.role, person__is_active=True).exclude(
        pk=seat.pk
    )
    if seat.role == Role.DISTRICT_COMMAND and not others.exists():
        return Refusal("last_command", N_("区指挥中心至少要有一个人，先安排接替的人"))
    return None


def set_portfolio(
    *,
    assignment: Assignment,
    categories: Iterable[str],
    on: date,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Portfolio:
    """From a day on, this leader is in charge of these first-level types (none named: of all)."""
    with transaction.atomic():
        refuse(why_not_keep_tower(actor))
        Portfolio.objects.filter(valid_on(on), assignment=assignment).update(valid_to=on)
        portfolio = Portfolio.objects.create(
            assignment=assignment, categories=sorted(set(categories)), valid_from=on
        )
        detail = {"categories": portfolio.categories}
        record_seat("territory.portfolio_set", assignment, actor, now, reason, detail)
    return portfolio


def record_seat(
    action: str,
    seat: Assignment,
    actor: Actor,
    now: datetime,
    reason: str,
    more: Mapping[str, object] | None = None,
) -> None:
    """One audit entry about an appointment."""
    detail = {
        "assignment": seat.pk,
        "role": seat.role,
        "unit": seat.unit.code if seat.unit else "",
        "body": seat.body.code if seat.body else "",
        "from": seat.valid_from.isoformat(),
        "to": seat.valid_to.isoformat() if seat.valid_to else "",
        **(more or {}),
    }
    record(
        actor=doer(actor),
        action=action,
        subject=f"person:{seat.person_id}",
        now=now,
        reason=reason,
        detail=detail,
    )
