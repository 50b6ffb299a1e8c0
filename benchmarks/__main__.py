"""`python -m benchmarks [NAME …]`: measure side by side, print one table as Markdown."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import (
    again,
    booking,
    classifying,
    demo_district,
    importing,
    intake,
    noisy_places,
    reading,
    search,
    staff_list,
    ticking,
    which_building,
    which_grid,
)
from benchmarks.measuring import Line
from benchmarks.world import World, world

Measure = Callable[[World, argparse.Namespace], list[Line]]
# In this order: the last three multiply the cases.
ALL: dict[str, Measure] = {
    "demo": lambda here, sizes: demo_district.measure(here),
    "grid": lambda here, sizes: which_grid.measure(here, sizes.points),
    "building": lambda here, sizes: which_building.measure(here, sizes.texts),
    "noisy": lambda here, sizes: noisy_places.measure(sizes.noisy),
    "reading": lambda here, sizes: reading.measure(here, sizes.texts),
    "classifying": lambda here, sizes: classifying.measure(),
    "again": lambda here, sizes: again.measure(sizes.messages),
    "intake": lambda here, sizes: intake.measure(here, sizes.reports),
    "booking": lambda here, sizes: booking.measure(here, sizes.residents),
    "import": lambda here, sizes: importing.measure(here, sizes.rows),
    "list": lambda here, sizes: staff_list.measure(here, sizes.cases),
    "search": lambda here, sizes: search.measure(here, sizes.cases),
    "ticking": ticking.measure,
}


def main() -> None:
    sizes = _arguments()
    print(f"building the demo district at scale {sizes.scale:g} …", file=sys.stderr)
    with world(sizes.scale) as here:
        lines = list(_measured(here, sizes))
    print(table(lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure beside peers and naive ways."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(ALL)} (default: all)"
    )
    parser.add_argument("--scale", type=float, default=1.0, help="size of the demo district")
    for name, size in {
        "points": 20_000,
        "texts": 200,
        "messages": 200_000,
        "noisy": 4_000,
        "reports": 100,
        "residents": 500,
        "rows": 4_326,
        "cases": 100_000,
        "clocks": 1_000_000,
        "breaches": 10_000,
    }.items():
        parser.add_argument(f"--{name}", type=int, default=size)
    sizes = parser.parse_args()
    if unknown := set(sizes.names) - set(ALL):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    return sizes


def _measured(here: World, sizes: argparse.Namespace) -> Iterator[Line]:
    for name, measure in ALL.items():
        if not sizes.names or name in sizes.names:
            begin = time.perf_counter()
            yield from measure(here, sizes)
            print(f"{name}: {time.perf_counter() - begin:.0f} s", file=sys.stderr)


def table(lines: list[Line]) -> str:
    """Markdown, which reads well in a terminal too; the ratio says how many times better ours is."""
    rows = [("what", "ours", "peer or naive way", "ratio", "note"), ("---", "---", "---", "---:", "---")]
    rows += [(x.name, x.ours, x.other, "" if x.ratio is None else f"{x.ratio:.1f} ×", x.note) for x in lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
