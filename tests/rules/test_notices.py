"""Nobody's phone rings in quiet hours for what can wait; nothing that must be answered for is ever silent."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maplegrid.cases.actions.telling import STAFF_WORDS
from maplegrid.kit.moment import CHINA
from maplegrid.rules.notices import (
    KIND_NAMES,
    KINDS,
    NEVER_SILENT,
    PAUSE,
    USUAL,
    How,
    Kind,
    Quiet,
    Wish,
    is_due,
    kind_of,
    when_to_tell,
    why_not_wish,
)


def at(words: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{words}").replace(tzinfo=CHINA)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def told(kind: Kind, written: str, wish: Wish | None = None, last: str | None = None) -> datetime | None:
    return when_to_tell(
        kind, written_at=at(written), wish=wish or Wish(), last_told=at(last) if last else None, works=weekdays
    )  # fmt: skip


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
quiets = st.none() | st.builds(Quiet, times, times).filter(lambda q: q.start != q.end)
hows = st.dictionaries(st.sampled_from(Kind), st.sampled_from(How))
wishes = st.builds(
    Wish, hows, quiets, st.lists(times, min_size=1, max_size=4, unique=True).map(tuple), st.booleans()
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda d: d.replace(tzinfo=CHINA))
lasts = st.none() | moments


@given(st.sampled_from(Kind), moments, wishes, lasts)
def test_nothing_rings_before_it_is_written_nor_in_quiet_hours_unless_urgent(kind, written, wish, last):
    moment = when_to_tell(kind, written_at=written, wish=wish, last_told=last, works=weekdays)
    if moment is not None:
        assert moment >= written
        if kind != Kind.URGENT and wish.quiet:
            assert not wish.quiet.covers(moment)


@given(st.sampled_from(sorted(NEVER_SILENT)), moments, wishes, lasts)
def test_what_somebody_answers_for_is_always_told(kind, written, wish, last):
    assert when_to_tell(kind, written_at=written, wish=wish, last_told=last, works=weekdays) is not None


@given(moments, wishes)
def test_a_digest_is_at_most_a_long_weekend_away(written, wish):
    moment = when_to_tell(
        Kind.WORK, written_at=written, wish=Wish({Kind.WORK: How.DIGEST}, wish.quiet, wish.digests, wish.rest_days),
        last_told=None, works=weekdays,
    )  # fmt: skip
    assert moment is not None
    assert moment - written <= timedelta(days=4)


@given(moments, wishes, lasts)
def test_after_a_text_there_is_a_pause(written, wish, last):
    moment = when_to_tell(Kind.LATE, written_at=written, wish=wish, last_told=last, works=weekdays)
    if last is not None and wish.how_of(Kind.LATE) == How.AT_ONCE:
        assert moment is not None
        assert moment >= last + PAUSE


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (Kind.LATE, "23 12:00", "23 12:00"),
        (Kind.LATE, "23 23:00", "24 07:00"),
        (Kind.LATE, "24 06:59", "24 07:00"),
        (Kind.URGENT, "24 03:00", "24 03:00"),
        (Kind.WORK, "23 08:00", "23 09:00"),
        (Kind.WORK, "23 09:00", "23 14:00"),
        (Kind.WORK, "27 15:00", "30 09:00"),
        (Kind.NEWS, "23 12:00", None),
    ],
)
def test_the_usual_wish_in_examples(kind, written, expected):
    assert told(kind, written) == (at(expected) if expected else None)


def test_a_digest_in_quiet_hours_comes_at_their_end():
    wish = Wish(quiet=Quiet(time(8), time(10)), digests=(time(9),))
    assert told(Kind.WORK, "23 12:00", wish) == at("24 10:00")


def test_a_text_a_moment_ago_holds_the_next_one_back():
    assert told(Kind.LATE, "23 12:00", last="23 11:50") == at("23 12:05")
    assert told(Kind.URGENT, "23 12:00", last="23 11:59") == at("23 12:00")


def test_anything_due_tells_of_everything_that_waits():
    waiting = [(Kind.WORK, at("23 10:00")), (Kind.LATE, at("23 11:00"))]
    known = {"wish": Wish(), "last_told": None, "works": weekdays}
    assert not is_due(waiting, now=at("23 10:59"), **known)
    assert is_due(waiting, now=at("23 11:00"), **known)
    assert not is_due([], now=at("23 11:00"), **known)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(), None),
        (Wish({Kind.LATE: How.NONE}), "silenced"),
        (Wish({Kind.LATE: How.DIGEST}), None),
        (Wish(digests=()), "digests"),
        (Wish(digests=tuple(time(hour) for hour in range(7))), "digests"),
        (Wish(quiet=Quiet(time(8), time(8))), "quiet"),
        (Wish(quiet=None), None),
    ],
)
def test_what_can_be_wished(wish, code):
    refusal = why_not_wish(wish)
    assert (refusal.code if refusal else None) == code


def test_every_note_of_the_desks_has_a_kind():
    assert set(STAFF_WORDS) <= set(KINDS)
    assert set(USUAL) == set(KIND_NAMES) == set(Kind)


def test_what_arrives_of_the_most_urgent_cases_is_urgent():
    assert kind_of("escalated", "P0") == Kind.URGENT
    assert kind_of("joined", "P0") == Kind.WORK
    assert kind_of("escalated", "P2") == Kind.LATE
    assert kind_of("something new") == Kind.NEWS
