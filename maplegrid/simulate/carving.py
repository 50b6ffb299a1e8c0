"""Cutting the drawing into units: communities grow from their seats, sub-grids and grids are halved out of them.

Works on cells of the lattice (two cells are neighbours when they share an edge), so every part is one piece.
"""

import math

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from maplegrid.simulate.facts import STREETS
from maplegrid.simulate.lattice import ASPECT, Floats, Ints, Lattice, added_up
from maplegrid.simulate.plan import DistrictPlan

ACROSS_BARRIER = 0.03  # extra cost of growing over river or motorway, as a share of the district's side
ROUNDS = 48
ATTEMPTS = 30
CELLS_EACH = 3  # cells that a grid needs at least
CENTRING_ROUNDS = 24

Graph = tuple[Ints, Ints, Floats]  # left and right cell of each pair, cost of going between them


def grow_communities(lattice: Lattice, plan: DistrictPlan) -> Ints:
    """The community (0…30, official order) of each cell; each in one piece, sizes close to their shares.

    Raises:
        ValueError: no drawing was found in which every community has room for its grids (tiny districts).
    """
    rng = plan.rng(2)
    need = 2 * CELLS_EACH * np.array(list(plan.sub_grid_minimum.values()))
    for _ in range(ATTEMPTS):
        community = _grown(lattice, plan, rng)
        if (np.bincount(community, minlength=len(need)) >= need).all():
            return community
    raise ValueError(f"规模 {plan.scale} 画不出每个社区都够大的示意图，请换一个种子")


def _grown(lattice: Lattice, plan: DistrictPlan, rng: np.random.Generator) -> Ints:
    """Streets grow first, then the communities inside their street, so streets are in one piece as well."""
    left, right, cost = _cell_graph(lattice, rng)
    street_of = np.repeat(np.arange(len(STREETS)), [len(street.communities) for street in STREETS])
    places = [place for street in STREETS for place in street.communities]
    seats = np.array([place.seat for place in places])
    wanted = _wanted_areas(plan, lattice, np.array([place.share for place in places]))
    street_wanted = added_up(street_of, wanted)
    middles = np.column_stack([added_up(street_of, wanted * axis) / street_wanted for axis in seats.T])
    anywhere = np.zeros(lattice.cells, np.int64)
    starts = _seat_cells(lattice, middles, anywhere, np.zeros(len(STREETS), np.int64))
    street = _balanced_growth((left, right, cost), starts, street_wanted, lattice)
    same = street[left] == street[right]
    starts = _seat_cells(lattice, seats, street, street_of)
    return _balanced_growth((left[same], right[same], cost[same]), starts, wanted, lattice)


def neighbours(nx: int, ny: int) -> tuple[Ints, Ints]:
    """Pairs of cells sharing an edge."""
    cell = np.arange(nx * ny).reshape(ny, nx)
    left = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel()])
    right = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel()])
    return left, right


def _cell_graph(lattice: Lattice, rng: np.random.Generator) -> Graph:
    left, right = neighbours(lattice.nx, lattice.ny)
    x, y = lattice.cell_centres()
    cost = np.hypot(x[left] - x[right], y[left] - y[right]) * np.exp(rng.normal(0, 0.25, len(left)))
    side = math.sqrt(float(lattice.cell_areas_m2().sum()))
    return left, right, cost + np.where(_split_by_barrier(lattice), ACROSS_BARRIER * side, 0.0)


def _split_by_barrier(lattice: Lattice) -> np.ndarray:
    """For each pair of `neighbours`, whether a barrier runs between them."""
    corners = lattice.corners().reshape(lattice.ny, lattice.nx, 4)
    upright = corners[:, :-1, [1, 2]].reshape(-1, 2)  # east side of the western cell
    flat = corners[:-1, :, [3, 2]].reshape(-1, 2)  # north side of the southern cell
    edges = np.sort(np.concatenate([upright, flat]), axis=1)
    nodes = (lattice.nx + 1) * (lattice.ny + 1)
    walls = np.array([a * nodes + b for a, b in lattice.barrier_edges()])
    return np.isin(edges[:, 0] * nodes + edges[:, 1], walls)


def _seat_cells(lattice: Lattice, seats: Floats, region: Ints, region_of: Ints) -> Ints:
    """For each seat the nearest free cell in its own region."""
    x, y = lattice.cell_centres()
    high = float(np.ptp(y)) / 2
    at_x = (x.max() + x.min()) / 2 + seats[:, 0] * high * ASPECT
    at_y = (y.max() + y.min()) / 2 + seats[:, 1] * high
    taken = np.zeros(lattice.cells, bool)
    for seat, home in enumerate(region_of):
        away = np.where((region == home) & ~taken, np.hypot(x - at_x[seat], y - at_y[seat]), np.inf)
        taken[away.argmin()] = True
        at_x[seat] = away.argmin()
    return at_x.astype(np.int64)


