"""Where police grids and sub-grids do not match (警格与小分格融合)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from maplegrid.rules.vocabulary import N_, Level
from maplegrid.territory.models import PoliceGridMatch, Unit
from maplegrid.territory.queries.tower import tower

WHOLE = 0.98  # covering this share of a sub-grid counts as covering it


@dataclass(frozen=True)
class PoliceMismatch:
    """A sub-grid that no single police grid covers: split between several, or partly in none."""

    unit: Unit
    matches: tuple[PoliceGridMatch, ...]  # greatest share first
    covered: float  # share of the sub-grid in any police grid, at most 1

    @property
    def sentence(self) -> str:
        """What is wrong, as a msgid without placeholders."""
        if not self.matches:
            return N_("没有警格")
        if self.covered < WHOLE:
            return N_("有一部分不在任何警格里")
        return N_("分属几个警格")


@dataclass(frozen=True)
class PoliceReport:
    """How well both divisions match, and every sub-grid where they do not."""

    computed_on: date | None
    sub_grids: int
    mismatches: tuple[PoliceMismatch, ...]

    @property
    def matched(self) -> int:
        return self.sub_grids - len(self.mismatches)


def police_mismatches(path: str = "/") -> PoliceReport:
    """The report over the sub-grids under a path, from the last computation (`match_police_grids`)."""
    units = [u for u in tower().by_id.values() if u.level == Level.SUB_GRID and u.path.startswith(path)]
    held = _matches_by_unit(path)
    judged = [_mismatch(unit, held.get(unit.pk, [])) for unit in units]
    computed = max((row.computed_on for rows in held.values() for row in rows), default=None)
    return PoliceReport(computed, len(units), tuple(row for row in judged if row))


def _matches_by_unit(path: str) -> dict[int, list[PoliceGridMatch]]:
    rows = PoliceGridMatch.objects.filter(unit__path__startswith=path).select_related("police_grid__body")
    by_unit: dict[int, list[PoliceGridMatch]] = defaultdict(list)
    for row in rows.order_by("-share_of_unit", "police_grid__code"):
        by_unit[row.unit_id].append(row)
    return by_unit


def _mismatch(unit: Unit, matches: list[PoliceGridMatch]) -> PoliceMismatch | None:
    if matches and matches[0].share_of_unit >= WHOLE:
        return None
    covered = min(1.0, sum(row.share_of_unit for row in matches))
    return PoliceMismatch(unit, tuple(matches), covered)


def police_matches_of(unit_id: int) -> list[PoliceGridMatch]:
    """The police grids of one sub-grid, greatest share first."""
    rows = PoliceGridMatch.objects.filter(unit_id=unit_id).select_related("police_grid__body")
    return list(rows.order_by("-share_of_unit", "police_grid__code"))
