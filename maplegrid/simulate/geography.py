"""The tower of the demo district: six levels of units with codes, names and shared borders (示意图)."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from maplegrid.rules.vocabulary import Level
from maplegrid.simulate.carving import grow_communities, share_out, split_evenly
from maplegrid.simulate.facts import (
    DISTRICT_CODE,
    DISTRICT_NAME,
    DISTRICT_NAME_EN,
    STREETS,
    Community,
    Street,
)
from maplegrid.simulate.lattice import Floats, Ints, Lattice, added_up, draw_lattice
from maplegrid.simulate.plan import DistrictPlan


@dataclass(frozen=True)
class Units:
    """All units of one level, in code order. `parent` is the row in the level above (-1: none)."""

    level: Level
    code: list[str]
    name: list[str]
    name_en: list[str]
    number: Ints
    parent: Ints
    geometry: NDArray[np.object_]
    area_m2: Floats
    households: Ints
    residents: Ints

    def __len__(self) -> int:
        return len(self.code)

    def row(self, code: str) -> int:
        """The row of a code.

        Raises:
            ValueError: no such code.
        """
        return self.code.index(code)


@dataclass(frozen=True)
class Geography:
    """The lattice, which grid each of its cells belongs to, and the units of every level."""

    lattice: Lattice
    grid_of_cell: Ints
    units: dict[Level, Units]

    def community_of_sub_grid(self) -> list[Community]:
        places = [place for street in STREETS for place in street.communities]
        return [places[row] for row in self.units[Level.SUB_GRID].parent]

    def street_of_community(self) -> list[Street]:
        return [STREETS[row] for row in self.units[Level.COMMUNITY].parent]


def draw_geography(plan: DistrictPlan) -> Geography:
    lattice = draw_lattice(plan)
    community = grow_communities(lattice, plan)
    sub_grid, sub_grid_parent = _sub_grids(plan, lattice, community)
    grid, grid_parent = _grids(plan, lattice, sub_grid, sub_grid_parent)
    cells = lattice.cell_polygons()
    areas = lattice.cell_areas_m2()
    units = {Level.GRID: _grid_units(grid, grid_parent, sub_grid_parent, cells, areas)}
    below = units[Level.GRID]
    for level, make in (
        (Level.SUB_GRID, lambda: _sub_grid_units(sub_grid_parent)),
        (Level.COMMUNITY, _community_units),
        (Level.STREET, _street_units),
        (Level.DISTRICT, _district_units),
    ):
        names = make()
        units[level] = _united(level, names, below)
        below = units[level]
    return Geography(lattice, grid, {level: units[level] for level in Level})


def _sub_grids(plan: DistrictPlan, lattice: Lattice, community: Ints) -> tuple[Ints, Ints]:
    """The sub-grid of each cell, and each sub-grid's community; numbered in code order."""
    sizes = added_up(community, _townness(lattice))
    counts = share_out(plan.sub_grid_count, sizes, np.array(list(plan.sub_grid_minimum.values())))
    return _split_each(lattice, community, counts, community)


def _grids(plan: DistrictPlan, lattice: Lattice, sub_grid: Ints, sub_grid_parent: Ints) -> tuple[Ints, Ints]:
    """The grid of each cell, and each grid's sub-grid; numbered in code order, that is by community."""
    sizes = added_up(sub_grid, _townness(lattice))
    counts = share_out(plan.grid_count, sizes, np.full(len(sizes), 2))
    return _split_each(lattice, sub_grid, counts, sub_grid_parent[sub_grid])


def _townness(lattice: Lattice) -> Floats:
    """Small blocks are town: they count for more when sub-grids and grids are shared out."""
    areas = lattice.cell_areas_m2()
    return np.clip((np.median(areas) / areas) ** 0.35, 0.5, 2.0)


def _split_each(lattice: Lattice, whole: Ints, counts: Ints, community: Ints) -> tuple[Ints, Ints]:
    """Split every part of `whole`; number the pieces by community, then north to south and west to east."""
    width, height = _extents(lattice)
    pieces, parents = [], []
    for part, count in enumerate(counts.tolist()):
        mine = np.flatnonzero(whole == part)
        pieces += split_evenly(mine, count, lattice.nx, width, height)
        parents += [part] * count
    order = _reading_order(lattice, pieces, community)
    owner = np.empty(lattice.cells, np.int64)
    for row, piece in enumerate(order):
        owner[pieces[piece]] = row
    return owner, np.array(parents)[order]


