"""The tower, the catalogue, and the person's own notices."""

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.api.finding import missing
from maplegrid.cases.api.keys import Caller, KeyWith, caller_in
from maplegrid.cases.api.paging import newest_first
from maplegrid.cases.api.routes import PROBLEMS
from maplegrid.cases.api.shapes.district import (
    CatalogueOut,
    NoticePageOut,
    NoticesAsked,
    ReadOut,
    UnitOut,
    UnitsAsked,
    UnitsOut,
)
from maplegrid.cases.catalogue import catalogue as held_catalogue
from maplegrid.cases.queries.scope import visible_to
from maplegrid.cases.words import category_words, unit_words
from maplegrid.kit.words import translated
from maplegrid.messaging.actions import mark_read
from maplegrid.messaging.actions.notices import ON_SCREEN
from maplegrid.messaging.models import Notice
from maplegrid.rules.tower import why_not_see_unit
from maplegrid.territory.models import Unit
from maplegrid.territory.queries import tower

router = Router(tags=["district"])
ANY, READ, OWN = KeyWith(), KeyWith(Scope.CASES_READ), KeyWith(Scope.NOTICES_OWN)


@router.get("/catalogue", response={200: CatalogueOut, **PROBLEMS}, auth=ANY)
def catalogue(request: HttpRequest) -> Any:
    """Every type of matter, by code. Any key may ask: a message can name a type."""
    known = sorted(held_catalogue().categories.values(), key=lambda category: category.code)
    return {
        "items": [
            {
                "code": category.code,
                "name": category_words(category),
                "first_code": category.l1_code,
                "first_name": translated(category.l1_name),
                "active": category.active,
            }
            for category in known
        ]
    }


@router.get("/units", response={200: UnitsOut, **PROBLEMS}, auth=READ)
def units(request: HttpRequest, asked: Query[UnitsAsked]) -> Any:
    """Units of the person's own area and those above it."""
    caller = caller_in(request)
    under = _unit(caller, asked.under) if asked.under else tower().root
    seen = [
        unit
        for unit in tower().by_id.values()
        if unit.path.startswith(under.path) and why_not_see_unit(caller.actor, unit.path) is None
    ]
    chosen = [unit for unit in seen if asked.level is None or unit.level == asked.level]
    return {"items": [_row(unit) for unit in sorted(chosen, key=lambda unit: unit.code)]}


@router.get("/units/{code}", response={200: UnitOut, **PROBLEMS}, auth=READ)
def unit(request: HttpRequest, code: str) -> Any:
    """One unit; a stranger's and a missing one are the same 404."""
    return _row(_unit(caller_in(request), code))


def _unit(caller: Caller, code: str) -> Unit:
    found = tower().by_code.get(code)
    if found is None or why_not_see_unit(caller.actor, found.path) is not None:
        raise missing()
    return found


def _row(unit: Unit) -> dict[str, Any]:
    above = tower().by_id.get(unit.parent_id or 0)
    return {
        "code": unit.code,
        "name": unit_words(unit),
        "level": unit.level,
        "parent": above.code if above else None,
        "households": unit.households,
        "residents": unit.residents,
    }


@router.get("/notices", response={200: NoticePageOut, **PROBLEMS}, auth=OWN)
def notices(request: HttpRequest, asked: Query[NoticesAsked]) -> Any:
    """What the system told the key's person, newest first."""
    caller = caller_in(request)
    mine = Notice.objects.filter(person=caller.person, gateway=ON_SCREEN).exclude(state=Notice.State.WITHHELD)
    rows, following = newest_first(mine.filter(read_at=None) if asked.unread else mine, "queued_at", asked)
    numbers = _numbers(caller, [notice.subject for notice in rows])
    return {"items": [_notice(notice, numbers) for notice in rows], "next": following}


def _numbers(caller: Caller, subjects: list[str]) -> dict[str, str]:
    """Subject → case number, of the cases this person may still see."""
    ids = [int(subject[5:]) for subject in subjects if subject.startswith("case:")]
    seen = visible_to(caller.actor).filter(pk__in=ids).values_list("pk", "number")
    return {f"case:{pk}": number for pk, number in seen}


def _notice(notice: Notice, numbers: dict[str, str]) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "text": notice.told(),
        "case": numbers.get(notice.subject),
        "queued_at": notice.queued_at,
        "read_at": notice.read_at,
    }


@router.post("/notices/read", response={200: ReadOut, **PROBLEMS}, auth=OWN)
def read_notices(request: HttpRequest) -> Any:
    """Mark all of one's own as read."""
    caller = caller_in(request)
    return {"read": mark_read(person=caller.person, now=caller.now)}
