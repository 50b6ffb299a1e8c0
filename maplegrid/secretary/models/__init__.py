from maplegrid.secretary.models.audience import Answer, Audience, Call, Commitment, Conflict
from maplegrid.secretary.models.hours import ChangedHours, Room, WeeklyHours
from maplegrid.secretary.models.meeting import Meeting, Taken
from maplegrid.secretary.models.tables import DistrictHost, HostOfLevel, LevelRule

__all__ = [
    "Answer",
    "Audience",
    "Call",
    "ChangedHours",
    "Commitment",
    "Conflict",
    "DistrictHost",
    "HostOfLevel",
    "LevelRule",
    "Meeting",
    "Room",
    "Taken",
    "WeeklyHours",
]
