"""Police grids (警格): most are one sub-grid, a few are not, so that the mismatch report has something to show."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from maplegrid.rules.vocabulary import Level
from maplegrid.simulate.bodies import all_bodies, station_of
from maplegrid.simulate.carving import neighbours
from maplegrid.simulate.geography import Geography
from maplegrid.simulate.lattice import Ints
from maplegrid.simulate.plan import DistrictPlan

MISMATCHING = 0.08


@dataclass(frozen=True)
class PoliceGrids:
    """One row per police grid; `matches` says whether it is exactly its sub-grid (same row number)."""

    code: list[str]
    name: list[str]
    body: list[str]
    geometry: np.ndarray
    of_grid: Ints
    matches: np.ndarray


def draw_police_grids(plan: DistrictPlan, geography: Geography) -> PoliceGrids:
    """A police grid for each sub-grid; some pairs of neighbours have one grid on the other side."""
    units = geography.units
    home = units[Level.GRID].parent.copy()
    station = [station_of(code[:12]) for code in units[Level.SUB_GRID].code]
    changed = _move_some(plan, geography, home, station)
    order = np.argsort(home, kind="stable")
    groups = np.split(units[Level.GRID].geometry[order], np.flatnonzero(np.diff(home[order])) + 1)
    shapes = shapely.normalize(
        np.array([shapely.coverage_union_all(group) for group in groups], dtype=object)
    )
    names = {body.code: body.name for body in all_bodies()}
    numbers = [station[: row + 1].count(body) for row, body in enumerate(station)]
    return PoliceGrids(
        [f"{body}.{number:03d}" for body, number in zip(station, numbers, strict=True)],
        [f"{names[body]}{number:03d}警格" for body, number in zip(station, numbers, strict=True)],
        station,
        shapes,
        home,
        ~changed,
    )


def _move_some(plan: DistrictPlan, geography: Geography, home: Ints, station: list[str]) -> np.ndarray:
    """Hand single grids to a neighbouring police grid of the same station (changes `home`)."""
    rng = plan.rng(9)
    left, right = _grid_pairs(geography)
    wanted = max(2, round(MISMATCHING * len(station)))
    changed = np.zeros(len(station), bool)
    for at in rng.permutation(len(left)).tolist():
        if changed.sum() >= wanted:
            break
        grid, other = int(left[at]), int(right[at])
        giver, taker = int(home[grid]), int(home[other])
        if giver == taker or changed[giver] or changed[taker] or station[giver] != station[taker]:
            continue
        rest = np.flatnonzero(home == giver)
        rest = rest[rest != grid]
        if len(rest) and _connected(rest, left, right):
            home[grid] = taker
            changed[[giver, taker]] = True
    return changed


def _grid_pairs(geography: Geography) -> tuple[Ints, Ints]:
    """Grids that share a side, each pair both ways round."""
    left, right = neighbours(geography.lattice.nx, geography.lattice.ny)
    pairs = np.sort(np.stack([geography.grid_of_cell[left], geography.grid_of_cell[right]]), axis=0)
    pairs = np.unique(pairs[:, pairs[0] != pairs[1]], axis=1)
    return np.concatenate([pairs[0], pairs[1]]), np.concatenate([pairs[1], pairs[0]])


def _connected(rows: Ints, left: Ints, right: Ints) -> bool:
    inside = np.isin(left, rows) & np.isin(right, rows)
    ends = np.searchsorted(rows, np.stack([left[inside], right[inside]]))
    matrix = sparse.csr_array((np.ones(ends.shape[1]), (ends[0], ends[1])), shape=(len(rows),) * 2)
    return csgraph.connected_components(matrix, directed=False)[0] == 1
