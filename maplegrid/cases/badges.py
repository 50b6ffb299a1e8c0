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
    label = milestone_name(case.next_milestone) if case.next_milestone else ""
    if case.status in ENDED:
        return Badge("met", _("已结束"))
    if case.status == Status.SUSPENDED:
        back = _("{when}继续").format(when=until(case.resume_at, now)) if case.resume_at else ""
        return Badge("paused", _("暂停中"), back)
    if case.next_at is None:
        return Badge("awaiting", _("没有在走的时限"))
    return Badge(_kind(case.next_at, now), remaining(case.next_at, now), label)


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
