"""Clock badges: the state of a case's or a clock's time as kind + words + icon."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from maplegrid.cases.models import Case, Clock
from maplegrid.cases.names import milestone_name
from maplegrid.kit.words import remaining, until
from maplegrid.rules.lifecycle import ENDED, Status

SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Badge:
    """kind is ok, soon, late, paused, met, met_late or awaiting; `words` say it without colour."""

    kind: str
    words: str
    label: str = ""
    detail: str = ""


def badge_of_case(case: Case, now: datetime) -> Badge:
    """The next clock of a case."""
    if case.status == Status.SUSPENDED:
        back = _("{when}继续").format(when=until(case.resume_at, now)) if case.resume_at else ""
        return Badge("paused", _("暂停中"), back)
    return badge_of_moment(case.next_at, case.next_milestone, now, ended=case.status in ENDED)


def badge_of_moment(next_at: datetime | None, milestone: str, now: datetime, *, ended: bool) -> Badge:
    """The next moment that matters to something, or that it has ended."""
    if ended:
        return Badge("met", _("已结束"))
    if next_at is None:
        return Badge("awaiting", _("没有在走的时限"))
    return Badge(_kind(next_at, now), remaining(next_at, now), milestone_name(milestone) if milestone else "")


def badge_of_clock(clock: Clock, now: datetime) -> Badge:
    """One clock of the case page, from what the engine computed."""
    label = milestone_name(clock.milestone)
    if clock.stopped_at:
        late = clock.due_at is not None and clock.stopped_at > clock.due_at
        words = _("超时完成") if late else _("按时完成")
        return Badge(
            "met_late" if late else "met", words, label, until(clock.due_at, now) if clock.due_at else ""
        )
    if clock.awaiting_calendar:
        return Badge("awaiting", _("待{year}年日历").format(year=clock.awaiting_calendar), label)
    if not clock.running:
        return Badge("paused", _("暂停中"), label)
    if clock.due_at is None:
        return Badge("awaiting", _("没有在走的时限"), label)
    return Badge(_kind(clock.due_at, now), remaining(clock.due_at, now), label, until(clock.due_at, now))


def _kind(due: datetime, now: datetime) -> str:
    if due < now:
        return "late"
    return "soon" if due - now < SOON else "ok"
