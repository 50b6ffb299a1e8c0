"""Floors, dwellings, households, residents and doors of buildings. Counts only; nobody is made up."""

from dataclasses import dataclass

import numpy as np

from maplegrid.simulate.lattice import Floats, Ints
from maplegrid.simulate.plan import DistrictPlan

# kind → fewest floors, most floors, residents per floor, extra doors wanted (relative)
PROFILE: dict[str, tuple[int, int, float, float]] = {
    "residential": (11, 33, 8.5, 2.2),
    "village": (3, 9, 3.6, 0.12),
    "factory": (2, 6, 0.0, 0.5),
    "dormitory": (5, 12, 12.0, 0.9),
    "shop": (1, 8, 0.5, 1.6),
    "office": (4, 20, 0.0, 1.2),
    "school": (3, 6, 0.0, 1.0),
    "clinic": (3, 12, 0.0, 1.8),
    "market": (1, 3, 0.0, 2.4),
    "civic": (2, 8, 0.0, 1.0),
}
MOST_DOORS = 6
DOOR_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DOOR_NAMES = ("正门", "后门", "东门", "西门", "南门", "北门")


@dataclass(frozen=True)
class Population:
    """Per building."""

    floors: Ints
    dwellings: Ints
    households: Ints
    residents: Ints
    doors: Ints


@dataclass(frozen=True)
class Doors:
    """Doors with a code to scan: the building's row, what the door is called, a short code easy to read out."""

    building: Ints
    number: list[str]
    code: list[str]


def populate(plan: DistrictPlan, kinds: list[str]) -> Population:
    """Counts for buildings of these kinds; residents and doors add up exactly to the plan's."""
    rng = plan.rng(5)
    low, high, per_floor, extra = np.array([PROFILE[kind] for kind in kinds]).T
    floors = np.floor(rng.uniform(low, high + 1)).astype(np.int64)
    weight = floors * per_floor * np.exp(rng.normal(0, 0.35, len(kinds)))
    residents = exactly(plan.resident_count, weight)
    households = np.maximum(np.round(residents / rng.uniform(2.15, 2.75, len(kinds))), residents > 0)
    households = households.astype(np.int64)
    dwellings = np.ceil(households * rng.uniform(1.02, 1.2, len(kinds))).astype(np.int64)
    doors = 1 + _extra_doors(rng, plan.door_count - len(kinds), extra)
    return Population(floors, dwellings, households, residents, doors)


def exactly(total: int, weight: Floats) -> Ints:
    """Whole numbers in proportion to `weight` that add up to `total` (largest remainders)."""
    share = weight / weight.sum() * total
    given = np.floor(share).astype(np.int64)
    rest = int(total - given.sum())
    given[np.argsort(given - share, kind="stable")[:rest]] += 1
    return given


def _extra_doors(rng: np.random.Generator, total: int, wish: Floats) -> Ints:
    extra = np.zeros(len(wish), np.int64)
    while (left := total - int(extra.sum())) > 0:
        room = np.where(extra < MOST_DOORS - 1, wish, 0.0)
        extra += rng.multinomial(left, room / room.sum())
        extra = np.minimum(extra, MOST_DOORS - 1)
    return extra


def code_doors(plan: DistrictPlan, kinds: list[str], doors: Ints) -> Doors:
    """A row for each door. Codes are scattered so that neighbours' codes tell nothing about each other."""
    building = np.repeat(np.arange(len(doors)), doors)
    nth = np.arange(len(building)) - np.repeat(np.cumsum(doors) - doors, doors)
    number = [
        f"{at + 1}单元门" if kinds[row] == "residential" and doors[row] > 1 else DOOR_NAMES[at]
        for row, at in zip(building.tolist(), nth.tolist(), strict=True)
    ]
    return Doors(building, number, _scattered_codes(plan, len(building)))


def _scattered_codes(plan: DistrictPlan, count: int) -> list[str]:
    base, length = len(DOOR_LETTERS), 6
    space = base**length
    start = int(plan.rng(6).integers(space))
    ids = [(start + at * 387_420_489) % space for at in range(count)]  # 3^18, prime to 31^6: no code twice
    return ["".join(DOOR_LETTERS[code // base**place % base] for place in range(length)) for code in ids]