def _extents(lattice: Lattice) -> tuple[Floats, Floats]:
    corners = lattice.corners()
    x, y = lattice.x[corners], lattice.y[corners]
    width = np.hypot(x[:, 1] - x[:, 0], y[:, 1] - y[:, 0])
    height = np.hypot(x[:, 3] - x[:, 0], y[:, 3] - y[:, 0])
    return width, height


def _reading_order(lattice: Lattice, pieces: list[Ints], community: Ints) -> Ints:
    """Rows from north to south, in each row from west to east, as grid standards number."""
    x, y = lattice.cell_centres()
    middle_x = np.array([x[piece].mean() for piece in pieces])
    middle_y = np.array([y[piece].mean() for piece in pieces])
    home = np.array([community[piece[0]] for piece in pieces])
    band = np.empty(len(pieces), np.int64)
    for place in np.unique(home):
        mine = home == place
        high, low = middle_y[mine].max(), middle_y[mine].min()
        rows = max(1, round(float(np.sqrt(mine.sum()))))
        band[mine] = np.minimum((high - middle_y[mine]) / max(high - low, 1.0) * rows, rows - 1).astype(
            np.int64
        )
    return np.lexsort((middle_x, band, home))


@dataclass(frozen=True)
class _Names:
    code: list[str]
    name: list[str]
    name_en: list[str]
    number: Ints
    parent: Ints


def _grid_units(grid: Ints, parent: Ints, sub_grid_parent: Ints, cells: np.ndarray, areas: Floats) -> Units:
    community = _community_units()
    home = sub_grid_parent[parent]
    number = _number_within(home)
    code = [f"{community.code[c]}{n:03d}" for c, n in zip(home, number, strict=True)]
    name = [f"{community.name[c]}第{n:03d}网格" for c, n in zip(home, number, strict=True)]
    name_en = [f"{community.name_en[c]} grid {n:03d}" for c, n in zip(home, number, strict=True)]
    nothing = np.zeros(len(code), np.int64)
    area = added_up(grid, areas)
    return Units(
        Level.GRID, code, name, name_en, number, parent, _unions(cells, grid), area, nothing, nothing
    )


def _sub_grid_units(parent: Ints) -> _Names:
    community = _community_units()
    number = _number_within(parent)
    return _Names(
        [f"{community.code[c]}F{n:02d}" for c, n in zip(parent, number, strict=True)],
        [f"{community.name[c]}{n:02d}小分格" for c, n in zip(parent, number, strict=True)],
        [f"{community.name_en[c]} sub-grid {n:02d}" for c, n in zip(parent, number, strict=True)],
        number,
        parent,
    )


def _community_units() -> _Names:
    pairs = [(row, street, place) for row, street in enumerate(STREETS) for place in street.communities]
    return _Names(
        [f"{DISTRICT_CODE}{street.code3}{place.code3}" for _, street, place in pairs],
        [place.name for _, _, place in pairs],
        [f"{place.pinyin} Community" for _, _, place in pairs],
        np.array([int(place.code3) for _, _, place in pairs]),
        np.array([row for row, _, _ in pairs]),
    )


def _street_units() -> _Names:
    return _Names(
        [f"{DISTRICT_CODE}{street.code3}" for street in STREETS],
        [street.name for street in STREETS],
        [f"{street.pinyin} Subdistrict" for street in STREETS],
        np.array([int(street.code3) for street in STREETS]),
        np.zeros(len(STREETS), np.int64),
    )


def _district_units() -> _Names:
    return _Names([DISTRICT_CODE], [DISTRICT_NAME], [DISTRICT_NAME_EN], np.array([1]), np.array([-1]))


def _number_within(parent: Ints) -> Ints:
    """1, 2, 3 … within each run of equal parents (rows are in order of parent)."""
    first = np.searchsorted(parent, parent)
    return np.arange(len(parent)) - first + 1


def _united(level: Level, names: _Names, below: Units) -> Units:
    """A level as the exact union of the level below."""
    area = added_up(below.parent, below.area_m2)
    nothing = np.zeros(len(names.code), np.int64)
    shape = _unions(below.geometry, below.parent)
    return Units(
        level,
        names.code,
        names.name,
        names.name_en,
        names.number,
        names.parent,
        shape,
        area,
        nothing,
        nothing,
    )


def _unions(shapes: np.ndarray, owner: Ints) -> np.ndarray:
    order = np.argsort(owner, kind="stable")
    groups = np.split(shapes[order], np.flatnonzero(np.diff(owner[order])) + 1)
    united = np.array([shapely.coverage_union_all(group) for group in groups], dtype=object)
    return shapely.normalize(united)
