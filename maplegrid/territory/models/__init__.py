from maplegrid.territory.models.network import WalkEdge, WalkNode
from maplegrid.territory.models.people import (
    Assignment,
    Duty,
    DutyItem,
    OfficeDuty,
    PartyBranch,
    Portfolio,
    Post,
    SharedOffice,
)
from maplegrid.territory.models.places import Building, Door, Station
from maplegrid.territory.models.police import PoliceGrid, PoliceGridMatch
from maplegrid.territory.models.units import Unit, UnitVersion

__all__ = [
    "Assignment",
    "Building",
    "Door",
    "Duty",
    "DutyItem",
    "OfficeDuty",
    "PartyBranch",
    "PoliceGrid",
    "PoliceGridMatch",
    "Portfolio",
    "Post",
    "SharedOffice",
    "Station",
    "Unit",
    "UnitVersion",
    "WalkEdge",
    "WalkNode",
]
