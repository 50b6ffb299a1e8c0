"""Starting, stopping and pausing a case's clocks. Every change is an event; the due time is computed from them."""

from collections.abc import Container, Iterable
from datetime import datetime

from django.db.models import F, QuerySet

from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Case, Clock, ClockEvent, Milestone, Order
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import ClockEvent as Event
from maplegrid.rules.clock import Rule, compute
from maplegrid.rules.escalation import warn_share
from maplegrid.rules.lifecycle import Action

# Which milestones an action meets. `progress` is met by any sign of work that the resident can see or check.
MEETS: dict[Action, tuple[str, ...]] = {
    Action.REGISTER: ("dispatch",),
    Action.ASSIGN: ("dispatch",),
    Action.ACCEPT: ("dispatch", "accept"),
    Action.HAND_OVER: ("dispatch",),
    Action.HAND_UP: ("dispatch",),
    Action.CONTACT: ("first_contact", "follow_up"),
    Action.TELL_RESIDENT: ("first_contact", "progress", "notice"),
    Action.ASK_RESIDENT: ("first_contact", "progress"),
    Action.ARRIVE: ("on_site", "progress", "stop_work"),
    Action.REPORT_RESULT: ("first_contact", "on_site", "progress", "stop_work", "penalty", "result"),
    Action.DIVERT: ("result", "notice"),
}
PAUSED_WITH_CASE = ("progress", "result")
# Runs after the case has closed, so it is neither the case's next moment nor a breach of it.
AFTER_CLOSING = ("follow_up",)


def rule_of(row: Milestone) -> Rule:
    """A milestone as the clock engine's rule."""
    return Rule(
        code=row.profile.code,
        version=row.profile.version,
        milestone=row.name,
        amount=row.amount,
        unit=row.unit,
        starts_from=row.starts_from,
        basis=row.basis,
    )


Begun = list[tuple[Clock, list[Event]]]


def begin_clocks(case: Case, starts: dict[str, datetime], stops: dict[str, datetime], by: str) -> Begun:
    """The first clocks of a case that is not written yet, with their events; its next moment is set on it.

    `starts` is when each fact (received, accepted) was; `stops` when a milestone was already met.
    """
    begun: Begun = []
    for row in _rows_from(case, starts):
        events = [Event("start", starts[row.starts_from], by)]
        if row.name in stops:
            events.append(Event("stop", stops[row.name], by))
        clock = started_clock(case, row, starts[row.starts_from])
        _compute(clock, events)
        begun.append((clock, events))
    _set_next(case, [clock for clock, _ in begun])
    return begun


def rows_of(begun: Begun) -> list[Clock | ClockEvent]:
    """The rows of a new case's clocks and of their events; the clocks have their ids by now."""
    events = [
        ClockEvent(clock=clock, event=event.event, at=event.at, by=event.by)
        for clock, events in begun
        for event in events
    ]
    return [*(clock for clock, _ in begun), *events]


def _rows_from(case: Case, facts: Container[str]) -> list[Milestone]:
    profiles = dict.fromkeys((case.profile, *case.kept_profile.split()))
    milestones = catalogue().milestones
    return [row for code in profiles for row in milestones.get(code, []) if row.starts_from in facts]


def own_clocks(case: Case) -> QuerySet[Clock]:
    """The clocks of the case itself; those of an order about it are the order's."""
    return case.clocks.filter(order=None)


def start_clocks(*, case: Case, starts_from: str, at: datetime, by: str) -> None:
    """Start every clock of the case's profile that runs from this moment; a repeat starts none twice."""
    known = set(own_clocks(case).values_list("rule", "milestone"))
    rows = [row for row in _rows_from(case, (starts_from,)) if (row.profile.code, row.name) not in known]
    if rows:
        fresh = Clock.objects.bulk_create(started_clock(case, row, at) for row in rows)
        ClockEvent.objects.bulk_create(
            ClockEvent(clock=clock, event="start", at=at, by=by) for clock in fresh
        )
        refresh_next(case)


def started_clock(case: Case, row: Milestone, at: datetime, order: Order | None = None) -> Clock:
    """A clock that begins at `at`, not yet written."""
    clock = Clock(
        case=case,
        order=order,
        rule=row.profile.code,
        milestone=row.name,
        rule_version=row.profile.version,
        calendar_version=default_calendar().version,
        amount=row.amount,
        unit=row.unit,
        basis=row.basis,
        started_at=at,
    )
    _compute(clock, [Event("start", at)])
    return clock