def _wanted_areas(plan: DistrictPlan, lattice: Lattice, shares: Floats) -> Floats:
    """Square metres by share, but nobody smaller than its sub-grids need (it matters in small districts only)."""
    needs = np.array(list(plan.sub_grid_minimum.values())) / plan.sub_grid_count * 1.15
    wanted = np.maximum(shares / shares.sum(), needs)
    return wanted / wanted.sum() * lattice.cell_areas_m2().sum()


def _balanced_growth(graph: Graph, seats: Ints, target: Floats, lattice: Lattice) -> Ints:
    """Grow all seats at once, delay those that came out too large, centre the seats, and grow again.

    Of all rounds the one whose worst community misses its size least is kept.
    """
    areas, centres = lattice.cell_areas_m2(), np.column_stack(lattice.cell_centres())
    delay = np.zeros(len(seats))
    best, best_miss = None, np.inf
    for turn in range(ROUNDS):
        owner = _grow(graph, seats, delay, lattice.cells)
        sizes = added_up(owner, areas, len(seats))
        miss = float(np.abs(np.log(np.maximum(sizes, 1) / target)).max())
        if miss < best_miss:
            best, best_miss = owner, miss
        step = 0.3 / (1 + turn / 10)
        delay += step * np.sqrt(target) * np.log(np.maximum(sizes, target / 9) / target)
        if turn < CENTRING_ROUNDS:
            seats = _centred(owner, seats, areas, centres)
    assert best is not None
    return best


def _centred(owner: Ints, seats: Ints, areas: Floats, centres: Floats) -> Ints:
    """For each part, its own cell nearest to a point half way between its seat and its centre of area."""
    sizes = added_up(owner, areas, len(seats))
    moved = seats.copy()
    for part in np.flatnonzero(sizes):
        mine = np.flatnonzero(owner == part)
        middle = np.average(centres[mine], axis=0, weights=areas[mine])
        away = np.hypot(*(centres[mine] - (middle + centres[seats[part]]) / 2).T)
        moved[part] = mine[away.argmin()]
    return moved


def _grow(graph: Graph, seats: Ints, delay: Floats, cells: int) -> Ints:
    left, right, cost = graph
    sources = cells + np.arange(len(seats))
    offset = delay - delay.min() + 1.0
    matrix = sparse.csr_array(
        (
            np.concatenate([cost, offset]),
            (np.concatenate([left, sources]), np.concatenate([right, seats])),
        ),
        shape=(cells + len(seats),) * 2,
    )
    _, _, nearest = csgraph.dijkstra(
        matrix, directed=False, indices=sources, return_predecessors=True, min_only=True
    )
    return np.asarray(nearest[:cells] - cells, dtype=np.int64)


def split_evenly(cells: Ints, parts: int, nx: int, width: Floats, height: Floats) -> list[Ints]:
    """Halve a connected set of cells again and again into `parts` connected sets of nearly equal count.

    `width` and `height` are each cell's extent in metres; the cut runs across the longer side, along a street.
    """
    if parts == 1:
        return [cells]
    first = parts // 2
    one, other = _halve(cells, first / parts, nx, width, height)
    return [
        *split_evenly(one, first, nx, width, height),
        *split_evenly(other, parts - first, nx, width, height),
    ]


def _halve(cells: Ints, share: float, nx: int, width: Floats, height: Floats) -> tuple[Ints, Ints]:
    column, row = cells % nx, cells // nx
    wide = (np.ptp(column) + 1) * width[cells].mean() >= (np.ptp(row) + 1) * height[cells].mean()
    order = np.lexsort((row, column)) if wide else np.lexsort((column, row))
    cut = min(max(round(len(cells) * share), 1), len(cells) - 1)
    inside = np.zeros(len(cells), bool)
    inside[order[:cut]] = True
    return _in_one_piece(cells, inside, nx)


def _in_one_piece(cells: Ints, inside: np.ndarray, nx: int) -> tuple[Ints, Ints]:
    """Hand loose pieces of either half to the other; the whole is connected, so both halves end in one piece."""
    column, row = cells % nx, cells // nx
    column, row = column - column.min(), row - row.min()
    for half in (True, False):
        mask = np.zeros((row.max() + 1, column.max() + 1), bool)
        mine = inside == half
        mask[row[mine], column[mine]] = True
        pieces, count = ndimage.label(mask)
        if count > 1:
            largest = np.bincount(pieces.ravel())[1:].argmax() + 1
            loose = mine & (pieces[row, column] != largest)
            inside[loose] = not half
    return cells[inside], cells[~inside]


def share_out(total: int, weights: Floats, floor: Ints) -> Ints:
    """`total` things shared in proportion to `weights`, each at least its `floor` (largest remainders)."""
    if floor.sum() > total:
        raise ValueError(f"{total} 份不够：最少要 {int(floor.sum())} 份")
    given = floor.astype(np.int64).copy()
    while (left := int(total - given.sum())) > 0:
        lack = np.maximum(weights / weights.sum() * total - given, 0)
        if lack.sum() == 0:
            lack = weights.astype(float)
        whole = np.floor(lack / max(lack.sum(), left) * left).astype(np.int64)
        if whole.sum() == 0:
            whole[np.argsort(-lack, kind="stable")[:left]] = 1
        given += whole
    return given
