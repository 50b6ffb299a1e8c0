"""From appointments to an `Actor`: what a person may do now, including whom they stand in for."""

from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from maplegrid.accounts.models import Body, Delegation, Person
from maplegrid.rules.access import Actor, Seat
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.models import Assignment


def actor_of(person: Person, now: datetime) -> Actor:
    """The person with all seats valid at `now`: their own, and those of people who are away."""
    away = Delegation.objects.filter(deputy=person, valid_from__lte=now, valid_to__gt=now)
    whose = Q(person=person) | Q(person__in=away.values("person"))
    seats = tuple(_seat(row, person.pk) for row in _valid_assignments(whose, now))
    return Actor(person.pk, str(person), seats)


def actors_of(person_ids: list[int], now: datetime) -> dict[int, Actor]:
    """Several people's own seats at once (no deputising), for choosing among them."""
    seats: dict[int, list[Seat]] = {person_id: [] for person_id in person_ids}
    words: dict[int, str] = {}
    for row in _valid_assignments(Q(person_id__in=person_ids), now).select_related("person"):
        seats[row.person_id].append(_seat(row, row.person_id))
        words[row.person_id] = str(row.person)
    return {
        person_id: Actor(person_id, words.get(person_id, ""), tuple(held))
        for person_id, held in seats.items()
    }


def _valid_assignments(whose: Q, now: datetime) -> QuerySet[Assignment]:
    on = now.date()
    valid = Assignment.objects.filter(whose, Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    below = Body.objects.filter(parent=OuterRef("body"), active=True)
    return (
        valid.select_related("unit", "body")
        .annotate(bodies_below=ArraySubquery(below.values("pk")))
        .order_by("id")
    )


def _seat(row: Assignment, me: int) -> Seat:
    return Seat(
        role=Role(row.role),
        path=row.unit.path if row.unit else "",
        unit_id=row.unit_id,
        body_id=row.body_id,
        person_id=row.person_id,
        words=row.unit.name if row.unit else "",
        deputising=row.person_id != me,
        body_above=row.body.parent_id if row.body else None,
        bodies_below=tuple(row.bodies_below),  # type: ignore[attr-defined]
    )
