"""Which days are working days in China, including make-up working days (调休), and when offices are open.

The State Council publishes one table a year; the `chinesecalendar` library carries them up to a last year. Past
it nothing is guessed (`CalendarUnknown`). A district may load its own tables, official or provisional (暂定).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache

from chinese_calendar.constants import holidays, workdays

from maplegrid.rules.vocabulary import N_

# A year counts as known only when its whole table is there: an early January row alone is not a table.
_COMPLETE = [
    year
    for year in {day.year for day in holidays}
    if {date(year, 1, 1), date(year, 10, 1)} <= holidays.keys()
]
FIRST_YEAR = min(_COMPLETE)
LAST_YEAR = max(_COMPLETE)


class CalendarUnknown(LookupError):
    """No table for this year is loaded, so a working day in it cannot be named."""

    def __init__(self, year: int) -> None:
        super().__init__(N_("{year} 年的节假日安排还没有公布").format(year=year))
        self.year = year


@dataclass(frozen=True)
class WorkingHours:
    """When offices are open on a working day, as opening and closing times in order."""

    spans: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(14), time(18)))

    def __post_init__(self) -> None:
        times = [moment for span in self.spans for moment in span]
        if not times or any(a >= b for a, b in self.spans) or times != sorted(times):
            raise ValueError(N_("办公时间要按先后写，开始早于结束"))


@dataclass(frozen=True)
class OwnTable:
    """A district's own days: date → working or not.

    `years` are those for which the table is complete; their unlisted days follow the week. A day listed outside
    them is known by itself and says nothing about the days around it.
    """

    days: tuple[tuple[date, bool], ...]
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, days: Mapping[date, bool], years: Iterable[int] = ()) -> "OwnTable":
        """Build it from a mapping, in whatever order the mapping is."""
        return cls(tuple(sorted(days.items())), frozenset(years))

    @cached_property
    def by_day(self) -> dict[date, bool]:
        """The listed days for looking up."""
        return dict(self.days)


@dataclass(frozen=True)
class Calendar:
    """Working days and office hours: the official tables up to `last_year`, and the district's own.

    The district's official table overrides the library's; its provisional one counts only for years that nobody
    has published officially.
    """

    last_year: int = LAST_YEAR
    official: OwnTable | None = None
    provisional: OwnTable | None = None
    hours: WorkingHours = WorkingHours()

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.last_year <= LAST_YEAR:
            raise CalendarUnknown(self.last_year)

    @cached_property
    def version(self) -> str:
        """Names exactly these tables: `cn-2026`, and a digest of each own one (at most 40 characters)."""
        own = [_label("own", self.official), _label("tmp", self.provisional), _hours_label(self.hours)]
        return "+".join([f"cn-{self.last_year}", *filter(None, own)])

    def is_known(self, year: int) -> bool:
        """Whether a table for this year is loaded, official or provisional."""
        return self._working(year) is not None

    def is_provisional(self, year: int) -> bool:
        """Whether this year is known only from the district's provisional table."""
        return not self._is_official(year) and self.is_known(year)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on this day. Raises CalendarUnknown past the last known year."""
        if isinstance(day, datetime):
            raise TypeError("a date, not a datetime: the day depends on the time zone")
        working = self._working(day.year)
        if working is not None:
            return day in working
        for table in filter(None, (self.official, self.provisional)):
            if day in table.by_day:
                return table.by_day[day]
        raise CalendarUnknown(day.year)

    def _is_official(self, year: int) -> bool:
        own = self.official.years if self.official else frozenset()
        return FIRST_YEAR <= year <= self.last_year or year in own

    @cached_property
    def _years(self) -> dict[int, frozenset[date] | None]:
        return {}

    def _working(self, year: int) -> frozenset[date] | None:
        """The working days of a year, worked out once; None when no table for it is loaded."""
        if year not in self._years:
            self._years[year] = self._work_out(year)
        return self._years[year]

    def _work_out(self, year: int) -> frozenset[date] | None:
        tables = [self.official] if self._is_official(year) else [self.provisional, self.official]
        if not self._is_official(year) and not (self.provisional and year in self.provisional.years):
            return None
        published = FIRST_YEAR <= year <= self.last_year
        working = set(_published(year) if published else _weekdays(year))
        for table in filter(None, tables):
            working -= {day for day, works in table.days if not works}
            working |= {day for day, works in table.days if works and day.year == year}
        return frozenset(working)


_DEFAULT = Calendar()


def default_calendar() -> Calendar:
    """The official calendar as far as the library knows it."""
    return _DEFAULT


def calendar_of(version: str, loaded: Calendar = _DEFAULT) -> Calendar:
    """The calendar that a clock was computed with, rebuilt from the tables at hand.

    Raises LookupError when the version names a year or an own table that is not loaded.
    """
    for calendar in _editions(version, loaded):
        if calendar.version == version:
            return calendar
    raise LookupError(N_("没有日历 {version}").format(version=version))


def _editions(version: str, loaded: Calendar) -> Iterator[Calendar]:
    """`loaded` as it was up to the year the version names, with and without each of its own tables."""
    year = version.removeprefix("cn-").split("+")[0]
    if not year.isdecimal() or not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return
    for official in {loaded.official, None}:
        for provisional in {loaded.provisional, None}:
            for hours in {loaded.hours, WorkingHours()}:
                yield replace(
                    loaded, last_year=int(year), official=official, provisional=provisional, hours=hours
                )


def own_table(rows: Iterable[Mapping[str, str]]) -> OwnTable:
    """A district's table from CSV rows `date,working` (1 works, 0 rests).

    A row whose date is only a year says that the table of that year is complete. Raises ValueError naming the
    line of what cannot be read.
    """
    days: dict[date, bool] = {}
    years: set[int] = set()
    for line, row in enumerate(rows, start=2):
        said = (row.get("date") or "").strip()
        try:
            if said.isdecimal() and len(said) == 4:
                years.add(int(said))
            else:
                days[date.fromisoformat(said)] = {"1": True, "0": False}[(row.get("working") or "").strip()]
        except (ValueError, KeyError):
            raise ValueError(
                N_("第 {line} 行读不懂：date 写日期或年份，working 写 1 或 0").format(line=line)
            ) from None
    return OwnTable.of(days, years)


@lru_cache
def _published(year: int) -> frozenset[date]:
    """Working days of a year by the State Council's table."""
    return frozenset((_weekdays(year) - holidays.keys()) | {day for day in workdays if day.year == year})


@lru_cache
def _weekdays(year: int) -> frozenset[date]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in days if day.isoweekday() <= 5)


def _label(kind: str, table: OwnTable | None) -> str:
    if table is None:
        return ""
    return f"{kind}-{_digest([sorted(table.years), [(day.isoformat(), works) for day, works in table.days]])}"


def _hours_label(hours: WorkingHours) -> str:
    if hours == WorkingHours():
        return ""
    return f"hrs-{_digest([(a.isoformat(), b.isoformat()) for a, b in hours.spans])}"


def _digest(facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:6]
