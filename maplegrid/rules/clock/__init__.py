"""A clock computed from its events: start, pause, resume, extend, stop, reopen. The due time is never edited.

Units and day arithmetic follow formats.md and 民法典 Arts 201–203: the start day does not count, a day clock is
due at the last second of its last day, months end on the same day number or the month's last day, an authority's
clock does not roll over a rest day and a resident's does. Hour clocks lose exactly the paused time of their
calendar; a day counts when it qualifies and the clock is running at its end (24:00).
"""

from maplegrid.rules.clock.arithmetic import add_months
from maplegrid.rules.clock.model import CHINA, COUNTED, EVENTS, FLOWING, UNITS, ClockEvent, Rule, Sentence
from maplegrid.rules.clock.profiles import default_profiles, profile_rules
from maplegrid.rules.clock.state import ClockState, compute

__all__ = [
    "CHINA",
    "COUNTED",
    "EVENTS",
    "FLOWING",
    "UNITS",
    "ClockEvent",
    "ClockState",
    "Rule",
    "Sentence",
    "add_months",
    "compute",
    "default_profiles",
    "profile_rules",
]
