"""A dry run says row by row what is wrong; `apply` writes the file whole or not at all."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.engines.geodesy import Datum
from maplegrid.kit.moment import now as moment
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import why_not_keep_tower
from maplegrid.territory.actions.doing import OPERATOR, Refused, doer, refuse
from maplegrid.territory.actions.reshaping import one_at_a_time
from maplegrid.territory.exchange.buildings import plan_buildings
from maplegrid.territory.exchange.columns import Kind
from maplegrid.territory.exchange.files import Upload
from maplegrid.territory.exchange.findings import Report, Summary
from maplegrid.territory.exchange.plan import Context, Plan
from maplegrid.territory.exchange.police_grids import plan_police_grids
from maplegrid.territory.exchange.posts import plan_posts
from maplegrid.territory.exchange.reading import Records, read_records
from maplegrid.territory.exchange.staff import plan_staff
from maplegrid.territory.exchange.stations import plan_stations
from maplegrid.territory.exchange.units import plan_units
from maplegrid.territory.queries.tower import forget_tower

PLANNERS: dict[Kind, Callable[[Records, Context], Plan]] = {
    Kind.UNITS: plan_units,
    Kind.STAFF: plan_staff,
    Kind.POSTS: plan_posts,
    Kind.BUILDINGS: plan_buildings,
    Kind.STATIONS: plan_stations,
    Kind.POLICE_GRIDS: plan_police_grids,
}


class ImportRefused(Exception):
    """The file has errors; nothing was written. `report` says which."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.errors}")
        self.report = report


def dry_run(
    upload: Upload, kind: Kind, datum: Datum, *, actor: Actor = OPERATOR, now: datetime | None = None
) -> Report:
    """What the import would do and what is wrong, without writing anything. Raises UnreadableFile, Refused."""
    refuse(why_not_keep_tower(actor))
    report, _plan = _judged(upload, kind, datum, Context(actor, now or moment(), upload.name))
    return report


def apply(upload: Upload, kind: Kind, datum: Datum, *, actor: Actor, now: datetime) -> Report:
    """Judge again what the district looks like now, and write it in one transaction.

    Raises UnreadableFile, Refused, or ImportRefused with the report when anything is wrong.
    """
    refuse(why_not_keep_tower(actor))
    with transaction.atomic():
        one_at_a_time()
        report, plan = _judged(upload, kind, datum, Context(actor, now, upload.name))
        if not report.ok:
            raise ImportRefused(report)
        plan.write()
        record(
            actor=doer(actor),
            action="territory.imported",
            subject=f"import:{kind.value}",
            now=now,
            detail=_detail(upload, report),
        )
        transaction.on_commit(forget_tower)
    return report


def _judged(upload: Upload, kind: Kind, datum: Datum, context: Context) -> tuple[Report, Plan]:
    records = read_records(upload, kind, datum)
    plan = PLANNERS[kind](records, context)
    summary = Summary(
        kind=kind.value,
        datum=datum.value,
        format=records.format,
        rows=len(records.rows),
        new=plan.new,
        changed=plan.changed,
        unchanged=plan.unchanged,
        unused_columns=records.unused,
    )
    return Report(records.findings.sorted(), summary), plan


def _detail(upload: Upload, report: Report) -> dict[str, object]:
    return {
        "file": upload.name,
        "sha256": hashlib.sha256(upload.data).hexdigest(),
        "datum": report.summary.datum,
        "rows": report.summary.rows,
        "new": report.summary.new,
        "changed": report.summary.changed,
    }


__all__ = ["ImportRefused", "Refused", "apply", "dry_run"]
