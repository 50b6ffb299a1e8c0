"""The resident's pages: report, follow, add, answer, rate, re-open, withdraw. No account, no script needed."""

from maplegrid.cases.views.resident.doors import home, report, report_at_door, report_by_relay
from maplegrid.cases.views.resident.follow import find, follow, follow_copy, follow_photo
from maplegrid.cases.views.resident.places import stations
from maplegrid.cases.views.resident.steps import follow_step

__all__ = [
    "find",
    "follow",
    "follow_copy",
    "follow_photo",
    "follow_step",
    "home",
    "report",
    "report_at_door",
    "report_by_relay",
    "stations",
]
