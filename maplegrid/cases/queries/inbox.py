"""The staff list: one query for the rows, one for the counts, whatever the size."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from maplegrid.cases.models import Appeal, Case
from maplegrid.cases.queries.names import with_names, with_people
from maplegrid.cases.queries.scope import mine_of, visible_to
from maplegrid.language.tokens import search_tokens
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import ENDED, OPEN, WAITING, Status
from maplegrid.territory.queries import tower

SOON = timedelta(hours=2)
PAGE = 50
HIGHEST = {"days": 36_500, "page": 1_000_000, "person": 2**31 - 1}


@dataclass(frozen=True)
class Filters:
    """What stands in the address bar. Empty means no restriction."""

    view: str = "queue"
    category: str = ""
    unit: str = ""
    status: str = ""
    days: int = 0
    person: int = 0
    q: str = ""
    sort: str = "clock"
    page: int = 1

    @classmethod
    def of(cls, query: Any) -> "Filters":
        """Read a request's query string; nonsense is ignored, never an error."""
        known = {
            name: query.get(name, "")[:80] for name in ("view", "category", "unit", "status", "q", "sort")
        }
        numbers = {name: int(query[name]) for name in HIGHEST if query.get(name, "").isdecimal()}
        numbers = {name: min(number, HIGHEST[name]) for name, number in numbers.items()}
        given = {name: value for name, value in known.items() if value}
        filters = cls(**given, **numbers)  # type: ignore[arg-type]
        return replace(
            filters, view=filters.view if filters.view in VIEWS else "queue", page=max(1, filters.page)
        )

    def is_plain(self) -> bool:
        """Nothing but the view decides which cases these are."""
        return self == replace(Filters(), view=self.view, sort=self.sort, page=self.page)

    def address(self, **changes: Any) -> str:
        """The query string with something changed; page 1 again unless a page is asked for."""
        changed = replace(self, **{"page": 1, **changes})
        plain = Filters()
        return urlencode(
            {k: v for k, v in vars(changed).items() if v != getattr(plain, k) and v not in ("", 0)}
        )


NO_COUNTS: Mapping[str, int] = MappingProxyType({})
VIEWS = (
    "queue",
    "area",
    "mine",
    "waiting",
    "untaken",
    "soon",
    "late",
    "many",
    "unsolved",
    "checking",
    "triage",
    "paused",
    "ended",
)


@dataclass(frozen=True)
class Inbox:
    """One page of cases with the number of all that match."""

    rows: list[Case]
    total: int
    filters: Filters
    pages: int = field(default=1)

    @property
    def first(self) -> int:
        return (self.filters.page - 1) * PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.filters.page * PAGE, self.total)


def inbox_of(actor: Actor, filters: Filters, now: datetime, counts: Mapping[str, int] = NO_COUNTS) -> Inbox:
    """The cases this person may see that match, sorted by the next clock unless asked otherwise.

    `counts` of the side list spares counting a view that nothing else narrows.
    """
    matching = matching_cases(actor, filters, now)
    total = counts.get(filters.view) if filters.is_plain() else None
    if total is None:
        total = matching.count()
    start = (filters.page - 1) * PAGE
    rows = matching.order_by(*_order(filters)).select_related("body", "building").defer("tokens", "solution")
    shown = with_people(with_names(list(rows[start : start + PAGE])))
    return Inbox(shown, total, filters, max(1, -(-total // PAGE)))


SORTS: dict[str, tuple[Any, ...]] = {
    "clock": (F("next_at").asc(nulls_last=True), "id"),
    "newest": ("-received_at", "-id"),
    "oldest": ("received_at", "id"),
    "number": ("number",),
}


def _with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Few joins on purpose: with all seven PostgreSQL plans for 80 ms what it then answers in two."""
    named = cases.select_related("category", "unit", "body").defer("tokens", "solution")
    return named.prefetch_related("area", "building", "assignee", "accountable")


def matching_cases(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    """Scope first, then the filters."""
    cases = visible_to(actor).filter(view_condition(filters.view, actor, now))
    if filters.category:
        cases = cases.filter(Q(category__code=filters.category) | Q(category__l1_code=filters.category))
    if filters.unit and (unit := tower().by_code.get(filters.unit)):
        cases = cases.filter(path__startswith=unit.path)
    if filters.status in set(Status):
        cases = cases.filter(status=filters.status)
    if filters.person:
        cases = cases.filter(assignee_id=filters.person)
    if filters.days:
        cases = cases.filter(received_at__gte=now - timedelta(days=filters.days))
    return _searched(cases, filters.q)


def sorted_cases(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    """All that match, in the order asked for, with what a row shows of them."""
    return _with_names(matching_cases(actor, filters, now)).order_by(*_order(filters))


def _order(filters: Filters) -> tuple[Any, ...]:
    return SORTS.get(filters.sort, SORTS["clock"])


def _searched(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    tokens = search_tokens(words)
    if not tokens:
        return cases
    return cases.filter(tokens=SearchQuery(" ".join(tokens), config="simple"))


def view_condition(view: str, actor: Actor, now: datetime) -> Q:
    """The saved view's own condition."""
    mine = mine_of(actor) & Q(status__in=OPEN)
    area = Q(status__in=OPEN)
    return {
        "queue": mine,
        "area": area,
        "mine": Q(assignee_id__in=sorted(actor.person_ids), status__in=OPEN),
        "waiting": mine & Q(status__in=WAITING),
        "untaken": mine & Q(assignee=None),
        "soon": area & Q(next_at__gte=now, next_at__lt=now + SOON),
        "late": area & Q(next_at__lt=now),
        "many": area & Q(households__gt=1),
        "unsolved": Q(Exists(_said_unsolved())) | Q(status=Status.REOPENED),
        "checking": area & Q(status=Status.CHECKING),
        "triage": mine & Q(status__in=(Status.TRIAGE, Status.RETURNED)),
        "paused": area & Q(status=Status.SUSPENDED),
        "ended": Q(status__in=ENDED),
    }[view]


def _said_unsolved() -> QuerySet[Appeal]:
    return Appeal.objects.filter(case=OuterRef("pk"), solved=False)


COUNTED = ("queue", "area", "mine", "waiting", "soon", "late", "many", "checking", "triage", "paused")


def counts_of(actor: Actor, now: datetime) -> dict[str, int]:
    """How many open cases each view holds for this person: one statement."""
    counts = {view: Count("pk", filter=view_condition(view, actor, now)) for view in COUNTED}
    return visible_to(actor).filter(status__in=OPEN).aggregate(**counts)
