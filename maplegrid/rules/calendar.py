"""Which days are working days in China, including make-up working days (调休), and when offices are open.

The State Council publishes one table a year; the `chinesecalendar` library carries them up to a last year. Past
it nothing is guessed (`CalendarUnknown`); a district may load its own table, official or provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

import chinese_calendar
from chinese_calendar import constants

FIRST_YEAR = min(day.year for day in constants.holidays)
LAST_YEAR = max(day.year for day in constants.holidays)


class CalendarUnknown(LookupError):
    """No official table for this year is loaded."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年的节假日安排还没有公布")
        self.year = year


@dataclass(frozen=True)
class Calendar:
    """Working days and office hours. `own` days override the library's; `own_years` are years they make known."""

    version: str = f"cn-{LAST_YEAR}"
    own: Mapping[date, bool] = field(default_factory=dict)
    own_years: frozenset[int] = frozenset()
    provisional_years: frozenset[int] = frozenset()
    hours: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))

    def is_known(self, year: int) -> bool:
        """Whether a table for this year is loaded."""
        return FIRST_YEAR <= year <= LAST_YEAR or year in self.own_years

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day. Raises CalendarUnknown past the last known year."""
        if day in self.own:
            return self.own[day]
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return chinese_calendar.is_workday(day)
        if day.year in self.own_years:
            return day.isoweekday() <= 5
        raise CalendarUnknown(day.year)


_DEFAULT = Calendar()


def default_calendar() -> Calendar:
    """The official calendar as far as the library knows it."""
    return _DEFAULT