def add_event(clock: Clock, event: str, at: datetime, by: str, reason: str = "") -> None:
    """Append one event and keep what the engine computes from all of them."""
    ClockEvent.objects.create(clock=clock, event=event, at=at, by=by, reason=reason)
    _compute(clock, events_of(clock))
    clock.save()


def _compute(clock: Clock, events: list[Event]) -> None:
    """Bring what is stored beside the events up to date with them."""
    state = compute(rule_of_clock(clock), events, default_calendar())
    clock.due_at = state.due
    clock.awaiting_calendar = state.awaiting_calendar
    clock.running = state.running
    clock.stopped_at = state.stopped_at
    moments = state.next_moments(warn_share())
    clock.warn_at = moments[0] if moments else None
    if clock.running and clock.breached_at and clock.due_at and clock.due_at > clock.breached_at:
        clock.breached_at = clock.warned_at = clock.escalate_at = None
        clock.rung = 0


def rule_of_clock(clock: Clock) -> Rule:
    """The rule a clock was started under, from the clock itself: later edits of the catalogue do not re-date it."""
    return Rule(
        code=clock.rule,
        version=clock.rule_version,
        milestone=clock.milestone,
        amount=clock.amount,
        unit=clock.unit,
        starts_from="",
        basis=clock.basis,
    )


def events_of(clock: Clock) -> list[Event]:
    """A clock's events for the engine, in order."""
    return [
        Event(
            event=row.event, at=row.at, by=row.by, reason=row.reason, amount=row.amount, unit=row.unit or None
        )
        for row in clock.events.all()
    ]


def meet(*, case: Case, action: Action, at: datetime, by: str) -> None:
    """Stop the clocks that this action meets."""
    _each_running(case, MEETS.get(action, ()), "stop", at, by)


def stop_all(*, case: Case, at: datetime, by: str, reason: str) -> None:
    """Stop whatever still runs, because the case has ended."""
    names = tuple(own_clocks(case).filter(stopped_at=None).values_list("milestone", flat=True))
    for clock in own_clocks(case).filter(milestone__in=names, stopped_at=None):
        add_event(clock, "stop", at, by, reason)
    refresh_next(case)


def stop_named(*, case: Case, names: tuple[str, ...], at: datetime, by: str) -> None:
    """Stop the named clocks if they still run."""
    _each_running(case, names, "stop", at, by)


def _each_running(
    case: Case, names: tuple[str, ...], event: str, at: datetime, by: str, reason: str = ""
) -> None:
    if names:
        for clock in own_clocks(case).filter(milestone__in=names, stopped_at=None):
            add_event(clock, event, at, by, reason)
    refresh_next(case)


def pause(*, case: Case, at: datetime, by: str, reason: str) -> None:
    """Pause the clocks of the work itself; contact clocks go on. Raw time keeps running in the reports."""
    for clock in own_clocks(case).filter(milestone__in=PAUSED_WITH_CASE, running=True):
        add_event(clock, "pause", at, by, reason)
    refresh_next(case)


def resume(*, case: Case, at: datetime, by: str) -> None:
    """Let paused clocks run again."""
    for clock in own_clocks(case).filter(running=False, stopped_at=None):
        add_event(clock, "resume", at, by)
    refresh_next(case)


def reopen(*, case: Case, at: datetime, by: str, reason: str) -> None:
    """The result was not accepted: its clock runs again from where it stopped."""
    for clock in own_clocks(case).filter(milestone="result").exclude(stopped_at=None):
        add_event(clock, "reopen", at, by, reason)
    refresh_next(case)


def refresh_next(case: Case) -> None:
    """Keep the next moment that matters on the case itself, where inboxes sort by it."""
    _set_next(case, own_clocks(case))
    Case.objects.filter(pk=case.pk).update(
        next_at=case.next_at, next_milestone=case.next_milestone, breached_at=case.breached_at
    )


def _set_next(case: Case, clocks: Iterable[Clock]) -> None:
    counted = [clock for clock in clocks if clock.milestone not in AFTER_CLOSING]
    ahead = [(clock.due_at, clock.milestone) for clock in counted if clock.running and clock.due_at]
    case.next_at, case.next_milestone = min(ahead, default=(None, ""))
    case.breached_at = min((clock.breached_at for clock in counted if clock.breached_at), default=None)


def due_now(now: datetime, limit: int = 500) -> list[int]:
    """Running clocks whose due time has passed and which nobody has marked yet."""
    return list(
        Clock.objects.filter(running=True, breached_at=None, due_at__lt=now)
        .order_by(F("due_at").asc())
        .values_list("pk", flat=True)[:limit]
    )
