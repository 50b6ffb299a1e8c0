"""Reads of the tower. Everything a caller needs stands here by name."""

from maplegrid.territory.queries.people import (
    Answering,
    NobodyAnswers,
    adviser_of,
    desk_people,
    duties_of,
    grid_staff,
    is_on_duty_list,
    leaders_in_charge,
    officer_of,
    vacancies,
    who_answers,
)
from maplegrid.territory.queries.places import (
    buildings_named,
    buildings_near,
    gazetteer,
    is_open,
    nearest_stations,
)
from maplegrid.territory.queries.police import PoliceMismatch, PoliceReport, police_mismatches
from maplegrid.territory.queries.tower import (
    Tower,
    ancestor,
    forget_tower,
    grid_here,
    locator,
    tower,
    valid_on,
)

__all__ = [
    "Answering",
    "NobodyAnswers",
    "PoliceMismatch",
    "PoliceReport",
    "Tower",
    "adviser_of",
    "ancestor",
    "buildings_named",
    "buildings_near",
    "desk_people",
    "duties_of",
    "forget_tower",
    "gazetteer",
    "grid_here",
    "grid_staff",
    "is_on_duty_list",
    "is_open",
    "leaders_in_charge",
    "locator",
    "nearest_stations",
    "officer_of",
    "police_mismatches",
    "tower",
    "vacancies",
    "valid_on",
    "who_answers",
]
