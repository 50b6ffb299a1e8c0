"""Police grids from a file; afterwards they are matched with the sub-grids again."""

from typing import Any

from django.utils.translation import gettext as _

from maplegrid.accounts.models import Body
from maplegrid.territory.actions.police import match_police_grids
from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.reading import Record, Records, longer_than
from maplegrid.territory.models import PoliceGrid
from maplegrid.territory.shapes import Area, broken, family_misfits, same_shape

Change = tuple[PoliceGrid, dict[str, object]]


def plan_police_grids(records: Records, context: Context) -> Plan:
    """What would change; everything that does not fit stands in the findings."""
    records.no_repeats("code")
    longer_than(records, [("code", 24), ("name", 80)])
    police = list(Body.objects.filter(kind=Body.Kind.POLICE))
    bodies = {body.name: body for body in police} | {body.code: body for body in police}
    known = {row.code: row for row in PoliceGrid.objects.filter(valid_to=None)}
    plan, changes = Plan(), list[Change]()
    for row in records.good():
        grid = known.get(row.text("code"))
        _judge(records, row, bodies, grid)
        if row.number not in records.findings.bad:
            changes.append(_change(records, row, bodies[row.text("body")], grid, context))
            plan.count(grid is None, bool(changes[-1][1]))
    _judge_together(records, changes, known)

    def write() -> None:
        for grid, differs in changes:
            for name, value in differs.items():
                setattr(grid, name, value)
            if differs:
                grid.save()
        match_police_grids(actor=context.actor, now=context.now)

    plan.write = write
    return plan


def _judge(records: Records, row: Record, bodies: dict[str, Body], known: PoliceGrid | None) -> None:
    if row.text("body") not in bodies:
        records.findings.error(row.number, _("没有“{words}”这个派出所").format(words=row.text("body")))
    if row.shape is None and known is None:
        records.findings.error(row.number, _("新警格要有边界"))
    if row.shape is not None:
        fault = broken(Area(row.text("code"), row.text("name"), "", row.shape))
        records.findings.refusal(row.number, fault.refusal if fault else None)


def _change(records: Records, row: Record, body: Body, known: PoliceGrid | None, context: Context) -> Change:
    grid = known or PoliceGrid(code=row.text("code"), valid_from=context.today)
    said: dict[str, object] = {"name": row.text("name"), "body_id": body.pk}
    differs = {name: value for name, value in said.items() if getattr(grid, name, None) != value}
    if row.shape is not None and (known is None or not same_shape(known.geometry, row.shape)):
        differs |= {"geometry": row.shape, "datum": records.datum.value}
    return grid, differs


def _judge_together(records: Records, changes: list[Change], known: dict[str, PoliceGrid]) -> None:
    """Police grids do not overlap each other, in the picture after the import."""
    areas = {code: Area(code, grid.name, "", grid.geometry) for code, grid in known.items()}
    for grid, differs in changes:
        shape: Any = differs.get("geometry", grid.geometry)
        areas[grid.code] = Area(grid.code, str(differs.get("name", grid.name)), "", shape)
    rows = {row.text("code"): row.number for row in records.rows}
    for fault in family_misfits(None, list(areas.values())):
        other = next((area.code for area in areas.values() if area.name == fault.other), "")
        number = rows.get(fault.code) or rows.get(other)
        if number:
            records.findings.refusal(number, fault.refusal)
