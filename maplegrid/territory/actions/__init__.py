"""What the district does to its tower. Everything a caller needs stands here by name."""

from maplegrid.territory.actions.absence import end_absence, stand_in
from maplegrid.territory.actions.appointments import appoint, end_appointment, set_portfolio
from maplegrid.territory.actions.doing import OPERATOR, Refused
from maplegrid.territory.actions.duties import RosterLine, publish_roster, set_duty
from maplegrid.territory.actions.police import match_police_grids
from maplegrid.territory.actions.reshaping import (
    NewUnit,
    Reshaping,
    close_unit,
    open_unit,
    redraw_boundary,
    reshape,
)
from maplegrid.territory.actions.settling import settle_buildings

__all__ = [
    "OPERATOR",
    "NewUnit",
    "Refused",
    "Reshaping",
    "RosterLine",
    "appoint",
    "close_unit",
    "end_absence",
    "end_appointment",
    "match_police_grids",
    "open_unit",
    "publish_roster",
    "redraw_boundary",
    "reshape",
    "set_duty",
    "set_portfolio",
    "settle_buildings",
    "stand_in",
]
