"""Who answers for what, where, now: appointments, deputies, leadership chains, vacancies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from django.db.models import Exists, OuterRef, QuerySet

from maplegrid.accounts.models import Body, Delegation, Person
from maplegrid.accounts.queries import stand_ins
from maplegrid.rules.tower import why_not_stand_in
from maplegrid.rules.vocabulary import DESK_ROLE_OF_LEVEL, GRID_ROLES, N_, Level, Refusal, Role
from maplegrid.territory.actors import actors_of
from maplegrid.territory.models import Assignment, Duty, Post
from maplegrid.territory.queries.tower import tower, valid_on

DESK_ROLES = sorted({role.value for roles in DESK_ROLE_OF_LEVEL.values() for role in roles})


@dataclass(frozen=True)
class Answering:
    """The one person who answers: themselves or as a deputy, in the unit where they were found."""

    person_id: int
    person_words: str
    unit_id: int
    deputy: bool = False


@dataclass(frozen=True)
class Seat:
    """A desk appointment: who holds it, and whether they are away just now."""

    COLUMNS: ClassVar = ("unit_id", "role", "person_id", "person__display_name", "person__username", "away")
    unit_id: int
    role: str
    person_id: int
    display_name: str
    username: str
    away: bool

    @property
    def words(self) -> str:
        """As the person shows: the post first."""
        return self.display_name or self.username


class NobodyAnswers(LookupError):
    """Not even the district has anybody; an installation without a command desk cannot take cases."""


def who_answers(
    unit_id: int, *, now: datetime, category: str = "", excluding: Iterable[int] = frozenset()
) -> Answering:
    """The desk of this unit, its deputy while it is away, else the next level up. Never somebody excluded.

    Who is away without anybody standing in is passed over. Raises NobodyAnswers when not even the district's
    desk has anybody left.
    """
    barred = frozenset(excluding)
    lineage = list(tower().lineage(unit_id))
    seats = _desk_seats(lineage, now)
    someone_is_away = any(seat.away for held in seats.values() for seat in held)
    away = stand_ins(now) if someone_is_away else {}
    for level_id in reversed(lineage):
        found = _first_free(seats.get(level_id, []), level_id, away, barred)
        if found:
            return found
    raise NobodyAnswers(unit_id)


def _desk_seats(unit_ids: list[int], now: datetime) -> dict[int, list[Seat]]:
    """Desk appointments of several units, in the order in which their roles answer."""
    absent = Delegation.objects.filter(person=OuterRef("person"), valid_from__lte=now, valid_to__gt=now)
    rows = Assignment.objects.filter(
        valid_on(now.date()), unit_id__in=unit_ids, role__in=DESK_ROLES, person__is_active=True
    )
    seats: dict[int, list[Seat]] = {}
    for row in rows.annotate(away=Exists(absent)).order_by("id").values_list(*Seat.COLUMNS):
        seat = Seat(*row)
        seats.setdefault(seat.unit_id, []).append(seat)
    return {unit_id: _in_desk_order(unit_id, held) for unit_id, held in seats.items()}


def _in_desk_order(unit_id: int, held: list[Seat]) -> list[Seat]:
    roles = list(DESK_ROLE_OF_LEVEL.get(Level(tower().by_id[unit_id].level), ()))
    return sorted(
        (seat for seat in held if seat.role in roles), key=lambda seat: roles.index(Role(seat.role))
    )


def _first_free(
    seats: list[Seat], unit_id: int, away: dict[int, Person | None], barred: frozenset[int]
) -> Answering | None:
    for seat in seats:
        if seat.person_id in barred:
            continue
        if not seat.away:
            return Answering(seat.person_id, seat.words, unit_id)
        deputy = away.get(seat.person_id)
        if deputy is not None and deputy.pk not in barred:
            return Answering(deputy.pk, str(deputy), unit_id, deputy.pk != seat.person_id)
    return None


def desk_people(unit_id: int, now: datetime) -> list[Person]:
    """Everybody at a unit's own desk."""
    ids = [seat.person_id for seat in _desk_seats([unit_id], now).get(unit_id, [])]
    known = Person.objects.in_bulk(ids)
    return [known[person_id] for person_id in ids]


def desk_of_body(body_id: int, now: datetime) -> int | None:
    """The first clerk of a department who is here, or their deputy; None when it has no desk.

    A sub-unit without a desk of its own is answered for by its department's.
    """
    found = _clerk_of(body_id, now)
    if found is not None:
        return found
    above = Body.objects.values_list("parent_id", flat=True).filter(pk=body_id, parent__active=True).first()
    return _clerk_of(above, now) if above else None


def _clerk_of(body_id: int, now: datetime) -> int | None:
    away = stand_ins(now)
    rows = Assignment.objects.filter(
        valid_on(now.date()), body_id=body_id, role=Role.DEPARTMENT_DESK, person__is_active=True
    )
    for seat in rows.select_related("person").order_by("id"):
        person = away.get(seat.person_id, seat.person)
        if person is not None:
            return person.pk
    return None


