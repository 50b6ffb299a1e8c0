"""The drawing under the district: a bent lattice of street blocks with a river and a motorway through it.

Street blocks ("cells") are the atoms of everything above: grids, sub-grids, communities and streets are unions
of cells, so they share the very same edges. Lattice lines are the streets people walk on. Schematic (示意图).
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from maplegrid.simulate.facts import TOWN_CENTRES
from maplegrid.simulate.plan import DistrictPlan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

ASPECT = 1.16  # how much wider than high
ROUNDNESS = 0.80  # 0 a rectangle, 1 an ellipse
DEGREE_DIGITS = 7  # about one centimetre
BRIDGE_EVERY_M = 1300.0


@dataclass(frozen=True)
class Barrier:
    """Something nobody walks across except at its crossings. `path` and `crossings` are node ids."""

    name: str
    name_en: str
    kind: str
    path: Ints
    crossings: Ints


@dataclass(frozen=True)
class Lattice:
    """Nodes are numbered row by row from the south-west; so are cells. `x`, `y` in metres from the centre."""

    nx: int
    ny: int
    x: Floats
    y: Floats
    lon: Floats
    lat: Floats
    barriers: tuple[Barrier, ...]

    @property
    def cells(self) -> int:
        return self.nx * self.ny

    def corners(self) -> Ints:
        """The four node ids of each cell, counter-clockwise from the south-west: shape (cells, 4)."""
        node = np.arange((self.nx + 1) * (self.ny + 1)).reshape(self.ny + 1, self.nx + 1)
        ring = (node[:-1, :-1], node[:-1, 1:], node[1:, 1:], node[1:, :-1])
        return np.stack([part.ravel() for part in ring], axis=1)

    def cell_polygons(self) -> NDArray[np.object_]:
        corners = self.corners()
        rings = np.stack([self.lon[corners], self.lat[corners]], axis=2)
        return shapely.polygons(np.concatenate([rings, rings[:, :1]], axis=1))

    def cell_areas_m2(self) -> Floats:
        return _areas(self.x[self.corners()], self.y[self.corners()])

    def cell_centres(self) -> tuple[Floats, Floats]:
        """Centres in metres."""
        corners = self.corners()
        return self.x[corners].mean(axis=1), self.y[corners].mean(axis=1)

    def barrier_edges(self) -> set[tuple[int, int]]:
        """Lattice edges that are river or motorway, as ordered pairs of node ids."""
        return {
            (min(a, b), max(a, b))
            for barrier in self.barriers
            for a, b in zip(barrier.path[:-1].tolist(), barrier.path[1:].tolist(), strict=True)
        }


def draw_lattice(plan: DistrictPlan) -> Lattice:
    """Bend a lattice of `plan.cell_count` blocks (or a few more) into the outline of the district."""
    rng = plan.rng(1)
    ny = math.ceil(math.sqrt(plan.cell_count / ASPECT))
    nx = math.ceil(plan.cell_count / ny)
    grid_x, grid_y = _bend(rng, nx, ny)
    grid_x, grid_y = _jitter(rng, grid_x, grid_y)
    x, y = _to_size(grid_x, grid_y, plan.area_m2)
    lon, lat = to_degrees(x, y, plan)
    barriers = _barriers(rng, nx, ny, x, y)
    return Lattice(nx, ny, x, y, lon, lat, barriers)


def added_up(rows: Ints, weights: NDArray[Any], count: int = 0) -> Floats:
    """The sum of `weights` for each row number 0, 1, 2 …"""
    return np.bincount(rows, weights=weights, minlength=count).astype(np.float64)


def metres_per_degree(lat: float) -> tuple[float, float]:
    """Metres of one degree of longitude and of latitude at `lat` on the CGCS2000 ellipsoid."""
    a, e2 = 6378137.0, 0.00669438002290
    sine2 = math.sin(math.radians(lat)) ** 2
    along = a * (1 - e2) / (1 - e2 * sine2) ** 1.5
    across = a / math.sqrt(1 - e2 * sine2) * math.cos(math.radians(lat))
    return math.radians(across), math.radians(along)


def to_degrees(x: Floats, y: Floats, plan: DistrictPlan) -> tuple[Floats, Floats]:
    per_lon, per_lat = metres_per_degree(plan.lat)
    return np.round(plan.lon + x / per_lon, DEGREE_DIGITS), np.round(plan.lat + y / per_lat, DEGREE_DIGITS)


def _lines(rng: np.random.Generator, parts: int) -> Floats:
    """Positions of lattice lines from -1 to 1 with uneven gaps, as streets have."""
    gaps = np.exp(rng.normal(0, 0.22, parts))
    at = np.concatenate([[0.0], np.cumsum(gaps)])
    return at / at[-1] * 2 - 1


def _bend(rng: np.random.Generator, nx: int, ny: int) -> tuple[Floats, Floats]:
    s, t = np.meshgrid(_lines(rng, nx), _lines(rng, ny))
    x = s * np.sqrt(1 - ROUNDNESS * t**2 / 2)
    y = t * np.sqrt(1 - ROUNDNESS * s**2 / 2)
    x, y = _outline(rng, x, y)
    x, y = _pull_to_towns(x, y)
    x, y = _wander(rng, x, y)
    return x * ASPECT, y


def _outline(rng: np.random.Generator, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """A coast-like rim: the further out, the more the radius swells and shrinks with the angle."""
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    swell = sum(
        size * np.cos(m * angle + rng.uniform(0, 2 * np.pi))
        for m, size in ((2, 0.05), (3, 0.07), (5, 0.04), (8, 0.022), (13, 0.012))
    )
    factor = 1 + swell * np.minimum(radius, 1.0) ** 2
    return x * factor, y * factor


def _pull_to_towns(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Blocks are smaller in the towns: every point moves towards the centres near it."""
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for cx, cy in TOWN_CENTRES:
        pull = 0.36 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 0.2**2))
        dx += (cx - x) * pull
        dy += (cy - y) * pull
    return x + dx, y + dy


