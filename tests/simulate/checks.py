"""What must hold for a district of any size; used on the small one and on the whole one."""

from collections import Counter
from itertools import pairwise

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from maplegrid.rules.vocabulary import LEVELS, Level
from maplegrid.simulate.district import District


def check_partition(district: District) -> None:
    """Every level covers the district without overlap or gap; parents are the exact unions of their children."""
    for upper, lower in pairwise(LEVELS):
        parents, children = district.units[upper], district.units[lower]
        assert shapely.is_valid(children.geometry).all()
        assert set(shapely.get_type_id(children.geometry)) == {shapely.GeometryType.POLYGON}
        assert shapely.coverage_is_valid(children.geometry)
        for row, whole in enumerate(parents.geometry):
            mine = children.geometry[children.parent == row]
            assert len(mine)
            assert shapely.equals(shapely.coverage_union_all(mine), whole)
        assert np.isclose(children.area_m2.sum(), district.plan.area_m2)


def check_codes(district: District) -> None:
    """Codes are unique, begin with their parent's (a grid with its community's) and have the agreed shape."""
    units = district.units
    community = units[Level.COMMUNITY].code
    sub_grids = units[Level.SUB_GRID]
    for code, parent, number in zip(sub_grids.code, sub_grids.parent, sub_grids.number, strict=True):
        assert code == f"{community[parent]}F{number:02d}"
    for code, parent in zip(units[Level.GRID].code, units[Level.GRID].parent, strict=True):
        assert len(code) == 15
        assert code.isdigit()
        assert code[:12] == sub_grids.code[parent][:12]
    for level in LEVELS:
        assert len(set(units[level].code)) == len(units[level])


def check_buildings(district: District) -> None:
    """Points lie inside their own grid, names do not repeat in a sub-grid, sums are exact."""
    plan, buildings, units = district.plan, district.buildings, district.units
    grids = units[Level.GRID].geometry[buildings.grid]
    assert shapely.contains_xy(grids, buildings.lon, buildings.lat).all()
    names = Counter(zip(buildings.name, buildings.sub_grid.tolist(), strict=True))
    assert max(names.values()) == 1
    assert len(set(buildings.code)) == len(buildings) == plan.building_count
    assert buildings.residents.sum() == plan.resident_count == units[Level.DISTRICT].residents[0]
    assert buildings.doors.sum() == len(set(district.doors.code)) == plan.door_count
    assert buildings.doors.min() >= 1


def check_border_buildings(district: District) -> None:
    """The buildings said to be near a border are within two metres of it; about one in two hundred is."""
    rows = np.flatnonzero(district.buildings.near_border)
    assert len(rows) == round(0.005 * len(district.buildings))
    borders = shapely.boundary(district.units[Level.GRID].geometry[district.buildings.grid[rows]])
    points = shapely.points(district.buildings.lon[rows], district.buildings.lat[rows])
    assert (shapely.distance(points, borders) * 111_000 < 2).all()


def check_stories(district: District) -> None:
    """The places the stories name are where they say."""
    sub_grids, buildings = district.units[Level.SUB_GRID], district.buildings
    assert {"公明社区04小分格", "新羌社区03小分格", "塘家社区02小分格"} <= set(sub_grids.name)
    assert buildings.name.count("富豪花园C区1栋") == 1
    rows = [row for row, place in enumerate(buildings.place) if place == "富豪花园"]
    assert {sub_grids.name[row] for row in buildings.sub_grid[rows]} == {"公明社区04小分格"}
    assert Counter(buildings.name[row][4] for row in rows) == {"A": 4, "B": 4, "C": 5}


def check_network(district: District) -> None:
    """One piece, no loops, every length the distance between its ends."""
    network = district.network
    count = len(network.lon)
    graph = sparse.coo_array((np.ones(len(network.u)), (network.u, network.v)), shape=(count, count))
    assert csgraph.connected_components(graph, directed=False)[0] == 1
    assert (network.u != network.v).all()
    north = (network.lat[network.u] - network.lat[network.v]) * 110_750
    east = (network.lon[network.u] - network.lon[network.v]) * 102_750
    assert np.allclose(np.hypot(north, east), network.length_m, rtol=0.005, atol=0.1)


def crossings_of(district: District, barrier: int) -> int:
    """How many edges cross a barrier or touch it."""
    network = district.network
    line = shapely.linestrings(network.barrier_lines[barrier])
    ends = np.stack([network.lon, network.lat], axis=1)
    edges = shapely.linestrings(np.stack([ends[network.u], ends[network.v]], axis=1))
    shapely.prepare(line)
    return int(shapely.intersects(line, edges).sum())