def grid_staff(unit_id: int, now: datetime) -> QuerySet[Person]:
    """Chief and posts of a sub-grid."""
    return _people_in(unit_id, GRID_ROLES, now)


def _people_in(unit_id: int, roles: Iterable[Role], now: datetime) -> QuerySet[Person]:
    rows = Assignment.objects.filter(valid_on(now.date()), unit_id=unit_id, role__in=sorted(roles))
    return Person.objects.filter(is_active=True, pk__in=rows.values("person_id")).order_by("username")


def officer_of(sub_grid_id: int, now: datetime) -> Person | None:
    """The named police officer of a sub-grid."""
    return _people_in(sub_grid_id, {Role.POLICE_OFFICER}, now).first()


def adviser_of(sub_grid_id: int, now: datetime) -> Person | None:
    """The named legal adviser of a sub-grid."""
    return _people_in(sub_grid_id, {Role.LEGAL_ADVISER}, now).first()


LEADING = frozenset(
    {Role.COMMUNITY_SECRETARY, Role.STREET_DEPUTY, Role.STREET_SECRETARY, Role.DISTRICT_COMMAND}
)


def leaders_in_charge(unit_id: int, category_l1: str, now: datetime) -> list[Person]:
    """分管: the leaders in charge of such matters, from this unit upward; an empty portfolio means all matters."""
    on = now.date()
    lineage = list(tower().lineage(unit_id))
    rows = (
        Assignment.objects.filter(
            valid_on(on), unit_id__in=lineage, role__in=sorted(LEADING), person__is_active=True
        )
        .select_related("person")
        .prefetch_related("portfolios")
    )
    in_charge = [row for row in rows if _covers(row, category_l1, on)]
    return [row.person for row in sorted(in_charge, key=lambda row: -lineage.index(row.unit_id or 0))]


def host_seats(unit_id: int, roles: Iterable[Role], category_l1: str, now: datetime) -> dict[Role, list[int]]:
    """Who is in charge of such matters in each of these roles, here and above, by id; whoever came first in front."""
    rows = (
        Assignment.objects.filter(
            valid_on(now.date()),
            unit_id__in=list(tower().lineage(unit_id)),
            role__in=sorted(roles),
            person__is_active=True,
        )
        .prefetch_related("portfolios")
        .order_by("id")
    )
    seats: dict[Role, list[int]] = {}
    for row in rows:
        if _covers(row, category_l1, now.date()):
            seats.setdefault(Role(row.role), []).append(row.person_id)
    return seats


def _covers(row: Assignment, category_l1: str, on: date) -> bool:
    held = [p for p in row.portfolios.all() if p.valid_from <= on and (p.valid_to is None or p.valid_to > on)]
    return not held or any(not p.categories or category_l1 in p.categories for p in held)


def duties_of(unit_id: int, on: date) -> QuerySet[Duty]:
    """The duty list of a sub-grid on a day."""
    return Duty.objects.filter(valid_on(on), unit_id=unit_id).select_related("item").order_by("item__code")


def is_on_duty_list(unit_id: int, category: str, on: date) -> Refusal | None:
    """None if the sub-grid's list covers the first-level type (or has no list), else the rule that lets it refuse."""
    listed = list(duties_of(unit_id, on))
    if not listed or any(category[:2] in duty.item.categories for duty in listed):
        return None
    return Refusal(
        "off_list",
        N_("不在小分格职责清单内，可以退回（清单外事项不下派，参照北京市接诉即办工作条例第十七条）"),
    )


def vacancies(path: str, on: date) -> list[Post]:
    """Posts under a path with fewer people than seats."""
    filled: dict[tuple[int | None, str], int] = {}
    rows = Assignment.objects.filter(valid_on(on), unit__path__startswith=path)
    for unit_id, role in rows.values_list("unit_id", "role"):
        filled[unit_id, role] = filled.get((unit_id, role), 0) + 1
    posts = Post.objects.filter(unit__path__startswith=path, unit__valid_to=None).select_related("unit")
    return [post for post in posts if filled.get((post.unit_id, post.role), 0) < post.seats]


def serving_in(unit_id: int, now: datetime) -> QuerySet[Person]:
    """Everybody appointed to a unit now, whatever their role."""
    return _people_in(unit_id, Role, now)


def may_stand_in_for(person: Person, now: datetime) -> QuerySet[Person]:
    """Who may be this person's deputy: near them, and with roles that may be held together."""
    me = actors_of([person.pk], now)[person.pk]
    rows = Assignment.objects.filter(valid_on(now.date()), person__is_active=True).exclude(person=person)
    others = actors_of(sorted(set(rows.values_list("person_id", flat=True))), now)
    near = [other.person_id for other in others.values() if why_not_stand_in(me, other) is None]
    return Person.objects.filter(pk__in=near).order_by("display_name")