def _wander(rng: np.random.Generator, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Long soft waves, so that no street runs straight across the whole district."""
    dx, dy = np.zeros_like(x), np.zeros_like(y)
    for wave in (1.1, 1.9, 3.1, 5.3, 9.1):
        for shift in (dx, dy):
            heading, phase = rng.uniform(0, 2 * np.pi, 2)
            along = x * np.cos(heading) + y * np.sin(heading)
            shift += 0.028 / wave * np.sin(wave * np.pi * along + phase)
    return x + dx, y + dy


def _jitter(rng: np.random.Generator, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Move inner nodes by up to a fifth of a block; nodes whose blocks would fold stay where they were."""
    across, along = rng.uniform(-0.2, 0.2, (2, *x.shape))
    for part in (across, along):
        part[[0, -1], :] = 0
        part[:, [0, -1]] = 0
    while True:
        moved = [a + across * np.gradient(a, axis=1) + along * np.gradient(a, axis=0) for a in (x, y)]
        folded = _folded(moved[0], moved[1])
        stuck = _touching(folded) & ((across != 0) | (along != 0))
        if not stuck.any():
            return moved[0], moved[1]
        across[stuck] = along[stuck] = 0


def _folded(x: Floats, y: Floats) -> Bools:
    """Cells that are not convex (shape ny × nx)."""
    px = np.stack([x[:-1, :-1], x[:-1, 1:], x[1:, 1:], x[1:, :-1]])
    py = np.stack([y[:-1, :-1], y[:-1, 1:], y[1:, 1:], y[1:, :-1]])
    ex, ey = np.roll(px, -1, axis=0) - px, np.roll(py, -1, axis=0) - py
    turn = ex * np.roll(ey, -1, axis=0) - ey * np.roll(ex, -1, axis=0)
    return np.asarray((turn <= 0).any(axis=0))


def _touching(cells: Bools) -> Bools:
    nodes = np.zeros((cells.shape[0] + 1, cells.shape[1] + 1), bool)
    for part in (nodes[:-1, :-1], nodes[:-1, 1:], nodes[1:, 1:], nodes[1:, :-1]):
        part |= cells
    return nodes


def _areas(px: Floats, py: Floats) -> Floats:
    return 0.5 * np.abs((px * np.roll(py, -1, axis=1) - py * np.roll(px, -1, axis=1)).sum(axis=1))


def _to_size(x: Floats, y: Floats, area_m2: float) -> tuple[Floats, Floats]:
    rim_x = np.concatenate([x[0, :-1], x[:-1, -1], x[-1, :0:-1], x[:0:-1, 0]])
    rim_y = np.concatenate([y[0, :-1], y[:-1, -1], y[-1, :0:-1], y[:0:-1, 0]])
    size = math.sqrt(area_m2 / float(_areas(rim_x[None], rim_y[None])[0]))
    middle_x, middle_y = (x.min() + x.max()) / 2, (y.min() + y.max()) / 2
    return ((x - middle_x) * size).ravel(), ((y - middle_y) * size).ravel()


def _barriers(rng: np.random.Generator, nx: int, ny: int, x: Floats, y: Floats) -> tuple[Barrier, ...]:
    river = _path(rng, ny, round(nx * 0.40), nx, nx * 0.035)
    road = _path(rng, nx, round(ny * 0.53), ny, ny * 0.03)
    river_path = np.array([row * (nx + 1) + column for row, column in river])
    road_path = np.array([row * (nx + 1) + column for column, row in road])
    straight_river = _straight(river)
    straight_road = _straight(road)
    return (
        Barrier(
            "枫水河", "Fengshui River", "river", river_path, _crossings(river_path, straight_river, x, y)
        ),
        Barrier(
            "枫龙高速", "Fenglong Motorway", "motorway", road_path, _crossings(road_path, straight_road, x, y)
        ),
    )


def _path(rng: np.random.Generator, steps: int, start: int, most: int, swing: float) -> list[tuple[int, int]]:
    """A lattice walk from one rim to the other: (step, offset) pairs, one lattice edge at a time."""
    phase = rng.uniform(0, 2 * np.pi)
    wish = start + swing * np.sin(np.linspace(0, 3.2 * np.pi, steps + 1) + phase)
    offsets = np.clip(np.round(wish), 1, most - 1).astype(int)
    walk: list[tuple[int, int]] = [(0, int(offsets[0]))]
    for step in range(1, steps + 1):
        walk.append((step, walk[-1][1]))
        while walk[-1][1] != offsets[step]:
            walk.append((step, walk[-1][1] + (1 if offsets[step] > walk[-1][1] else -1)))
    return walk


def _straight(walk: list[tuple[int, int]]) -> Bools:
    """Places on a walk where it runs straight on, so that a crossing meets it squarely."""
    good = np.zeros(len(walk), bool)
    for at in range(1, len(walk) - 1):
        good[at] = walk[at - 1][1] == walk[at][1] == walk[at + 1][1]
    return good


def _crossings(path: Ints, straight: Bools, x: Floats, y: Floats) -> Ints:
    """A crossing about every `BRIDGE_EVERY_M`, at least three; never two nodes of one path next to each other."""
    steps = np.hypot(np.diff(x[path]), np.diff(y[path]))
    at = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(3, round(at[-1] / BRIDGE_EVERY_M))
    usable = np.flatnonzero(straight)
    wishes = (np.arange(count) + 0.5) / count * at[-1]
    return path[np.unique([usable[np.abs(at[usable] - wish).argmin()] for wish in wishes])]
