"""The boundaries of a day by code, as the geometry check sees them."""

from datetime import date

from maplegrid.territory.models import UnitVersion
from maplegrid.territory.queries.tower import valid_on
from maplegrid.territory.shapes import Area


def areas_on(on: date) -> dict[str, Area]:
    """All units in force on a day with their boundaries."""
    rows = UnitVersion.objects.filter(valid_on(on)).select_related("unit__parent").order_by("id")
    live = [
        row
        for row in rows
        if row.unit.valid_from <= on and (row.unit.valid_to is None or row.unit.valid_to > on)
    ]
    return {
        row.unit.code: Area(
            row.unit.code, row.unit.name, row.unit.parent.code if row.unit.parent else "", row.geometry
        )
        for row in live
    }
