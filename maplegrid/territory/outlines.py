"""Outlines of units as GeoJSON for maps: simplified, made once per state of the tower and kept as text."""

import hashlib
import json
from functools import lru_cache

import shapely

from maplegrid.kit.moment import now
from maplegrid.rules.vocabulary import LEVELS, Level
from maplegrid.territory.models import Unit, UnitVersion
from maplegrid.territory.queries.tower import Tower, tower, valid_on

# Degrees by which a line may be straightened; a street is drawn small, a grid large.
TOLERANCE = {Level.STREET: 2e-4, Level.COMMUNITY: 1e-4, Level.SUB_GRID: 3e-5, Level.GRID: 1e-5}
PRECISION = 1e-6


def level_named(words: str) -> Level:
    """A level by its code; communities for anything else."""
    return Level(words) if words in set(LEVELS) else Level.COMMUNITY


def tag_of(known: Tower, *parts: str) -> str:
    """An entity tag that changes when the tower does."""
    digest = hashlib.sha256("|".join([str(known.token), *parts]).encode()).hexdigest()
    return f'"{digest[:24]}"'


def outlines(level: Level, paths: tuple[str, ...]) -> str:
    """One level's units that lie under any of the paths, as a FeatureCollection."""
    return _outlines(str(tower().token), level, paths)


@lru_cache(maxsize=200)
def _outlines(token: str, level: Level, paths: tuple[str, ...]) -> str:
    known = tower()
    chosen = [u for u in known.by_id.values() if u.level == level and u.path.startswith(paths)]
    shapes = _shapes([unit.pk for unit in chosen])
    features = [
        feature(unit, shapely.simplify(shapes[unit.pk], TOLERANCE.get(level, 0)))
        for unit in chosen
        if unit.pk in shapes
    ]
    return collection(features)


def _shapes(unit_ids: list[int]) -> dict[int, shapely.Geometry]:
    rows = UnitVersion.objects.filter(valid_on(now().date()), unit_id__in=unit_ids).order_by("id")
    return {row.unit_id: row.geometry for row in rows.only("unit_id", "geometry")}


def whole_outline(unit: Unit) -> str:
    """One unit as it was drawn, and its children."""
    children = tower().children.get(unit.pk, ())
    shapes = _shapes([unit.pk, *(child.pk for child in children)])
    return collection([feature(one, shapes[one.pk]) for one in (*children, unit) if one.pk in shapes])


def collection(features: list[dict[str, object]]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def feature(unit: Unit, shape: shapely.Geometry) -> dict[str, object]:
    """Code, name and level; no people."""
    rounded = shapely.set_precision(shape, PRECISION)
    properties = {"code": unit.code, "name": unit.name, "level": unit.level}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(rounded))}
