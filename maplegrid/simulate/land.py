"""What stands where: how many buildings each street block holds, and what kind of quarter each grid is."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import ndimage

from maplegrid.simulate.facts import TOWN_CENTRES
from maplegrid.simulate.geography import Geography
from maplegrid.simulate.lattice import ASPECT, Floats, Ints, Lattice
from maplegrid.simulate.plan import DistrictPlan

STORY_MINIMUM = 10  # buildings in each grid of the story's sub-grid, so that its estates find room
GRID_MINIMUM = 5
MOST_IN_A_BLOCK = 16


class Quarter(StrEnum):
    """The kind of a compound: what most of its buildings are."""

    ESTATE = "estate"
    VILLAGE = "village"
    WORKS = "works"
    SHOPS = "shops"


@dataclass(frozen=True)
class Land:
    """Buildings per cell; per compound its grid and quarter. `compound_of_cell` is -1 where nothing stands."""

    buildings: Ints
    compound_of_cell: Ints
    compound_grid: Ints
    compound_quarter: list[Quarter]


def settle(plan: DistrictPlan, geography: Geography, story_grids: Ints) -> Land:
    rng = plan.rng(3)
    buildings = _buildings_per_cell(rng, plan, geography, story_grids)
    compound_of_cell, compound_grid = _compounds(rng, geography, buildings)
    quarter = _quarters(rng, geography, compound_of_cell, len(compound_grid))
    return Land(buildings, compound_of_cell, compound_grid, quarter)


def _field(rng: np.random.Generator, lattice: Lattice, blocks: float) -> Floats:
    """Soft random hills over the lattice, mean 0 and deviation 1, about `blocks` street blocks wide."""
    rough = rng.normal(size=(lattice.ny, lattice.nx))
    soft = ndimage.gaussian_filter(rough, sigma=blocks, mode="reflect")
    return ((soft - soft.mean()) / soft.std()).ravel()


def _townness(lattice: Lattice) -> Floats:
    """How many buildings a block invites: its size, and many times more the nearer it is to a town's centre."""
    x, y = lattice.cell_centres()
    high = float(np.ptp(y)) / 2
    across, along = (x - (x.max() + x.min()) / 2) / high / ASPECT, (y - (y.max() + y.min()) / 2) / high
    town = np.full(len(x), 0.16)
    for centre_x, centre_y in TOWN_CENTRES:
        town += np.exp(-((across - centre_x) ** 2 + (along - centre_y) ** 2) / (2 * 0.17**2))
    return lattice.cell_areas_m2() * town


def _buildings_per_cell(
    rng: np.random.Generator, plan: DistrictPlan, geography: Geography, story_grids: Ints
) -> Ints:
    lattice, grid = geography.lattice, geography.grid_of_cell
    wish = _townness(lattice) * np.exp(0.55 * _field(rng, lattice, 3.5))
    wish[_field(rng, lattice, 4.0) > 1.25] *= 0.04  # hills, parks, reservoirs
    wish *= np.exp(rng.normal(0, 0.35, len(wish)))
    floor = np.full(grid.max() + 1, GRID_MINIMUM)
    floor[story_grids] = STORY_MINIMUM
    placed = _first_buildings(grid, wish, floor)
    while (left := plan.building_count - int(placed.sum())) > 0:
        room = np.where(placed < MOST_IN_A_BLOCK, wish, 0.0)
        placed = np.minimum(placed + rng.multinomial(left, room / room.sum()), MOST_IN_A_BLOCK)
    return placed


def _first_buildings(grid: Ints, wish: Floats, floor: Ints) -> Ints:
    """Each grid's fewest buildings, in its best blocks by turns."""
    placed = np.zeros(len(grid), np.int64)
    order = np.lexsort((-wish, grid))
    start = np.searchsorted(grid[order], np.arange(len(floor)))
    size = np.bincount(grid)
    for home, need in enumerate(floor.tolist()):
        mine = order[start[home] : start[home] + min(int(size[home]), max(2, need // 3))]
        np.add.at(placed, mine[np.arange(need) % len(mine)], 1)
    return placed


def _compounds(rng: np.random.Generator, geography: Geography, buildings: Ints) -> tuple[Ints, Ints]:
    """Neighbouring blocks of a grid joined into compounds of about ten to twenty-five buildings."""
    grid, nx = geography.grid_of_cell, geography.lattice.nx
    built = np.flatnonzero(buildings)
    order = built[np.lexsort((built % nx, built // nx, grid[built]))]
    before = np.cumsum(buildings[order]) - buildings[order]
    first = np.searchsorted(grid[order], grid[order])
    size = rng.integers(9, 26, grid.max() + 1)[grid[order]]
    slot = (before - before[first]) // size
    _, ids = np.unique(grid[order] * 1000 + slot, return_inverse=True)
    compound = np.full(len(grid), -1)
    compound[order] = ids
    home = np.zeros(ids.max() + 1, np.int64)
    home[ids] = grid[order]
    return compound, home


def _quarters(rng: np.random.Generator, geography: Geography, compound: Ints, count: int) -> list[Quarter]:
    """Works in belts, estates in new quarters, shops where it is dense, urban villages everywhere else."""
    lattice = geography.lattice
    built = compound >= 0
    size = np.bincount(compound[built], minlength=count)

    def mean(values: Floats) -> Floats:
        return np.bincount(compound[built], weights=values[built], minlength=count) / size

    works, estates = mean(_field(rng, lattice, 7)), mean(_field(rng, lattice, 6))
    dense = mean(-np.log(lattice.cell_areas_m2()))
    dense = (dense - dense.mean()) / dense.std()
    score = np.stack(
        [
            -0.55 + 1.1 * estates + 0.2 * dense,
            1.35 + 0 * dense,
            -0.35 + 1.2 * works - 0.4 * dense,
            -1.1 + 0.5 * dense,
        ]
    )
    pick = (score + rng.gumbel(size=score.shape)).argmax(axis=0)
    kinds = list(Quarter)
    return [kinds[at] for at in pick.tolist()]
