"""Everything the page of one unit shows, and the overview of an area."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from maplegrid.accounts.models import Person
from maplegrid.accounts.queries import stand_ins
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import LEVELS, ROLE_NAMES, Level, Role
from maplegrid.territory.models import (
    Assignment,
    Building,
    Duty,
    OfficeDuty,
    PartyBranch,
    PoliceGridMatch,
    Post,
    SharedOffice,
    Station,
    Unit,
    UnitVersion,
)
from maplegrid.territory.queries.people import duties_of, vacancies
from maplegrid.territory.queries.places import is_open
from maplegrid.territory.queries.police import police_matches_of
from maplegrid.territory.queries.tower import Tower, tower, valid_on

ROLE_ORDER = {role.value: place for place, role in enumerate(Role)}


@dataclass(frozen=True)
class Holder:
    """Somebody on a post, since when, and who stands in while they are away."""

    person: Person
    since: str
    deputy: Person | None
    away: bool


@dataclass(frozen=True)
class PostRow:
    """A role in a unit: its holders and how many seats are empty."""

    role: Role
    holders: tuple[Holder, ...]
    empty: int

    @property
    def words(self) -> str:
        return ROLE_NAMES[self.role]


@dataclass(frozen=True)
class StationRow:
    """A station and whether its doors are open now."""

    station: Station
    open: bool


@dataclass(frozen=True)
class Counts:
    """How many things lie in a unit."""

    buildings: int
    households: int
    residents: int
    below: tuple[tuple[Level, int], ...]


@dataclass(frozen=True)
class UnitPage:
    """One unit as its page shows it."""

    unit: Unit
    lineage: tuple[Unit, ...]
    children: tuple[Unit, ...]
    boundary: UnitVersion | None
    history: tuple[UnitVersion, ...]
    counts: Counts
    posts: tuple[PostRow, ...]
    branch: PartyBranch | None
    duties: tuple[Duty, ...]
    office: SharedOffice | None
    roster: tuple[OfficeDuty, ...]
    stations: tuple[StationRow, ...]
    police: tuple[PoliceGridMatch, ...]

    @property
    def is_sub_grid(self) -> bool:
        return self.unit.level == Level.SUB_GRID

    @property
    def vacancies(self) -> int:
        return sum(post.empty for post in self.posts)


def unit_page(unit: Unit, now: datetime) -> UnitPage:
    """Read it all, for one unit and one moment."""
    known, on = tower(), now.date()
    versions = list(UnitVersion.objects.filter(unit=unit).order_by("-valid_from", "-id"))
    current = [
        row for row in versions if row.valid_from <= on and (row.valid_to is None or row.valid_to > on)
    ]
    office = SharedOffice.objects.filter(unit=unit).select_related("station").first()
    return UnitPage(
        unit=unit,
        lineage=tuple(known.by_id[i] for i in known.lineage(unit.pk) if i != unit.pk),
        children=known.children.get(unit.pk, ()),
        boundary=current[0] if current else None,
        history=tuple(versions),
        counts=_counts(unit, known),
        posts=tuple(_posts(unit, now)),
        branch=PartyBranch.objects.filter(unit=unit).first(),
        duties=tuple(duties_of(unit.pk, on)) if unit.level == Level.SUB_GRID else (),
        office=office,
        roster=tuple(office.roster.select_related("person")) if office else (),
        stations=tuple(_stations(unit, now)),
        police=tuple(police_matches_of(unit.pk)),
    )


def _counts(unit: Unit, known: Tower) -> Counts:
    sums = Building.objects.filter(active=True, path__startswith=unit.path).aggregate(
        Count("id"), Sum("households"), Sum("residents")
    )
    levels: dict[str, int] = defaultdict(int)
    for other in known.by_id.values():
        if other.pk != unit.pk and other.path.startswith(unit.path):
            levels[other.level] += 1
    return Counts(
        buildings=sums["id__count"],
        households=sums["households__sum"] or unit.households,
        residents=sums["residents__sum"] or unit.residents,
        below=tuple((level, levels[level]) for level in LEVELS if levels[level]),
    )


def _posts(unit: Unit, now: datetime) -> Iterable[PostRow]:
    """Posts and appointments together: a seat without a holder shows, and so does a holder without a post."""
    rows = Assignment.objects.filter(valid_on(now.date()), unit=unit, person__is_active=True)
    held: dict[str, list[Assignment]] = defaultdict(list)
    for row in rows.select_related("person").order_by("valid_from", "id"):
        held[row.role].append(row)
    seats = dict(Post.objects.filter(unit=unit).values_list("role", "seats"))
    away = stand_ins(now)
    for role in sorted({*held, *seats}, key=lambda role: ROLE_ORDER[role]):
        holders = tuple(_holder(row, away) for row in held[role])
        yield PostRow(Role(role), holders, max(0, seats.get(role, 0) - len(holders)))


def _holder(row: Assignment, away: dict[int, Person | None]) -> Holder:
    return Holder(row.person, row.valid_from.isoformat(), away.get(row.person_id), row.person_id in away)


def _stations(unit: Unit, now: datetime) -> Iterable[StationRow]:
    """Stations of the unit itself; for a community and below those of its community as well."""
    lineage = [unit.pk, tower().community_of(unit.pk)]
    rows = Station.objects.filter(valid_on(now.date()), unit_id__in=[i for i in lineage if i])
    for station in rows.order_by("tier", "code"):
        yield StationRow(station, is_open(station, now))


@dataclass(frozen=True)
class AreaRow:
    """A unit in the overview: how many people, and how many empty seats below it."""

    unit: Unit
    depth: int
    empty: int


def area_overview(actor: Actor, now: datetime, below: str = "") -> list[AreaRow]:
    """The units this person looks after, down to sub-grids, in the order of the tower; empty seats counted up."""
    known = tower()
    areas = [seat.path for seat in actor.seats if seat.path]
    shown = [
        unit
        for unit in known.by_id.values()
        if unit.level != Level.GRID and any(unit.path.startswith(area) for area in areas)
    ]
    if below:
        shown = [unit for unit in shown if unit.path.startswith(below)]
    empty = [post.unit.path for post in vacancies("/", now.date())]
    top = min((unit.path.count("/") for unit in shown), default=0)
    ordered = sorted(
        shown, key=lambda unit: [known.by_id[i].code for i in known.lineage(unit.pk) if i in known.by_id]
    )
    return [
        AreaRow(unit, unit.path.count("/") - top, sum(path.startswith(unit.path) for path in empty))
        for unit in ordered
    ]
