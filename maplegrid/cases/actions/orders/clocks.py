"""An order's clocks: started, stopped and re-opened like a case's, and its own next moment."""

from datetime import datetime

from maplegrid.cases.actions.clocks import add_event, started_clock
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Clock, ClockEvent, Order
from maplegrid.rules.orders import OrderAction

# Which limit an action meets.
MEETS: dict[OrderAction, tuple[str, ...]] = {
    OrderAction.ISSUE: ("order_issue",),
    OrderAction.RETURN: ("order_issue",),
    OrderAction.TAKE_ON: ("order_issue", "order_assign"),
    OrderAction.ASSIGN: ("order_assign",),
    OrderAction.RULE: ("order_rule",),
    OrderAction.FILE: ("order_on_site", "order_result"),
    OrderAction.SEND_BACK: ("order_verify",),
    OrderAction.VERIFY: ("order_verify",),
}


def start(order: Order, fact: str, at: datetime, by: str, without: tuple[str, ...] = ()) -> None:
    """Start every limit of the order's profile that runs from this fact, unless it runs already."""
    running = set(without) | set(order.clocks.filter(stopped_at=None).values_list("milestone", flat=True))
    rows = [
        row
        for row in catalogue().milestones.get(order.profile, [])
        if row.starts_from == fact and row.name not in running
    ]
    fresh = Clock.objects.bulk_create(started_clock(order.case, row, at, order) for row in rows)
    ClockEvent.objects.bulk_create(ClockEvent(clock=clock, event="start", at=at, by=by) for clock in fresh)


def stop(order: Order, names: tuple[str, ...], at: datetime, by: str, reason: str = "") -> None:
    """Stop the named limits if they run."""
    for clock in order.clocks.filter(milestone__in=names, stopped_at=None):
        add_event(clock, "stop", at, by, reason)


def stop_all(order: Order, at: datetime, by: str, reason: str) -> None:
    """The order has ended."""
    for clock in order.clocks.filter(stopped_at=None):
        add_event(clock, "stop", at, by, reason)


def reopen(order: Order, name: str, at: datetime, by: str, reason: str) -> None:
    """A result that was not accepted: its limit runs on from where it stopped."""
    clock = order.clocks.filter(milestone=name).order_by("-id").first()
    if clock and clock.stopped_at:
        add_event(clock, "reopen", at, by, reason)


def refresh_next(order: Order) -> None:
    """Keep the next moment that matters on the order, where lists sort by it."""
    clocks = list(order.clocks.all())
    ahead = [(clock.due_at, clock.milestone) for clock in clocks if clock.running and clock.due_at]
    order.next_at, order.next_milestone = min(ahead, default=(None, ""))
    order.breached_at = min((clock.breached_at for clock in clocks if clock.breached_at), default=None)
    Order.objects.filter(pk=order.pk).update(
        next_at=order.next_at, next_milestone=order.next_milestone, breached_at=order.breached_at
    )
