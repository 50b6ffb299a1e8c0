"""Main roads along lattice lines, and the road address of each building. Numbers run from the west and south."""

from dataclasses import dataclass

import numpy as np

from maplegrid.simulate.lattice import Floats, Ints, Lattice
from maplegrid.simulate.place_names import ROAD_STEMS, numeral

ROAD_EVERY = 10  # lattice lines between main roads
NUMBERS_PER_BLOCK = 4


@dataclass(frozen=True)
class Roads:
    """Lattice lines that are main roads, and the names of their western/southern, middle and far thirds."""

    rows: Ints
    columns: Ints
    row_names: list[tuple[str, str, str]]
    column_names: list[tuple[str, str, str]]


def lay_roads(lattice: Lattice, rng: np.random.Generator) -> Roads:
    rows = _lines(lattice.ny)
    columns = _lines(lattice.nx)
    stems = _stems(rng, len(rows) + len(columns))
    row_names = [(f"{stem}西路", f"{stem}路", f"{stem}东路") for stem in stems[: len(rows)]]
    column_names = [(f"{stem}南路", f"{stem}大道", f"{stem}北路") for stem in stems[len(rows) :]]
    return Roads(rows, columns, row_names, column_names)


def addresses(
    lattice: Lattice, roads: Roads, cell: Ints, across: Floats, along: Floats
) -> list[tuple[str, int]]:
    """Road and number of points at (`across`, `along`) in their cells, both 0…1: the nearest main road's."""
    column, row = cell % lattice.nx + across, cell // lattice.nx + along
    near_row, row_gap = _nearest(roads.rows, row)
    near_column, column_gap = _nearest(roads.columns, column)
    by_row = np.abs(row_gap) <= np.abs(column_gap)
    at = np.where(by_row, column / lattice.nx, row / lattice.ny)
    third = np.minimum((at * 3).astype(np.int64), 2)
    blocks = np.where(by_row, column - third * lattice.nx / 3, row - third * lattice.ny / 3)
    side = np.where(by_row, row_gap > 0, column_gap > 0)
    number = 2 * (blocks * NUMBERS_PER_BLOCK / 2).astype(np.int64) + np.where(side, 1, 2)
    return [
        ((roads.row_names[r] if flat else roads.column_names[c])[t], n)
        for flat, r, c, t, n in zip(
            by_row.tolist(),
            near_row.tolist(),
            near_column.tolist(),
            third.tolist(),
            number.tolist(),
            strict=True,
        )
    ]


def _lines(blocks: int) -> Ints:
    count = max(1, round(blocks / ROAD_EVERY))
    return np.round((np.arange(count) + 0.5) / count * blocks).astype(np.int64)


def _stems(rng: np.random.Generator, count: int) -> list[str]:
    stems = [ROAD_STEMS[at] for at in rng.permutation(len(ROAD_STEMS))]
    more = [f"{stem}{numeral(turn)}" for turn in range(2, 2 + count // len(stems)) for stem in stems]
    return (stems + more)[:count]


def _nearest(lines: Ints, at: Floats) -> tuple[Ints, Floats]:
    gaps = at[:, None] - lines[None, :]
    best = np.abs(gaps).argmin(axis=1)
    return best, gaps[np.arange(len(at)), best]
