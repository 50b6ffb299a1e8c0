"""Slots: patterns, days off, extra times, cells, rooms, video, what is free, what is offered, when to remind."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.kit.moment import CHINA
from maplegrid.rules.secretary.slots import (
    CELL,
    DayChange,
    Place,
    Slot,
    Weekly,
    cells_of,
    free_slots,
    keys_of,
    overlap,
    reminder_due,
    slots_between,
    spread,
    suits,
    why_not_hours,
)

MONDAY = date(2026, 11, 23)
ROOM, STEPS, BOTH = Place(1, True), Place(2), Place(1, True, video=True)


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


def weekly(
    weekday: int = 1, opens=time(9), closes=time(11), minutes: int = 30, place=ROOM, **dates
) -> Weekly:
    return Weekly(
        weekday, opens, closes, minutes, place, dates.get("since", date(2026, 1, 1)), dates.get("until")
    )


def starts(slots: list[Slot]) -> list[datetime]:
    return [slot.starts for slot in slots]


def test_a_week_is_cut_into_meetings_and_a_rest_is_no_meeting():
    slots = slots_between([weekly(closes=time(10, 45))], [], MONDAY, MONDAY + timedelta(6), CHINA)
    assert starts(slots) == [at(9), at(9, 30), at(10)]
    assert slots[-1].ends == at(10, 30)


def test_a_pattern_counts_from_its_first_day_to_the_day_before_its_last():
    dated = weekly(since=date(2026, 11, 30), until=date(2026, 12, 14))
    slots = slots_between([dated], [], MONDAY, date(2026, 12, 31), CHINA)
    assert {slot.starts.date() for slot in slots} == {date(2026, 11, 30), date(2026, 12, 7)}


def test_time_away_takes_whatever_it_touches_and_nothing_beside_it():
    away = DayChange(at(9, 45), at(10))
    assert starts(slots_between([weekly()], [away], MONDAY, MONDAY, CHINA)) == [at(9), at(10), at(10, 30)]


def test_extra_times_stand_beside_the_week_even_on_a_holiday_and_time_away_beats_them():
    extra, away = DayChange(at(14), at(15), 30, BOTH), DayChange(at(14, 30), at(18))
    closed = lambda day: False  # noqa: E731
    assert starts(slots_between([weekly()], [extra], MONDAY, MONDAY, CHINA, closed)) == [at(14), at(14, 30)]
    assert starts(slots_between([weekly()], [extra, away], MONDAY, MONDAY, CHINA, closed)) == [at(14)]
    assert slots_between([], [extra], MONDAY - timedelta(3), MONDAY - timedelta(1), CHINA) == []


def test_the_same_time_said_twice_is_one_slot():
    assert (
        len(slots_between([weekly(), weekly()], [DayChange(at(9), at(11), 30, ROOM)], MONDAY, MONDAY, CHINA))
        == 4
    )


@pytest.mark.parametrize(
    ("opens", "closes", "minutes", "code"),
    [
        (time(9), time(9), 30, "order"),
        (time(10), time(9), 30, "order"),
        (time(9), time(11), 20, "minutes"),
        (time(9), time(11), 0, "minutes"),
        (time(9), time(18), 195, "minutes"),
        (time(9, 10), time(11), 30, "quarter"),
        (time(9), time(10, 50), 30, "quarter"),
        (time(9), time(9, 15), 30, "short"),
        (time(9), time(9, 30), 30, None),
        (time(9), time(12), 180, None),
    ],
)
def test_hours_that_cannot_be_are_refused(opens, closes, minutes, code):
    refusal = why_not_hours(opens, closes, minutes)
    assert (refusal.code if refusal else None) == code


MINUTES = st.integers(0, 24 * 60)


@given(MINUTES, MINUTES, MINUTES, MINUTES)
def test_two_times_overlap_exactly_when_they_share_a_minute(a: int, b: int, c: int, d: int):
    (a, b), (c, d) = sorted((a, b)), sorted((c, d))
    base = at(0)
    said = overlap(*(base + timedelta(minutes=n) for n in (a, b, c, d)))
    shared = set(range(a, b)) & set(range(c, d))
    assert said is bool(shared) or (a == b or c == d)


@given(st.integers(0, 90), st.integers(1, 12), st.integers(0, 90), st.integers(1, 12))
def test_meetings_share_a_cell_exactly_when_they_overlap(a: int, length_a: int, b: int, length_b: int):
    one = (at(0) + a * CELL, at(0) + (a + length_a) * CELL)
    two = (at(0) + b * CELL, at(0) + (b + length_b) * CELL)
    assert bool(set(cells_of(*one)) & set(cells_of(*two))) is overlap(*one, *two)
    assert len(cells_of(*one)) == length_a


def test_a_time_off_the_quarter_takes_each_cell_it_touches():
    assert cells_of(at(9, 10), at(9, 31)) == [at(9), at(9, 15), at(9, 30)]


HOST, NOW = 7, at(8, day=22)


def slot(hour: int, place: Place = BOTH) -> Slot:
    return Slot(at(hour), at(hour, 30), place.room_id or 0, place.accessible, place.video)


def test_what_the_host_or_the_room_has_is_not_free():
    taken = {("host", HOST, at(9, 15)), ("room", 1, at(10)), ("room", 2, at(11)), ("host", 8, at(12))}
    free = free_slots([slot(9), slot(10), slot(11), slot(12)], taken, HOST, NOW)
    assert starts(free) == [at(11), at(12)]
    by_video = free_slots([slot(9), slot(10)], taken, HOST, NOW, video=True)
    assert starts(by_video) == [at(10)]  # a video meeting needs no room


def test_a_slot_too_soon_to_get_there_is_not_offered():
    assert starts(free_slots([slot(9), slot(10), slot(11)], set(), HOST, at(8, 1))) == [at(11)]
    assert starts(free_slots([slot(9), slot(10)], set(), HOST, at(8))) == [at(10)]


@pytest.mark.parametrize(
    ("place", "video", "accessible", "fits"),
    [
        (ROOM, False, False, True),
        (ROOM, False, True, True),
        (STEPS, False, False, True),
        (STEPS, False, True, False),
        (STEPS, True, False, False),
        (BOTH, True, True, True),
        (Place(None, video=True), False, False, False),
        (Place(None, video=True), True, True, True),
    ],
)
def test_a_slot_suits_who_comes(place, video, accessible, fits):
    assert suits(slot(9, place), video=video, accessible=accessible) is fits


def test_a_meeting_takes_its_hosts_and_its_rooms_cells_in_one_order_for_everybody():
    keys = keys_of(slot(9), HOST, video=False)
    assert keys == sorted(keys)
    assert keys == [("host", 7, at(9)), ("host", 7, at(9, 15)), ("room", 1, at(9)), ("room", 1, at(9, 15))]
    assert {kind for kind, *_ in keys_of(slot(9), HOST, video=True)} == {"host"}


def test_a_choice_is_spread_over_days():
    slots = [Slot(at(h, day=d), at(h, 30, day=d), 1) for d in (23, 24, 25) for h in (9, 10, 11)]
    assert [(s.starts.day, s.starts.hour) for s in spread(slots, 4)] == [(23, 9), (23, 10), (24, 9), (25, 9)]
    assert spread(slots, 99) == slots
    assert spread([], 4) == []


AGREED = at(9, day=20)
MEETING = at(9, day=23)


@pytest.mark.parametrize(
    ("now", "sent", "agreed", "due"),
    [
        (at(8, 59, day=22), 0, AGREED, None),
        (at(9, day=22), 0, AGREED, 1),
        (at(9, day=22), 1, AGREED, None),
        (at(7, day=23), 1, AGREED, 2),
        (at(7, day=23), 0, AGREED, 2),
        (at(7, day=23), 2, AGREED, None),
        (at(9, day=23), 1, AGREED, None),
        (at(10, day=22), 0, at(9, 30, day=22), None),
        (at(7, day=23), 0, at(9, 30, day=22), 2),
        (at(8, day=23), 0, at(7, 30, day=23), None),
    ],
)
def test_reminders_go_out_once_and_only_when_they_help(now, sent, agreed, due):
    assert reminder_due(MEETING, agreed, sent, now) == due
