"""The tables in force: the district's own where it made one, else the product's."""

from collections.abc import Mapping

from maplegrid.rules.secretary.hosts import default_host_table
from maplegrid.rules.secretary.level import LevelRow, MeetingLevel, default_level_rows
from maplegrid.rules.vocabulary import Role
from maplegrid.secretary.models import DistrictHost, HostOfLevel, LevelRule


def level_rows_in_force() -> tuple[LevelRow, ...]:
    """Rows in order. A district's table without a last row for everything is completed by the product's."""
    own = tuple(
        LevelRow(MeetingLevel(row.level), row.fact, row.value, row.why, row.why_en)
        for row in LevelRule.objects.order_by("place")
    )
    if not own:
        return default_level_rows()
    return own if own[-1].fact == "any" else (*own, default_level_rows()[-1])


def hosts_in_force() -> Mapping[MeetingLevel, Role]:
    """Level → role of the host."""
    own = {MeetingLevel(row.level): Role(row.role) for row in HostOfLevel.objects.all()}
    return {**default_host_table(), **own}


def named_by_district() -> list[int]:
    """Whom the district names above a street secretary, in their order."""
    named = DistrictHost.objects.filter(ended_at=None, person__is_active=True).order_by("named_at", "id")
    return list(named.values_list("person_id", flat=True))
