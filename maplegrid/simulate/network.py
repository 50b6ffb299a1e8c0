"""The walking network: streets along lattice lines, footpaths across blocks, river and motorway as barriers."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from maplegrid.simulate.lattice import Floats, Ints, Lattice
from maplegrid.simulate.plan import DistrictPlan

MISSING_STREETS = 0.16  # lattice lines that are walls or yards, not streets
MISSING_IN_HILLS = 0.42
FOOTPATHS = 0.09  # blocks with a path from corner to corner


@dataclass(frozen=True)
class Network:
    """Nodes by position; edges between node rows, walkable both ways, lengths in metres to the centimetre.

    `barrier_lines` are the river and the motorway as lists of (lon, lat), for the map.
    """

    lon: Floats
    lat: Floats
    u: Ints
    v: Ints
    length_m: Floats
    footpath: np.ndarray
    barrier_names: list[str]
    barrier_lines: list[list[tuple[float, float]]]


def lay_network(plan: DistrictPlan, lattice: Lattice) -> Network:
    """Streets and footpaths in one connected piece."""
    rng = plan.rng(7)
    walkable = _walkable(lattice)
    u, v = _streets(lattice)
    open_ = walkable[u] & walkable[v] & ~_along_barrier(lattice, u, v)
    u, v = u[open_], v[open_]
    keep = _kept(rng, lattice, u, v)
    paths = _footpaths(rng, lattice, walkable)
    footpath = np.concatenate([np.zeros(keep.sum(), bool), np.ones(len(paths), bool)])
    u, v = np.concatenate([u[keep], paths[:, 0]]), np.concatenate([v[keep], paths[:, 1]])
    return _largest_piece(lattice, u, v, footpath)


def _walkable(lattice: Lattice) -> np.ndarray:
    """Nodes in the water or on the motorway are no place to walk, except at crossings."""
    walkable = np.ones(len(lattice.x), bool)
    for barrier in lattice.barriers:
        walkable[barrier.path] = False
    for barrier in lattice.barriers:
        others = [one.path for one in lattice.barriers if one is not barrier]
        clear = ~np.isin(barrier.crossings, np.concatenate(others))
        walkable[barrier.crossings[clear]] = True
    return walkable


def _streets(lattice: Lattice) -> tuple[Ints, Ints]:
    node = np.arange(len(lattice.x)).reshape(lattice.ny + 1, lattice.nx + 1)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    return u, v


def _along_barrier(lattice: Lattice, u: Ints, v: Ints) -> np.ndarray:
    walls = np.array([a * len(lattice.x) + b for a, b in lattice.barrier_edges()])
    return np.isin(np.minimum(u, v) * len(lattice.x) + np.maximum(u, v), walls)


def _kept(rng: np.random.Generator, lattice: Lattice, u: Ints, v: Ints) -> np.ndarray:
    """Drop streets at random, more of them where blocks are large, but never so that the town falls apart."""
    length = np.hypot(lattice.x[u] - lattice.x[v], lattice.y[u] - lattice.y[v])
    chance = np.where(length > 1.3 * np.median(length), MISSING_IN_HILLS, MISSING_STREETS)
    dropped = rng.random(len(u)) < chance
    tree = _spanning_tree(rng, u, v, len(lattice.x))
    return ~dropped | tree


def _spanning_tree(rng: np.random.Generator, u: Ints, v: Ints, nodes: int) -> np.ndarray:
    cost = rng.uniform(1, 2, len(u))
    matrix = sparse.csr_array((cost, (u, v)), shape=(nodes, nodes))
    tree = csgraph.minimum_spanning_tree(matrix).tocoo()
    return np.isin(u * nodes + v, tree.row.astype(np.int64) * nodes + tree.col)


def _footpaths(rng: np.random.Generator, lattice: Lattice, walkable: np.ndarray) -> Ints:
    """Corner-to-corner paths in some blocks; barriers run along blocks, so a path never crosses one."""
    corners = lattice.corners()
    chosen = corners[rng.random(len(corners)) < FOOTPATHS]
    rising = rng.random(len(chosen)) < 0.5
    ends = np.where(rising[:, None], chosen[:, [0, 2]], chosen[:, [1, 3]])
    barrier = np.concatenate([one.path for one in lattice.barriers])
    return ends[walkable[ends].all(axis=1) & ~np.isin(ends, barrier).any(axis=1)]


def _largest_piece(lattice: Lattice, u: Ints, v: Ints, footpath: np.ndarray) -> Network:
    nodes = len(lattice.x)
    matrix = sparse.csr_array((np.ones(len(u)), (u, v)), shape=(nodes, nodes))
    _, piece = csgraph.connected_components(matrix, directed=False)
    inside = piece == np.bincount(piece).argmax()
    row = np.cumsum(inside) - 1
    keep = inside[u]
    u, v = u[keep], v[keep]
    length = np.hypot(lattice.x[u] - lattice.x[v], lattice.y[u] - lattice.y[v])
    lines = [
        list(zip(lattice.lon[one.path].tolist(), lattice.lat[one.path].tolist(), strict=True))
        for one in lattice.barriers
    ]
    return Network(
        lattice.lon[inside],
        lattice.lat[inside],
        row[u],
        row[v],
        np.round(length, 2).astype(np.float64),
        footpath[keep],
        [one.name for one in lattice.barriers],
        lines,
    )
