"""The whole demo district in memory: same plan, same district, ready to be copied into the database."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import shapely

from maplegrid.rules.vocabulary import Level
from maplegrid.simulate.bodies import Body, all_bodies
from maplegrid.simulate.buildings import Buildings, build, count_people
from maplegrid.simulate.geography import Units, draw_geography
from maplegrid.simulate.network import Network, lay_network
from maplegrid.simulate.people import DUTY_ITEMS, Branches, DutyItem, Staff, all_staff, party_branches
from maplegrid.simulate.plan import DistrictPlan
from maplegrid.simulate.police import PoliceGrids, draw_police_grids
from maplegrid.simulate.population import Doors
from maplegrid.simulate.stations import OfficeDuty, SharedOffice, Station, place_stations, share_offices


@dataclass(frozen=True)
class District:
    """Everything but history. Rows refer to each other by row number; `units` are in code order per level.

    Every sub-grid has every duty of `duty_items`.
    """

    plan: DistrictPlan
    units: dict[Level, Units]
    buildings: Buildings
    doors: Doors
    network: Network
    stations: list[Station]
    bodies: list[Body]
    staff: list[Staff]
    branches: Branches
    duty_items: tuple[DutyItem, ...]
    police_grids: PoliceGrids
    offices: list[SharedOffice]
    roster: list[OfficeDuty]


def build_district(plan: DistrictPlan, progress: Callable[[str], None] = lambda part: None) -> District:
    """Build the district of `plan`; `progress` hears what is being made."""
    progress("边界")
    geography = draw_geography(plan)
    progress("楼栋")
    buildings, doors = build(plan, geography)
    progress("步行网络")
    network = lay_network(plan, geography.lattice)
    progress("机构与人员")
    bodies = all_bodies()
    staff = all_staff(geography, bodies)
    stations = place_stations(plan, geography, buildings)
    offices, roster = share_offices(geography, stations, staff)
    return District(
        plan,
        count_people(geography.units, buildings),
        buildings,
        doors,
        network,
        stations,
        bodies,
        staff,
        party_branches(plan, geography),
        DUTY_ITEMS,
        draw_police_grids(plan, geography),
        offices,
        roster,
    )


def digest(thing: Any) -> str:
    """SHA-256 of a district or a history, for telling whether two are the same."""
    sink = hashlib.sha256()
    _feed(sink.update, thing)
    return sink.hexdigest()


def _feed(update: Callable[[bytes], object], thing: Any) -> None:
    if is_dataclass(thing):
        for field in fields(thing):
            _feed(update, getattr(thing, field.name))
    elif isinstance(thing, dict):
        for key in thing:
            _feed(update, thing[key])
    elif isinstance(thing, np.ndarray) and thing.dtype == object:
        update(b"".join(shapely.to_wkb(thing)))
    elif isinstance(thing, np.ndarray):
        update(np.ascontiguousarray(thing).tobytes())
    else:
        update(repr(thing).encode())
