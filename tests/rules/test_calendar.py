"""Working days by the State Council's tables, make-up days, and years that nobody has published yet."""

from datetime import date, datetime, time, timedelta, timezone

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maplegrid.rules.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    CalendarUnknown,
    OwnTable,
    WorkingHours,
    calendar_of,
    default_calendar,
    own_table,
)

NEXT = LAST_YEAR + 1
NEW_YEAR = date(NEXT, 1, 1)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday made up for National Day
        (date(2026, 10, 11), False),
        (date(2026, 2, 14), True),  # a Saturday before the Spring Festival
        (date(2026, 2, 16), False),
        (date(2018, 12, 29), True),  # moved by the table of the following year
        (date(2018, 12, 31), False),
    ],
)
def test_the_published_tables_with_make_up_days_are_known(day: date, works: bool) -> None:
    assert default_calendar().is_working_day(day) is works


@settings(deadline=None, database=None)
@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_every_known_day_agrees_with_the_library(day: date) -> None:
    assert default_calendar().is_working_day(day) == chinese_calendar.is_workday(day)


def test_past_the_last_known_year_nothing_is_guessed() -> None:
    with pytest.raises(CalendarUnknown) as unknown:
        default_calendar().is_working_day(NEW_YEAR)
    assert unknown.value.year == NEXT
    assert str(NEXT) in str(unknown.value)
    assert not default_calendar().is_known(NEXT)
    assert default_calendar().is_known(LAST_YEAR)
    with pytest.raises(CalendarUnknown):
        default_calendar().is_working_day(date(FIRST_YEAR - 1, 12, 31))


def test_a_calendar_cannot_claim_years_that_were_not_published() -> None:
    with pytest.raises(CalendarUnknown):
        Calendar(last_year=NEXT)


def test_a_datetime_is_refused_because_its_day_depends_on_the_zone() -> None:
    with pytest.raises(TypeError):
        default_calendar().is_working_day(datetime(2026, 10, 8, tzinfo=timezone.utc))  # noqa: UP017


def test_a_districts_official_day_overrides_the_library() -> None:
    typhoon = date(2026, 9, 16)
    calendar = Calendar(official=OwnTable.of({typhoon: False}))
    assert default_calendar().is_working_day(typhoon)
    assert not calendar.is_working_day(typhoon)
    assert calendar.is_working_day(typhoon + timedelta(days=1))


def test_a_provisional_table_makes_its_year_known_and_is_marked() -> None:
    calendar = Calendar(provisional=OwnTable.of({NEW_YEAR: False}, years=[NEXT]))
    assert calendar.is_known(NEXT)
    assert calendar.is_provisional(NEXT)
    assert not calendar.is_provisional(LAST_YEAR)
    assert not calendar.is_working_day(NEW_YEAR)
    assert calendar.is_working_day(date(NEXT, 1, 5)) == (date(NEXT, 1, 5).isoweekday() <= 5)


def test_a_provisional_table_never_overrides_a_published_year() -> None:
    workday = date(2026, 9, 16)
    calendar = Calendar(provisional=OwnTable.of({workday: False}, years=[2026]))
    assert calendar.is_working_day(workday)
    assert not calendar.is_provisional(2026)


def test_the_official_table_replaces_the_provisional_one_when_it_arrives() -> None:
    guess = OwnTable.of({NEW_YEAR: False, date(NEXT, 1, 4): True}, years=[NEXT])
    published = OwnTable.of({NEW_YEAR: False, date(NEXT, 1, 4): False}, years=[NEXT])
    calendar = Calendar(official=published, provisional=guess)
    assert not calendar.is_provisional(NEXT)
    assert not calendar.is_working_day(date(NEXT, 1, 4))


def test_one_listed_day_says_nothing_about_its_neighbours() -> None:
    calendar = Calendar(official=OwnTable.of({NEW_YEAR: False}))
    assert not calendar.is_working_day(NEW_YEAR)
    assert not calendar.is_known(NEXT)
    with pytest.raises(CalendarUnknown):
        calendar.is_working_day(NEW_YEAR + timedelta(days=1))


def test_the_version_names_exactly_the_tables_in_use() -> None:
    one = OwnTable.of({NEW_YEAR: False, date(NEXT, 2, 1): True}, years=[NEXT])
    same = OwnTable.of({date(NEXT, 2, 1): True, NEW_YEAR: False}, years=[NEXT])
    other = OwnTable.of({NEW_YEAR: True, date(NEXT, 2, 1): True}, years=[NEXT])
    hours = WorkingHours(((time(8, 30), time(12)), (time(14), time(17, 30))))
    assert default_calendar().version == f"cn-{LAST_YEAR}"
    assert Calendar(official=one).version == Calendar(official=same).version
    versions = {
        Calendar(official=one).version,
        Calendar(official=other).version,
        Calendar(provisional=one).version,
        Calendar(hours=hours).version,
        Calendar().version,
    }
    assert len(versions) == 5
    assert len(Calendar(official=one, provisional=other, hours=hours).version) <= 40


def test_a_calendar_is_rebuilt_from_its_version_and_the_tables_at_hand() -> None:
    own = OwnTable.of({date(2026, 9, 16): False})
    loaded = Calendar(official=own)
    assert calendar_of(f"cn-{LAST_YEAR}", loaded) == Calendar()
    assert calendar_of(loaded.version, loaded) == loaded
    earlier = calendar_of(f"cn-{LAST_YEAR - 1}")
    assert not earlier.is_known(LAST_YEAR)
    for unknown in (loaded.version, f"cn-{NEXT}", "cn-", "", "uk-2026", "cn-2026+own-nonsense"):
        with pytest.raises(LookupError):
            calendar_of(unknown)


def test_a_table_is_read_from_rows_and_a_bare_year_completes_it() -> None:
    table = own_table(
        [
            {"date": f"{NEXT}", "working": ""},
            {"date": f"{NEXT}-01-01", "working": "0"},
            {"date": f"{NEXT}-01-02", "working": "1"},
        ]
    )
    assert table.years == {NEXT}
    assert table.by_day == {NEW_YEAR: False, date(NEXT, 1, 2): True}


@pytest.mark.parametrize(
    "row", [{"date": "1 May", "working": "0"}, {"date": "2027-05-01", "working": "x"}, {}]
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(row: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="第 3 行"):
        own_table([{"date": "2027-01-01", "working": "0"}, row])


@pytest.mark.parametrize(
    "spans", [(), ((time(12), time(9)),), ((time(9), time(12)), (time(11), time(18))), ((time(9), time(9)),)]
)
def test_office_hours_out_of_order_are_refused(spans: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(ValueError):
        WorkingHours(spans)
