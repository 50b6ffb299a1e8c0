"""How large a demo district should be: every count is a parameter, `scale` shrinks them together."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from maplegrid.simulate.facts import STREETS, community_codes

CHINA = ZoneInfo("Asia/Shanghai")
STREET_COUNT = len(STREETS)
COMMUNITY_COUNT = len(community_codes())

# Sub-grids that the stories name, so they exist at any scale: community code → number of sub-grids needed.
STORY_SUB_GRIDS = {"440311002001": 4, "440311003001": 3, "440311004004": 2}
# At full scale Gongming shows at least eleven sub-grids, every other community at least four.
FULL_MINIMUM = 4
FULL_MINIMUM_GONGMING = 11


@dataclass(frozen=True)
class DistrictPlan:
    """What to build. Numbers are those of full scale; `count()` gives them at this plan's scale.

    `scale` shrinks counts and area alike, so a small district is as dense as the large one. The 6 streets and 31
    communities stay; so do the places the stories name.
    """

    seed: int = 20261123
    scale: float = 1.0
    now: datetime = field(default_factory=lambda: datetime(2026, 11, 23, 15, 18, tzinfo=CHINA))
    area_km2: float = 156.0
    lon: float = 113.93
    lat: float = 22.75
    sub_grids: int = 264
    grids: int = 1734
    buildings: int = 40_000
    doors: int = 57_000
    residents: int = 1_336_000
    network_nodes: int = 25_600
    stations: int = 197
    governance_events: int = 12_500
    settled_in_sub_grid: int = 11_375
    by_department: int = 526
    found_by_grid_staff: int = 9_832
    closed_otherwise: int = 640
    open_cases: int = 900

    def __post_init__(self) -> None:
        if not 0 < self.scale <= 1:
            raise ValueError(f"规模要大于 0、不大于 1，现在是 {self.scale}")
        if self.now.tzinfo is None:
            raise ValueError("现在时刻要带时区")

    def count(self, full: int, at_least: int = 1) -> int:
        """A full-scale number at this plan's scale, never below `at_least`."""
        return max(at_least, round(full * self.scale))

    def rng(self, part: int) -> np.random.Generator:
        """An independent stream for one part of the district, so that parts change without each other."""
        return np.random.default_rng([self.seed, part])

    @property
    def sub_grid_minimum(self) -> dict[str, int]:
        """Community code → the fewest sub-grids it may have at this scale."""
        base = self.count(FULL_MINIMUM)
        floors = dict.fromkeys(community_codes(), base)
        floors |= {code: max(base, need) for code, need in STORY_SUB_GRIDS.items()}
        gongming = "440311002001"
        floors[gongming] = max(floors[gongming], self.count(FULL_MINIMUM_GONGMING))
        return floors

    @property
    def sub_grid_count(self) -> int:
        return self.count(self.sub_grids, at_least=sum(self.sub_grid_minimum.values()))

    @property
    def grid_count(self) -> int:
        return self.count(self.grids, at_least=2 * self.sub_grid_count)

    @property
    def cell_count(self) -> int:
        """Street blocks to draw: enough for the walking network and at least twelve in a grid."""
        return max(self.count(round(self.network_nodes * 1.06)), 12 * self.grid_count)

    @property
    def building_count(self) -> int:
        return self.count(self.buildings, at_least=8 * self.grid_count)

    @property
    def door_count(self) -> int:
        return self.count(self.doors, at_least=self.building_count)

    @property
    def station_count(self) -> int:
        return self.count(self.stations, at_least=1 + STREET_COUNT + COMMUNITY_COUNT + 3)

    @property
    def resident_count(self) -> int:
        return self.count(self.residents)

    @property
    def area_m2(self) -> float:
        return self.area_km2 * 1e6 * self.scale
