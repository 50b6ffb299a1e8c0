"""The map of open cases of one's area, and the list that says the same without a map."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from maplegrid.cases.badges import badge_of_case
from maplegrid.cases.models import Case
from maplegrid.cases.queries.inbox import Filters, inbox_of, matching_cases
from maplegrid.kit.moment import now
from maplegrid.rules.access import Actor, works_on_foot
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.queries import tower

MAP_LIMIT = 3000


@desk()
@require_GET
def case_map(request: HttpRequest) -> HttpResponse:
    """Open cases on the schematic map, with the same filters as the inbox."""
    filters = Filters.of({"view": "area", **request.GET.dict()})
    moment = now()
    box = inbox_of(actor_in(request), filters, moment)
    rows = [{"case": case, "badge": badge_of_case(case, moment)} for case in box.rows]
    context = {
        "box": box,
        "rows": rows,
        "filters": filters,
        "moment": moment,
        "outlines": _outlines(actor_in(request)),
        "on_foot": works_on_foot(actor_in(request)),
    }
    return render(request, "cases/desk/map.html", context)


# What is drawn for an area of each level: the units below it.
BELOW = {Level.STREET: Level.COMMUNITY, Level.COMMUNITY: Level.SUB_GRID, Level.SUB_GRID: Level.GRID}


def _outlines(actor: Actor) -> str:
    """Address of the outlines to draw: the units below this person's widest area."""
    known = tower()
    area = min(actor.areas, key=len, default="")
    unit = known.by_id.get(int(area.strip("/").rsplit("/", 1)[-1])) if area else None
    below = BELOW.get(Level(unit.level), Level.COMMUNITY) if unit else Level.COMMUNITY
    wish = {"level": below.value, **({"under": unit.code} if unit else {})}
    return f"{reverse('territory:outlines')}?{urlencode(wish)}"


@desk()
@require_GET
def case_points(request: HttpRequest) -> JsonResponse:
    """GeoJSON points of the cases that match, nearest clock first, at most 3,000."""
    filters = Filters.of({"view": "area", **request.GET.dict()})
    moment = now()
    cases = matching_cases(actor_in(request), filters, moment).exclude(lon=None).order_by("next_at")
    rows = cases.only("number", "title", "lon", "lat", "next_at", "next_milestone", "status", "resume_at")[
        :MAP_LIMIT
    ]
    return JsonResponse({"type": "FeatureCollection", "features": [_feature(case, moment) for case in rows]})


def _feature(case: Case, moment: datetime) -> dict[str, Any]:
    badge = badge_of_case(case, moment)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
        "properties": {"number": case.number, "title": case.title, "kind": badge.kind, "words": badge.words},
    }
