"""The views a person saved and those shared in their unit or body, each with its count for this reader."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, QuerySet, Subquery, Value, When
from django.http import QueryDict

from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import SavedView
from maplegrid.cases.queries.inbox import Filters, matching_cases
from maplegrid.kit.words import named
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import own_seats
from maplegrid.territory.queries import tower

COUNT_TO = 1_000
SHOWN = 20


@dataclass(frozen=True)
class SideView:
    """One line of the side list: how many cases the reader would find, counted up to COUNT_TO."""

    view: SavedView
    count: int
    mine: bool

    @property
    def count_words(self) -> str:
        return f"{self.count}" if self.count < COUNT_TO else f"{COUNT_TO - 1}+"


@dataclass(frozen=True)
class Circle:
    """A unit or body a view may be shared in; `key` is what a form sends."""

    key: str
    words: str
    unit_id: int | None = None
    body_id: int | None = None


class _CountOf(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def readable_views(actor: Actor) -> QuerySet[SavedView]:
    """One's own, and those shared in a unit or body where one has a seat."""
    unit_ids = {seat.unit_id for seat in actor.seats if seat.unit_id}
    return SavedView.objects.filter(
        Q(owner_id=actor.person_id) | Q(unit_id__in=sorted(unit_ids)) | Q(body_id__in=sorted(actor.body_ids))
    )


def side_views(actor: Actor, now: datetime) -> list[SideView]:
    """Two statements, however many views: the views, then all their counts."""
    views = sorted(
        readable_views(actor).select_related("unit", "body")[:SHOWN],
        key=lambda view: (view.owner_id != actor.person_id, view.name),
    )
    counts = _counts(views, actor, now)
    return [SideView(view, counts[view.pk], view.owner_id == actor.person_id) for view in views]


def _counts(views: list[SavedView], actor: Actor, now: datetime) -> dict[int, int]:
    if not views:
        return {}
    branches = [When(pk=view.pk, then=_count_of(view, actor, now)) for view in views]
    counted = Case(*branches, default=Value(0), output_field=IntegerField())
    return dict(
        SavedView.objects.filter(pk__in=[view.pk for view in views])
        .annotate(found=counted)
        .values_list("pk", "found")
    )


def _count_of(view: SavedView, actor: Actor, now: datetime) -> Subquery:
    return _CountOf(matching_cases(actor, filters_of(view), now).order_by().values("pk")[:COUNT_TO])


def filters_of(view: SavedView) -> Filters:
    """The filters a view stands for; nonsense in an old one is ignored as in the address bar."""
    return Filters.of(QueryDict(view.address))


def circles_of(actor: Actor) -> list[Circle]:
    """Where this person may share a view: the units and bodies of their own seats."""
    seats = own_seats(actor)
    known = tower().by_id
    units = dict.fromkeys(seat.unit_id for seat in seats if seat.unit_id in known)
    bodies = filter(None, (catalogue().body(pk) for pk in {seat.body_id: None for seat in seats}))
    return [Circle(f"unit:{pk}", named(known[pk]), unit_id=pk) for pk in units if pk is not None] + [
        Circle(f"body:{body.pk}", named(body), body_id=body.pk) for body in bodies
    ]
