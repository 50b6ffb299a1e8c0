"""Who is away, and who stands in."""

from datetime import datetime

from maplegrid.accounts.models import Delegation, Person


def stand_ins(now: datetime) -> dict[int, Person | None]:
    """Everybody away at `now` with the person who answers for them: a deputy who is away hands on to their own.

    None where nobody is left: the deputy's account is closed, or deputies point at each other in a circle.
    """
    rows = Delegation.objects.filter(valid_from__lte=now, valid_to__gt=now).select_related("deputy")
    named = {row.person_id: row.deputy for row in rows.order_by("id")}
    return {person_id: _present(person_id, named) for person_id in named}


def _present(person_id: int, named: dict[int, Person]) -> Person | None:
    passed = {person_id}
    deputy = named[person_id]
    while deputy.pk in named and deputy.pk not in passed:
        passed.add(deputy.pk)
        deputy = named[deputy.pk]
    return deputy if deputy.is_active and deputy.pk not in passed else None


def deputy_of(person_id: int, now: datetime) -> Person | None:
    """Who answers for this person now; None while they are here themselves or nobody stands in."""
    return stand_ins(now).get(person_id)
