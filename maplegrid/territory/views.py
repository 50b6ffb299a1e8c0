"""Where things are: outlines for maps, and the place picker of the resident's page."""

import json
from functools import lru_cache

import shapely
from allauth.decorators import rate_limit
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from maplegrid.engines.geodesy import Datum, OutOfRange, to_reference
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.models import Unit, UnitVersion
from maplegrid.territory.queries import Tower, buildings_named, buildings_near, grid_here, tower

TOLERANCE = {Level.STREET: 2e-4, Level.COMMUNITY: 1e-4, Level.SUB_GRID: 3e-5, Level.GRID: 1e-5}


@require_GET
def outlines(request: HttpRequest) -> HttpResponse:
    """GeoJSON outlines of one level under a unit; grid boundaries are published (滨州条例 2021), people are not."""
    known = tower()
    level = request.GET.get("level", Level.COMMUNITY)
    if level not in set(Level):
        level = Level.COMMUNITY
    under = known.by_code.get(request.GET.get("under", ""), known.root)
    body = _outlines(str(known.token), str(level), under.path)
    response = HttpResponse(body, content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=300"
    return response


@lru_cache(maxsize=400)
def _outlines(token: str, level: str, path: str) -> str:
    """Simplified outlines as text; cached per state of the tower (`token`)."""
    rows = UnitVersion.objects.filter(
        valid_to=None, unit__valid_to=None, unit__level=level, unit__path__startswith=path
    ).select_related("unit")
    tolerance = TOLERANCE.get(Level(level), 0)
    features = [_feature(row.unit, shapely.simplify(row.geometry, tolerance)) for row in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def _feature(unit: Unit, shape: shapely.Geometry) -> dict[str, object]:
    rounded = shapely.set_precision(shape, 1e-6)
    properties = {"code": unit.code, "name": unit.name, "level": unit.level}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(rounded))}


@require_GET
@rate_limit(action="resident_step")
def here(request: HttpRequest) -> JsonResponse:
    """Which units and buildings are at a point? For the place picker; names only."""
    try:
        lon, lat = float(request.GET["lon"]), float(request.GET["lat"])
        lon, lat = to_reference(lon, lat, Datum(request.GET.get("datum", Datum.WGS84).lower()))
    except (KeyError, ValueError, OutOfRange) as error:
        return JsonResponse({"error": str(error)}, status=400)
    grid = grid_here(lon, lat)
    names = _names(tower(), grid) if grid else {}
    return JsonResponse({"units": names, "buildings": [b.name for b in buildings_near(lon, lat)]})


def _names(known: Tower, grid: Unit) -> dict[str, str]:
    return {known.by_id[i].level: known.by_id[i].name for i in known.lineage(grid.pk)}


@require_GET
@rate_limit(action="resident_step")
def places(request: HttpRequest) -> JsonResponse:
    """Up to eight buildings whose name or address holds the words."""
    known = tower()
    found = buildings_named(request.GET.get("q", "")[:40])
    return JsonResponse(
        {"places": [{"name": b.name, "area": _area_of(known, b.grid_id), "code": b.code} for b in found]},
        json_dumps_params={"ensure_ascii": False},
    )


def _area_of(known: Tower, grid_id: int) -> str:
    sub_grid = known.sub_grid_of(grid_id)
    return known.by_id[sub_grid].name if sub_grid else ""
