"""`language locate`: which building, grid and sub-grid a text is about."""

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.framework import UNREADABLE, stop
from maplegrid.cli.tables import Row, read_table, tell, with_progress, write_table
from maplegrid.language.locate import BuildingRow, Gazetteer, UnitRow
from maplegrid.language.locate import locate as find

FILE = click.Path(path_type=Path)
COLUMNS = ("id", "rank", "building", "grid", "sub_grid", "probability", "reason")
SHOWN = 3
UNITS, BUILDINGS = "units.csv", "buildings.csv"


@click.command()
@click.argument("source", metavar="IN", type=FILE)
@click.option("--out", required=True, type=FILE, help="结果文件，.csv 或 .parquet。")
@click.option(
    "--district",
    type=FILE,
    help=f"放 {UNITS} 和 {BUILDINGS} 的文件夹（territory export 写的列）；不写就用演示区。",
)
def locate(source: Path, out: Path, district: Path | None) -> None:
    """说的是哪栋楼：每条最多三行 id、rank、building、grid、sub_grid、probability、reason（都是编码）。"""
    table = read_table(source)
    table.need("id", "text")
    gazetteer = _of_folder(district) if district else _of_demo()
    begin = time.perf_counter()
    found = 0

    def answers() -> Iterator[dict[str, Any]]:
        nonlocal found
        for row in with_progress(table.rows, "locate"):
            if row.trouble:
                tell(source, row)
            some = list(_places(gazetteer, row))
            found += bool(some)
            yield from some

    count = write_table(out, table.with_others(COLUMNS, ("text",)), answers())
    told = {"rows": len(table.rows), "unreadable": sum(bool(row.trouble) for row in table.rows)}
    told |= {"located": found, "candidates": count}
    print(json.dumps(told | {"seconds": round(time.perf_counter() - begin, 2)}, ensure_ascii=False))


def _places(gazetteer: Gazetteer, row: Row) -> Iterator[dict[str, Any]]:
    for rank, place in enumerate(find(gazetteer, row.cells.get("text", ""))[:SHOWN], 1):
        yield {
            **row.cells,
            "id": row.cells.get("id", ""),
            "rank": rank,
            "building": place.building_id or "",
            "grid": place.grid_id or "",
            "sub_grid": place.sub_grid_id or "",
            "probability": place.probability,
            "reason": str(place.reason),
        }


def _of_demo() -> Gazetteer:
    """The demo district, built in memory; takes some seconds."""
    from maplegrid.rules.vocabulary import LEVELS, Level
    from maplegrid.simulate.district import build_district
    from maplegrid.simulate.plan import DistrictPlan

    made = build_district(DistrictPlan(), lambda part: click.echo(part, err=True))
    units = []
    for above, level in itertools.pairwise(LEVELS):
        rows, parents = made.units[level], made.units[above]
        for row, code in enumerate(rows.code):
            parent = parents.code[rows.parent[row]] if above != Level.DISTRICT else None
            units.append(UnitRow(code, level.value, rows.name[row], code, parent))
    known, b, grids = {unit.id: unit for unit in units}, made.buildings, made.units[Level.GRID].code
    buildings = [
        BuildingRow(
            b.code[at],
            b.name[at],
            b.aliases[at],
            b.address[at],
            *_above(known, grids[b.grid[at]]),
            float(b.lon[at]),
            float(b.lat[at]),
        )
        for at in range(len(b))
    ]
    return Gazetteer(buildings, units)


def _of_folder(folder: Path) -> Gazetteer:
    """Units and buildings as `territory export` writes them. Ends the command with a sentence if they do not fit."""
    units, houses = read_table(folder / UNITS), read_table(folder / BUILDINGS)
    units.need("code", "name", "level", "parent")
    houses.need("code", "name", "grid")
    known: dict[Any, UnitRow] = {}
    for row in units.rows:
        cell = row.cells
        if cell.get("level") != "district":
            known[cell["code"]] = UnitRow(
                cell["code"], cell["level"], cell["name"], cell["code"], cell["parent"] or None
            )
    known = {
        code: unit if unit.parent_id in known else unit._replace(parent_id=None)
        for code, unit in known.items()
    }
    return Gazetteer([_building(known, houses.path, row) for row in houses.rows], known.values())


def _building(known: dict[Any, UnitRow], path: Path, row: Row) -> BuildingRow:
    cell = row.cells
    if cell.get("grid") and cell["grid"] not in known:
        stop(f"{path.name} 第 {row.line} 行：没有编码为 {cell['grid']} 的网格", UNREADABLE)
    aliases = tuple(part for part in cell.get("aliases", "").replace("；", ";").split(";") if part)
    return BuildingRow(
        cell.get("code", ""),
        cell.get("name", ""),
        aliases,
        cell.get("address", ""),
        *_above(known, cell.get("grid") or None),
        _degrees(cell.get("lon")),
        _degrees(cell.get("lat")),
    )


def _degrees(cell: str | None) -> float | None:
    try:
        return float(cell or "")
    except ValueError:
        return None


def _above(known: dict[Any, UnitRow], grid: Any) -> tuple[Any, Any, Any, Any]:
    """Grid, sub-grid, community and street of a grid."""
    found: dict[str, Any] = {}
    code = grid
    while code in known and known[code].level not in found:
        found[known[code].level] = code
        code = known[code].parent_id
    return found.get("grid"), found.get("sub_grid"), found.get("community"), found.get("street")
