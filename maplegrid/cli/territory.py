"""maplegrid territory: take the tower's data in and out of files."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maplegrid.cli.framework import REFUSED, UNREADABLE, stop, use_django

if TYPE_CHECKING:
    from maplegrid.territory.exchange import Report, Upload

KINDS = ("units", "staff", "posts", "buildings", "stations", "police_grids")
KIND = click.option("--kind", required=True, type=click.Choice(KINDS), help="What the file holds.")
SHOWN = 200


@click.group()
def command() -> None:
    """Units, staff, posts, buildings, stations and police grids as files."""
    use_django()


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@KIND
@click.option("--datum", default="CGCS2000", show_default=True, help="WGS-84, CGCS2000, GCJ-02 or BD-09.")
@click.option("--dry-run", is_flag=True, help="Say what is wrong, row by row, and write nothing.")
def take_in(file: Path, kind: str, datum: str, dry_run: bool) -> None:
    """Take in GeoJSON, GeoPackage, Shapefile (zip), CSV or Excel: the whole file, or nothing."""
    from maplegrid.kit.moment import now
    from maplegrid.territory.actions import OPERATOR
    from maplegrid.territory.exchange import ImportRefused, Kind, UnreadableFile, apply, datum_of
    from maplegrid.territory.exchange import dry_run as judge

    upload = _read(file)
    try:
        known = datum_of(datum)
        if dry_run:
            report = judge(upload, Kind(kind), known, now=now())
        else:
            report = apply(upload, Kind(kind), known, actor=OPERATOR, now=now())
    except UnreadableFile as trouble:
        stop(str(trouble), UNREADABLE)
    except ImportRefused as refused:
        report = refused.report
    _tell(report, file.name, written=report.ok and not dry_run)
    if not report.ok:
        stop(f"{file.name} 有 {report.errors} 处错误，什么也没有写入 (nothing was written)", REFUSED)


def _read(file: Path) -> "Upload":
    from maplegrid.territory.exchange import Upload

    try:
        return Upload(file.name, file.read_bytes())
    except OSError as error:
        stop(f"读不了 {file}：{error.strerror}", UNREADABLE)


def _tell(report: "Report", name: str, *, written: bool) -> None:
    for found in report.rows[:SHOWN]:
        print(f"{name}:{found.row_number}: {found.level}: {found.sentence}", file=sys.stderr)
    if len(report.rows) > SHOWN:
        print(f"{name}: … {len(report.rows) - SHOWN}", file=sys.stderr)
    told = {"errors": report.errors, "warnings": report.warnings, "written": written}
    print(json.dumps({**asdict(report.summary), **told}, ensure_ascii=False))


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@KIND
@click.option("--under", default="", help="Only what lies under the unit with this code.")
def hand_out(file: Path, kind: str, under: str) -> None:
    """Write FILE; its ending (geojson, gpkg, zip, csv, xlsx) decides the format. Degrees are CGCS2000."""
    from maplegrid.kit.moment import now
    from maplegrid.territory.actions import OPERATOR
    from maplegrid.territory.exchange import Kind, export
    from maplegrid.territory.exchange.writing import CannotExport

    try:
        made = export(Kind(kind), file.suffix.lower().lstrip("."), actor=OPERATOR, now=now(), under=under)
        file.write_bytes(made.data)
    except CannotExport as trouble:
        stop(str(trouble), UNREADABLE)
    except KeyError:
        stop(f"没有编码为“{under}”的单元", UNREADABLE)
    except OSError as error:
        stop(f"写不了 {file}：{error.strerror}", UNREADABLE)
    print(json.dumps({"kind": kind, "rows": made.rows, "bytes": len(made.data), "file": file.name}))
