"""Who carries how much: one's own work, and that of the people at one's own desk. Numbers of work, never marks."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from maplegrid.accounts.models import Person
from maplegrid.cases.models import Case, Clock, Step
from maplegrid.cases.names import milestone_name
from maplegrid.cases.queries.scope import mine_of, visible_to
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import OPEN, Action
from maplegrid.rules.vocabulary import GRID_ROLES, HANDLING_ROLES, Role
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import valid_on

# Whoever answers for a desk sees its people; the posts of a sub-grid see themselves.
DESK_ROLES = HANDLING_ROLES - (GRID_ROLES - {Role.SUBGRID_CHIEF})


@dataclass(frozen=True)
class ClockLoad:
    """Running clocks of one milestone: how many, how many of them late."""

    words: str
    running: int
    late: int


@dataclass(frozen=True)
class Load:
    """One person's work now (`person` None: in the queue, nobody has taken it) and what they closed this week."""

    person: Person | None
    open: int = 0
    today: int = 0
    late: int = 0
    closed: int = 0
    clocks: list[ClockLoad] = field(default_factory=list)


def loads_of(actor: Actor, now: datetime) -> list[Load]:
    """Oneself first, then the people of one's desk, then what nobody has taken. A fixed number of statements."""
    people = list(Person.objects.filter(pk__in=_people_ids(actor, now)).order_by("username"))
    people.sort(key=lambda person: person.pk != actor.person_id)
    ids = [person.pk for person in people]
    counts, closed, clocks = _counts(actor, ids, now), _closed(actor, ids, now), _clocks(actor, ids, now)
    loads = [
        Load(
            person,
            *counts.get(one := person.pk, (0, 0, 0)),
            closed=closed.get(one, 0),
            clocks=clocks.get(one, []),
        )
        for person in people
    ]
    return [*loads, Load(None, *_untaken(actor, now))] if actor.holds(*DESK_ROLES) else loads


def _people_ids(actor: Actor, now: datetime) -> set[int]:
    seats = [seat for seat in actor.seats if seat.role in DESK_ROLES]
    units = Q(unit_id__in=[seat.unit_id for seat in seats if seat.unit_id and not seat.body_id])
    bodies = Q(body_id__in=[seat.body_id for seat in seats if seat.body_id])
    rows = Assignment.objects.filter(valid_on(now.date()), units | bodies, person__is_active=True)
    return {
        actor.person_id,
        *rows.filter(role__in=sorted(HANDLING_ROLES)).values_list("person_id", flat=True),
    }


def _sums(now: datetime) -> dict[str, Count]:
    midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return {
        "open": Count("pk"),
        "today": Count("pk", filter=Q(next_at__gte=now, next_at__lt=midnight)),
        "late": Count("pk", filter=Q(next_at__lt=now)),
    }


def _counts(actor: Actor, ids: list[int], now: datetime) -> dict[int, tuple[int, int, int]]:
    rows = visible_to(actor).filter(assignee_id__in=ids, status__in=OPEN).values("assignee_id")
    summed = rows.annotate(**_sums(now)).values_list("assignee_id", "open", "today", "late")  # type: ignore[misc]
    return {person_id: (held, today, late) for person_id, held, today, late in summed}


def _untaken(actor: Actor, now: datetime) -> tuple[int, int, int]:
    waiting = visible_to(actor).filter(mine_of(actor), assignee=None, status__in=OPEN)
    sums = waiting.aggregate(**_sums(now))
    return sums["open"], sums["today"], sums["late"]


def _closed(actor: Actor, ids: list[int], now: datetime) -> dict[int, int]:
    """Cases closed since Monday 00:00, by who closed them."""
    today = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    steps = Step.objects.filter(action=Action.CLOSE, actor_id__in=ids, at__gte=monday, at__lte=now)
    rows = (
        steps.filter(case__in=visible_to(actor)).values("actor_id").annotate(n=Count("case", distinct=True))
    )
    return dict(rows.values_list("actor_id", "n"))


def _clocks(actor: Actor, ids: list[int], now: datetime) -> dict[int, list[ClockLoad]]:
    cases: Any = visible_to(actor).filter(assignee_id__in=ids, status__in=OPEN)
    running = Clock.objects.filter(running=True, stopped_at=None, case__in=cases)
    rows = running.values_list("case__assignee_id", "milestone").annotate(
        n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now))
    )
    loads: dict[int, list[ClockLoad]] = {}
    for person_id, milestone, count, late in rows.order_by("milestone"):
        loads.setdefault(person_id, []).append(ClockLoad(milestone_name(milestone), count, late))
    return loads


def open_cases_with(person_ids: list[int]) -> dict[int, int]:
    """How many open cases each of these people does or answers for; numbers only, for whoever keeps appointments."""
    counts: dict[int, int] = {}
    rows = Case.objects.filter(status__in=OPEN).filter(
        Q(assignee_id__in=person_ids) | Q(accountable_id__in=person_ids)
    )
    for pair in rows.values_list("assignee_id", "accountable_id"):
        for person_id in {*pair} & {*person_ids}:
            counts[person_id] = counts.get(person_id, 0) + 1
    return counts
