"""Which police grid looks after which sub-grid, computed from the boundaries of today."""

from datetime import date, datetime

import numpy as np
import shapely
from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.rules.access import Actor
from maplegrid.rules.tower import why_not_keep_tower
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.actions.doing import doer, refuse
from maplegrid.territory.models import PoliceGrid, PoliceGridMatch, UnitVersion
from maplegrid.territory.queries.tower import valid_on
from maplegrid.territory.shapes import beyond_sliver, on_plane


def match_police_grids(*, actor: Actor, now: datetime) -> int:
    """Compare all police grids with all sub-grids and keep every overlap that is more than a sliver.

    Returns how many pairs there are. Shares are of areas on a plane.
    """
    refuse(why_not_keep_tower(actor))
    with transaction.atomic():
        rows = _matches(now.date())
        PoliceGridMatch.objects.all().delete()
        PoliceGridMatch.objects.bulk_create(rows, batch_size=1000)
        record(
            actor=doer(actor),
            action="territory.police_grids_matched",
            subject="district",
            now=now,
            detail={"pairs": len(rows)},
        )
    return len(rows)


def _matches(on: date) -> list[PoliceGridMatch]:
    police = list(PoliceGrid.objects.filter(valid_on(on)))
    units = list(
        UnitVersion.objects.filter(valid_on(on), unit__level=Level.SUB_GRID, unit__valid_to=None).order_by(
            "unit"
        )
    )
    if not police or not units:
        return []
    lat = shapely.centroid(units[0].geometry).y
    theirs = [on_plane(row.geometry, lat) for row in police]
    ours = [on_plane(row.geometry, lat) for row in units]
    mine, other = shapely.STRtree(theirs).query(ours, predicate="intersects")
    parts = shapely.intersection(np.array(ours, dtype=object)[mine], np.array(theirs, dtype=object)[other])
    return [
        PoliceGridMatch(
            police_grid=police[p],
            unit_id=units[u].unit_id,
            share_of_unit=part.area / ours[u].area,
            share_of_police_grid=part.area / theirs[p].area,
            computed_on=on,
        )
        for u, p, part in zip(mine.tolist(), other.tolist(), parts, strict=True)
        if beyond_sliver(part) is not None
    ]
