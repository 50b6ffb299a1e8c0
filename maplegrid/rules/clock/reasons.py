"""Why a clock is due when it is: one plain sentence per step, to be followed with a calendar in hand."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from maplegrid.rules.calendar import CalendarUnknown
from maplegrid.rules.clock.arithmetic import add_months, days_run
from maplegrid.rules.clock.model import COUNTED, NEEDS_CALENDAR, Sentence, limit_words, said
from maplegrid.rules.vocabulary import N_

if TYPE_CHECKING:
    from maplegrid.rules.calendar import Calendar
    from maplegrid.rules.clock.state import ClockState

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
START_FACTS = {"received": N_("收到"), "accepted": N_("受理"), "closed": N_("办结")}
HAPPENED = {
    "pause": N_("{at} 暂停：{reason}"),
    "resume": N_("{at} 继续"),
    "stop": N_("{at} 停表"),
    "reopen": N_("{at} 重开，从停下的地方接着算：{reason}"),
}


def reasons(state: "ClockState") -> tuple[Sentence, ...]:
    """The steps in the order in which a person would check them."""
    return (
        *_limit(state),
        *_start(state),
        *_events(state),
        *_days_left_out(state),
        *_month_end(state),
        *_last_day(state),
        *_result(state),
    )


def _limit(state: "ClockState") -> Iterator[Sentence]:
    rule = state.rule
    fact = rule.start_fact or START_FACTS.get(rule.starts_from, "")
    if fact:
        yield Sentence(N_("时限 {limit}，从{fact}起算"), limit=limit_words(rule.limit), fact=Sentence(fact))
    else:
        yield Sentence(N_("时限 {limit}"), limit=limit_words(rule.limit))
    if rule.basis == "D":
        yield Sentence(N_("依据：系统的默认值，区里可以修改"))
    elif rule.basis:
        yield Sentence(N_("依据：{basis}"), basis=rule.basis)


def _start(state: "ClockState") -> Iterator[Sentence]:
    if state.started_at is None:
        yield Sentence(N_("还没有起算"))
    elif state.rule.unit in COUNTED:
        yield Sentence(N_("{at} 起算，当天不计"), at=said(state.started_at))
    else:
        yield Sentence(N_("{at} 起算"), at=said(state.started_at))
    if state.rule.unit == "working_hour":
        yield Sentence(N_("只算工作日的 {hours}"), hours=_hours(state.calendar))


def _hours(calendar: "Calendar") -> str:
    return "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in calendar.hours.spans)


def _events(state: "ClockState") -> Iterator[Sentence]:
    odd = {id(event): problem for event, problem in state.course.odd}
    for event in sorted(state.events, key=lambda e: (e.at, e.event, e.reason)):
        if id(event) in odd:
            yield Sentence(
                N_("{at} 的一条记录不起作用：{problem}"), at=said(event.at), problem=odd[id(event)]
            )
        elif event.event == "extend" and event.amount is not None:
            limit = limit_words((event.amount, event.unit or state.rule.unit))
            yield Sentence(
                N_("{at} 延长 {limit}：{reason}"), at=said(event.at), limit=limit, reason=event.reason
            )
        elif event.event in HAPPENED:
            yield Sentence(HAPPENED[event.event], at=said(event.at), reason=event.reason)
    if not state.rule.pausable and any(event.event == "pause" for event in state.events):
        yield Sentence(N_("法律没有写这个时限可以暂停，请核对暂停的依据"))


def _days_left_out(state: "ClockState") -> Iterator[Sentence]:
    """Rest days, make-up working days and days that the clock did not see the end of."""
    if state.started_at is None or state.due is None:
        return
    units = {unit for _, unit in state.limits}
    if units & NEEDS_CALENDAR:
        yield from _rests(state.started_at.date(), state.due.date(), state.calendar)
    if units & COUNTED:
        idle = _idle_days(state, state.started_at.toordinal() + 1, state.due.toordinal())
        if idle:
            yield Sentence(N_("有 {n} 天在 24:00 时没有在计，这些天不算"), n=idle)


def _rests(first: date, last: date, calendar: "Calendar") -> Iterator[Sentence]:
    """Stretches of rest days, and weekend days on which offices work (调休), between two days."""
    days = [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]
    for works, stretch in groupby(days, key=lambda day: _works(calendar, day)):
        stretch_days = list(stretch)
        if works is False and len(stretch_days) == 1:
            yield Sentence(N_("{day}休息，不算"), day=_day(stretch_days[0]))
        elif works is False:
            yield Sentence(
                N_("{first}至 {last}休息，不算"), first=_day(stretch_days[0]), last=_day(stretch_days[-1])
            )
        for day in stretch_days if works else []:
            if day.isoweekday() > 5:
                yield Sentence(N_("{day}调休上班，要算"), day=_day(day))


def _works(calendar: "Calendar", day: date) -> bool | None:
    try:
        return calendar.is_working_day(day)
    except CalendarUnknown:
        return None


def _day(day: date) -> Sentence:
    return Sentence(N_("{day}（{weekday}）"), day=day.isoformat(), weekday=Sentence(WEEKDAYS[day.weekday()]))


def _idle_days(state: "ClockState", first: int, last: int) -> int:
    """Days that qualify and at whose end the clock was paused or stopped."""
    run = {
        day
        for start, end in days_run(first, state.course.foreseen)
        for day in range(start, min(end, last) + 1)
    }
    missed = (date.fromordinal(day) for day in range(first, last + 1) if day not in run)
    if "working_day" in {unit for _, unit in state.limits}:
        return sum(_works(state.calendar, day) is True for day in missed)
    return sum(1 for _ in missed)


def _month_end(state: "ClockState") -> Iterator[Sentence]:
    amount, unit = state.limits[0]
    if unit == "month" and state.started_at is not None:
        start = state.started_at.date()
        target = add_months(start, amount)
        if target.day == start.day:
            yield Sentence(N_("{n} 个月后的对应日是 {day}"), n=amount, day=target.isoformat())
        else:
            yield Sentence(
                N_("{n} 个月后的那个月没有 {number} 日，取月末 {day}"),
                n=amount,
                number=start.day,
                day=target.isoformat(),
            )


def _last_day(state: "ClockState") -> Iterator[Sentence]:
    """Whether the last day moved because it is a rest day."""
    unrolled = state.unrolled
    if state.due is None or unrolled is None or state.limits[-1][1] not in COUNTED:
        return
    if unrolled != state.due:
        yield Sentence(
            N_("最后一天 {day}休息，居民的期限顺延到 {next}"),
            day=_day(unrolled.date()),
            next=_day(state.due.date()),
        )
    elif _works(state.calendar, state.due.date()) is False:
        yield Sentence(N_("最后一天 {day}休息，办理单位的期限不顺延"), day=_day(state.due.date()))


def _result(state: "ClockState") -> Iterator[Sentence]:
    if state.awaiting_calendar is not None:
        yield Sentence(N_("{year} 年的节假日安排还没有公布，公布后再算"), year=state.awaiting_calendar)
    if state.provisional:
        yield Sentence(N_("用了区里暂定的日历，正式日历公布后重算"))
    if state.due is not None:
        yield Sentence(N_("到 {due} 截止"), due=said(state.due))
    elif state.course.paused and state.started_at and state.awaiting_calendar is None:
        yield Sentence(N_("现在暂停着，继续以后才知道什么时候到期"))
    yield from _outcome(state, state.stopped_at)


def _outcome(state: "ClockState", stopped_at: datetime | None) -> Iterator[Sentence]:
    if stopped_at is not None and state.due is not None:
        yield Sentence(N_("停表时已超时") if state.is_late_at(stopped_at) else N_("停表时没有超时"))
