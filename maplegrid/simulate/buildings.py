"""The building register of the demo district: where each stands, what it is called, who lives there in numbers."""

from dataclasses import dataclass, replace

import numpy as np

from maplegrid.rules.vocabulary import Level
from maplegrid.simulate import place_names as words
from maplegrid.simulate.facts import STREETS
from maplegrid.simulate.geography import Geography, Units
from maplegrid.simulate.land import Land, settle
from maplegrid.simulate.lattice import Floats, Ints, Lattice, added_up, to_degrees
from maplegrid.simulate.naming import Named, Namer, estate_building
from maplegrid.simulate.plan import DistrictPlan
from maplegrid.simulate.population import Doors, code_doors, populate
from maplegrid.simulate.roads import addresses, lay_roads

STORY_SUB_GRID = "440311002001F04"
STORY_ZONES = (("A", 4), ("B", 4), ("C", 5))
NEAR_BORDER_SHARE = 0.005
NEAR_BORDER_M = 1.2


@dataclass(frozen=True)
class Buildings:
    """One row per building, in code order. `grid` and `sub_grid` are rows of those units."""

    code: list[str]
    name: list[str]
    aliases: list[tuple[str, ...]]
    address: list[str]
    kind: list[str]
    place: list[str]
    grid: Ints
    sub_grid: Ints
    cell: Ints
    lon: Floats
    lat: Floats
    near_border: np.ndarray
    floors: Ints
    dwellings: Ints
    households: Ints
    residents: Ints
    doors: Ints

    def __len__(self) -> int:
        return len(self.code)


def build(plan: DistrictPlan, geography: Geography) -> tuple[Buildings, Doors]:
    """All buildings and their doors."""
    story_grids = _story_grids(geography)
    land = settle(plan, geography, story_grids)
    rng = plan.rng(4)
    cell = _cell_of_building(geography, land)
    across, along = _slots(rng, land, cell)
    near = _near_border(rng, geography, cell, across)
    grid = geography.grid_of_cell[cell]
    named = _named(rng, geography, land, cell, story_grids)
    lon, lat = _points(plan, geography.lattice, cell, across, along)
    roads = lay_roads(geography.lattice, rng)
    kinds = [one.kind for one in named]
    people = populate(plan, kinds)
    buildings = Buildings(
        code=_codes(geography, grid),
        name=[one.name for one in named],
        aliases=[one.aliases for one in named],
        address=_addresses(geography, grid, addresses(geography.lattice, roads, cell, across, along)),
        kind=kinds,
        place=[one.place for one in named],
        grid=grid,
        sub_grid=geography.units[Level.GRID].parent[grid],
        cell=cell,
        lon=lon,
        lat=lat,
        near_border=near,
        floors=people.floors,
        dwellings=people.dwellings,
        households=people.households,
        residents=people.residents,
        doors=people.doors,
    )
    return buildings, code_doors(plan, kinds, people.doors)


def count_people(units: dict[Level, Units], buildings: Buildings) -> dict[Level, Units]:
    """The units with households and residents summed up from their buildings."""
    row = buildings.grid
    counted = {}
    households = added_up(row, buildings.households, len(units[Level.GRID]))
    residents = added_up(row, buildings.residents, len(units[Level.GRID]))
    for level in reversed(Level):
        here = units[level]
        counted[level] = replace(
            here, households=households.astype(np.int64), residents=residents.astype(np.int64)
        )
        if level is not Level.DISTRICT:
            households = added_up(here.parent, households)
            residents = added_up(here.parent, residents)
    return {level: counted[level] for level in Level}


def _story_grids(geography: Geography) -> Ints:
    home = geography.units[Level.SUB_GRID].row(STORY_SUB_GRID)
    return np.flatnonzero(geography.units[Level.GRID].parent == home)


