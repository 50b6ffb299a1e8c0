"""Outlines for maps, and the resident's place picker."""

from allauth.decorators import rate_limit
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maplegrid.engines.geodesy import Datum, OutOfRange, to_reference
from maplegrid.rules.tower import why_not_see_unit
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.models import Unit
from maplegrid.territory.outlines import level_named, outlines, tag_of, whole_outline
from maplegrid.territory.queries import Tower, buildings_named, buildings_near, grid_here, tower

FRESH_S = 300


@require_GET
def public_outlines(request: HttpRequest) -> HttpResponse:
    """Outlines of one level under a unit; grid boundaries are published (滨州条例 2021), people are not."""
    known = tower()
    if not known.by_id:
        return JsonResponse({"type": "FeatureCollection", "features": []})
    level = level_named(request.GET.get("level", ""))
    under = known.by_code.get(request.GET.get("under", ""), known.root)
    return _tagged(request, tag_of(known, level, under.path), lambda: outlines(level, (under.path,)))


@desk()
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """Outlines of one level within one's own area (a district's desk: all), under the unit `under` if given."""
    known, actor = tower(), actor_in(request)
    level = level_named(request.GET.get("level", ""))
    areas = tuple(sorted({seat.path for seat in actor.seats if seat.path}))
    under = known.by_code.get(request.GET.get("under", ""))
    if under is not None:
        inside = any(under.path.startswith(area) for area in areas)
        areas = (under.path,) if inside else tuple(area for area in areas if area.startswith(under.path))
    if not areas:
        return _geojson(request, '{"type": "FeatureCollection", "features": []}')
    return _tagged(request, tag_of(known, level, *areas), lambda: outlines(level, areas))


@desk()
@require_GET
def unit_outline(request: HttpRequest, code: str) -> HttpResponse:
    """One unit of one's own area or above it, with its children, as it was drawn."""
    unit = unit_or_404(request, code)
    return _tagged(request, tag_of(tower(), "whole", unit.code), lambda: whole_outline(unit))


def unit_or_404(request: HttpRequest, code: str) -> Unit:
    """A live unit this person may see; a stranger's unit and a wrong code get the same answer."""
    unit = tower().by_code.get(code)
    refusal = why_not_see_unit(actor_in(request), unit.path) if unit else None
    if unit is None or refusal is not None:
        raise Http404(_("没有找到这个单元，或者它不在您负责的范围内"))
    return unit


def _tagged(request: HttpRequest, tag: str, make) -> HttpResponse:
    if tag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = _geojson(request, make())
    response["ETag"] = tag
    response["Cache-Control"] = f"private, max-age={FRESH_S}"
    return response


def _geojson(request: HttpRequest, body: str) -> HttpResponse:
    return HttpResponse(body, content_type="application/geo+json")


@require_GET
@rate_limit(action="resident_step")
def here(request: HttpRequest) -> JsonResponse:
    """Which units and buildings are at a point? For the place picker; names only."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
        lon, lat = to_reference(lon, lat, Datum(request.GET.get("datum", Datum.WGS84).lower()))
    except OutOfRange as error:
        return JsonResponse({"error": _(str(error))}, status=400)
    except (KeyError, ValueError):
        return JsonResponse({"error": _("请给出经度和纬度")}, status=400)
    grid = grid_here(lon, lat)
    names = _names(tower(), grid) if grid else dict.fromkeys(map(str, Level), "")
    return _words({**names, "buildings": [building.name for building in buildings_near(lon, lat)]})


def _names(known: Tower, grid: Unit) -> dict[str, str]:
    return {known.by_id[i].level: known.by_id[i].name for i in known.lineage(grid.pk)}


@require_GET
@rate_limit(action="resident_step")
def places(request: HttpRequest) -> JsonResponse:
    """Up to eight buildings whose name or address holds the words; names only."""
    known = tower()
    found = buildings_named(request.GET.get("q", "")[:40])
    return _words({"places": [{"name": b.name, "area": _area_of(known, b.grid_id)} for b in found]})


def _area_of(known: Tower, grid_id: int) -> str:
    sub_grid = known.sub_grid_of(grid_id)
    return known.by_id[sub_grid].name if sub_grid else ""


def _words(facts: dict[str, object]) -> JsonResponse:
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})
