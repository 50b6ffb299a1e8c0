"""Which grid is here? Our raster beside shapely's tree, and beside asking every polygon."""

import numpy as np
import shapely

from benchmarks.measuring import Line, seconds_each
from benchmarks.world import World


def measure(world: World, points: int) -> list[Line]:
    from maplegrid.rules.vocabulary import Level
    from maplegrid.territory.models import UnitVersion
    from maplegrid.territory.queries.tower import locator

    grids = UnitVersion.objects.filter(unit__level=Level.GRID, valid_to=None).order_by("unit__code")
    ids, shapes = zip(*((row.unit_id, row.geometry) for row in grids), strict=True)
    tree, held = shapely.STRtree(shapes), locator()
    asked = _points(shapely.total_bounds(np.array(shapes)), points)

    def by_tree(at: tuple[float, float]) -> int | None:
        point = shapely.Point(at)
        found = [int(i) for i in tree.query(point) if shapes[i].covers(point)]
        return ids[min(found)] if found else None

    def by_loop(at: tuple[float, float]) -> int | None:
        point = shapely.Point(at)
        return next((unit for unit, shape in zip(ids, shapes, strict=True) if shape.covers(point)), None)

    differing = sum(held.locate(*at) != by_tree(at) for at in asked)
    ours = seconds_each(lambda at: held.locate(*at), asked)
    tree_s, loop_s = seconds_each(by_tree, asked), seconds_each(by_loop, asked[: points // 50], rounds=1)
    note = f"{len(ids)} grids, {points} random points, {differing} answers differ"
    return [
        Line("which grid, one point", f"{ours * 1e6:.1f} µs", f"STRtree + covers {tree_s * 1e6:.1f} µs", tree_s / ours, note),
        Line("", "", f"every polygon {loop_s * 1e6:.0f} µs", loop_s / ours, f"{points // 50} points"),
    ]  # fmt: skip


def _points(bounds: np.ndarray, count: int) -> list[tuple[float, float]]:
    rng = np.random.default_rng(20261123)
    lons, lats = rng.uniform(bounds[0], bounds[2], count), rng.uniform(bounds[1], bounds[3], count)
    return list(zip(lons.tolist(), lats.tolist(), strict=True))