def _cell_of_building(geography: Geography, land: Land) -> Ints:
    """Cells repeated by their buildings, grid by grid and compound by compound."""
    cells = np.flatnonzero(land.buildings)
    nx = geography.lattice.nx
    order = np.lexsort(
        (cells % nx, -(cells // nx), land.compound_of_cell[cells], geography.grid_of_cell[cells])
    )
    cells = cells[order]
    return np.repeat(cells, land.buildings[cells])


def _slots(rng: np.random.Generator, land: Land, cell: Ints) -> tuple[Floats, Floats]:
    """Where in its block each building stands: in rows, a little uneven."""
    count = land.buildings[cell]
    nth = np.arange(len(cell)) - np.searchsorted(_runs(cell), _runs(cell))
    side = np.ceil(np.sqrt(count)).astype(np.int64)
    rows = np.ceil(count / side).astype(np.int64)
    column, row = nth % side, nth // side
    shake = rng.uniform(-0.12, 0.12, (2, len(cell)))
    across = 0.1 + 0.8 * (column + 0.5 + shake[0]) / side
    along = 0.1 + 0.8 * (row + 0.5 + shake[1]) / rows
    return across, along


def _runs(cell: Ints) -> Ints:
    """0, 0, 1, 1, 1, 2 … for runs of equal cells."""
    return np.concatenate([[0], np.cumsum(np.diff(cell) != 0)])


def _near_border(rng: np.random.Generator, geography: Geography, cell: Ints, across: Floats) -> np.ndarray:
    """Move a few buildings next to the eastern border of their grid (changes `across`)."""
    lattice, grid = geography.lattice, geography.grid_of_cell
    east = np.minimum(cell + 1, lattice.cells - 1)
    border = (cell % lattice.nx < lattice.nx - 1) & (grid[east] != grid[cell])
    chosen = rng.permutation(np.flatnonzero(border))[: round(NEAR_BORDER_SHARE * len(cell))]
    corners = lattice.corners()[cell[chosen]]
    width = np.hypot(
        lattice.x[corners[:, 1]] - lattice.x[corners[:, 0]],
        lattice.y[corners[:, 1]] - lattice.y[corners[:, 0]],
    )
    across[chosen] = 1 - NEAR_BORDER_M / width
    near = np.zeros(len(cell), bool)
    near[chosen] = True
    return near


def _points(
    plan: DistrictPlan, lattice: Lattice, cell: Ints, across: Floats, along: Floats
) -> tuple[Floats, Floats]:
    """Between the four corners of the (convex) block, so inside it."""
    corners = lattice.corners()[cell]
    weight = np.stack(
        [(1 - across) * (1 - along), across * (1 - along), across * along, (1 - across) * along], axis=1
    )
    x, y = ((weight * axis[corners]).sum(axis=1) for axis in (lattice.x, lattice.y))
    return to_degrees(x, y, plan)


def _named(
    rng: np.random.Generator,
    geography: Geography,
    land: Land,
    cell: Ints,
    story_grids: Ints,
) -> list[Named]:
    namer = Namer(rng)
    sub_grid = geography.units[Level.GRID].parent
    communities = geography.community_of_sub_grid()
    compound = land.compound_of_cell[cell]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(compound) != 0])).tolist()
    lane = (cell // geography.lattice.nx).tolist()
    named: list[Named] = []
    for start, end in zip(starts, [*starts[1:], len(cell)], strict=True):
        at = compound[start]
        home = int(sub_grid[land.compound_grid[at]])
        short = communities[home].short
        named += namer.compound(land.compound_quarter[at], home, short, lane[start:end])
    grid = geography.grid_of_cell[cell]
    reserved = _build_story(named, grid, story_grids)
    _build_civic(rng, named, geography.units, grid, reserved)
    return named


def _build_story(named: list[Named], grid: Ints, story_grids: Ints) -> set[int]:
    """富豪花园 A区, B区 and C区 take the first buildings of the story's grids. Returns their rows."""
    taken: set[int] = set()
    for turn, (zone, count) in enumerate(STORY_ZONES):
        home = story_grids[turn % len(story_grids)]
        rows = [row for row in np.flatnonzero(grid == home).tolist() if row not in taken][:count]
        for number, row in enumerate(rows, start=1):
            named[row] = estate_building(words.STORY_ESTATE, zone, number)
        taken |= set(rows)
    return taken


def _build_civic(
    rng: np.random.Generator, named: list[Named], units: dict[Level, Units], grid: Ints, reserved: set[int]
) -> None:
    """Schools, markets, halls and offices: each community, street and the district has its own."""
    sub_grid = units[Level.GRID].parent[grid]
    community = units[Level.SUB_GRID].parent[sub_grid]
    street = units[Level.COMMUNITY].parent[community]
    places = [place for one in STREETS for place in one.communities]
    wanted = [
        (community == row, form.format(place.short), kind)
        for row, place in enumerate(places)
        for form, kind in words.COMMUNITY_CIVIC
    ]
    wanted += [
        (street == row, form.format(one.short), kind)
        for row, one in enumerate(STREETS)
        for form, kind in words.STREET_CIVIC
    ]
    centre = (community == 0) if (community == 0).sum() > 50 else (street == 0)
    wanted += [(centre, name, kind) for name, kind in words.DISTRICT_CIVIC]
    free = np.ones(len(named), bool)
    free[list(reserved)] = False
    for where, name, kind in wanted:
        rows = np.flatnonzero(where & free)
        row = int(rows[rng.integers(len(rows))])
        free[row] = False
        named[row] = Named(name, (), kind, name)


def _codes(geography: Geography, grid: Ints) -> list[str]:
    nth = np.arange(len(grid)) - np.searchsorted(grid, grid) + 1
    codes = geography.units[Level.GRID].code
    return [f"{codes[home]}{number:05d}" for home, number in zip(grid.tolist(), nth.tolist(), strict=True)]


def _addresses(geography: Geography, grid: Ints, road_numbers: list[tuple[str, int]]) -> list[str]:
    units = geography.units
    community = units[Level.SUB_GRID].parent[units[Level.GRID].parent[grid]]
    names = units[Level.COMMUNITY].name
    streets = [units[Level.STREET].name[row] for row in units[Level.COMMUNITY].parent]
    heads = [f"光明区{street}{name}" for street, name in zip(streets, names, strict=True)]
    return [
        f"{heads[home]}{road}{number}号"
        for home, (road, number) in zip(community.tolist(), road_numbers, strict=True)
    ]
