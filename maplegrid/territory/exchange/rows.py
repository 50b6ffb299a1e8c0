"""What an export holds: rows under our own column names, with a shape where there is one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from maplegrid.territory.exchange.columns import Kind
from maplegrid.territory.models import Assignment, Building, PoliceGrid, Post, Station, UnitVersion
from maplegrid.territory.queries.tower import tower, valid_on

Cell = str | int | float
MASKED = 4


@dataclass(frozen=True)
class ExportRow:
    """One row; `shape` in the stored reference."""

    cells: dict[str, Cell]
    shape: BaseGeometry | None = None


def rows_of(kind: Kind, path: str, on: date) -> list[ExportRow]:
    """Everything of a kind under a path that is in force on a day, in the order of codes."""
    return list(_READERS[kind](path, on))


def _units(path: str, on: date) -> Iterator[ExportRow]:
    rows = UnitVersion.objects.filter(valid_on(on), unit__path__startswith=path).select_related(
        "unit__parent"
    )
    for row in rows.order_by("unit__path"):
        unit = row.unit
        if unit.valid_to is None or unit.valid_to > on:
            cells: dict[str, Cell] = {
                "code": unit.code,
                "name": unit.name,
                "level": unit.level,
                "parent": unit.parent.code if unit.parent else "",
                "name_en": unit.name_en,
                "households": unit.households,
                "residents": unit.residents,
                "datum": row.datum,
                "area_m2": round(row.area_m2, 1),
            }
            yield ExportRow(cells, row.geometry)


def _staff(path: str, on: date) -> Iterator[ExportRow]:
    rows = Assignment.objects.filter(valid_on(on)).select_related("person", "unit", "body")
    for row in rows.order_by("person__username", "role"):
        if path != "/" and not (row.unit and row.unit.path.startswith(path)):
            continue
        yield ExportRow(
            {
                "username": row.person.username,
                "words": row.person.display_name,
                "words_en": row.person.display_name_en,
                "phone": masked(row.person.phone),
                "role": row.role,
                "unit": row.unit.code if row.unit else "",
                "body": row.body.code if row.body else "",
                "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to.isoformat() if row.valid_to else "",
            }
        )


def masked(phone: str) -> str:
    """138****0001: enough to recognise, not enough to call."""
    return f"{phone[:3]}{'*' * MASKED}{phone[-MASKED:]}" if len(phone) > 7 else "*" * len(phone)


def _posts(path: str, on: date) -> Iterator[ExportRow]:
    rows = Post.objects.filter(unit__path__startswith=path, unit__valid_to=None).select_related("unit")
    for row in rows.order_by("unit__path", "role"):
        yield ExportRow({"unit": row.unit.code, "role": row.role, "seats": row.seats})


def _buildings(path: str, on: date) -> Iterator[ExportRow]:
    known = tower()
    rows = Building.objects.filter(active=True, path__startswith=path).select_related("grid").order_by("code")
    for row in rows.iterator(chunk_size=5000):
        sub_grid, community = known.sub_grid_of(row.grid_id), known.community_of(row.grid_id)
        cells: dict[str, Cell] = {
            "code": row.code,
            "name": row.name,
            "aliases": ";".join(row.aliases),
            "address": row.address,
            "kind": row.kind,
            "grid": row.grid.code,
            "sub_grid": known.by_id[sub_grid].name if sub_grid else "",
            "community": known.by_id[community].name if community else "",
            "floors": row.floors,
            "dwellings": row.dwellings,
            "households": row.households,
            "residents": row.residents,
            "lon": row.lon,
            "lat": row.lat,
            "datum": row.datum,
        }
        yield ExportRow(cells, shapely.Point(row.lon, row.lat))


def _stations(path: str, on: date) -> Iterator[ExportRow]:
    rows = Station.objects.filter(valid_on(on), unit__path__startswith=path).select_related("unit")
    for row in rows.order_by("code"):
        cells: dict[str, Cell] = {
            "code": row.code,
            "name": row.name,
            "name_en": row.name_en,
            "tier": row.tier,
            "unit": row.unit.code,
            "kinds": ";".join(row.kinds),
            "address": row.address,
            "phone": row.phone,
            "opens": f"{row.opens:%H:%M}" if row.opens else "",
            "closes": f"{row.closes:%H:%M}" if row.closes else "",
            "weekdays": row.weekdays,
            "lon": row.lon,
            "lat": row.lat,
            "datum": row.datum,
        }
        yield ExportRow(cells, shapely.Point(row.lon, row.lat))


def _police_grids(path: str, on: date) -> Iterator[ExportRow]:
    rows = PoliceGrid.objects.filter(valid_on(on)).select_related("body").order_by("code")
    for row in rows:
        cells: dict[str, Cell] = {
            "code": row.code,
            "name": row.name,
            "body": row.body.code,
            "datum": row.datum,
        }
        yield ExportRow(cells, row.geometry)


_READERS: dict[Kind, Callable[[str, date], Iterator[ExportRow]]] = {
    Kind.UNITS: _units,
    Kind.STAFF: _staff,
    Kind.POSTS: _posts,
    Kind.BUILDINGS: _buildings,
    Kind.STATIONS: _stations,
    Kind.POLICE_GRIDS: _police_grids,
}


def path_of(code: str) -> str:
    """The path under which an export looks: of the live unit with this code, or everything for "". Raises KeyError."""
    return tower().by_code[code].path if code else "/"
