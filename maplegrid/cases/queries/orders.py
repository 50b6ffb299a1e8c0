"""Orders for lists and pages: whose turn, which area; never about the person who asks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from maplegrid.accounts.models import Body
from maplegrid.cases.badges import Badge, badge_of_clock, badge_of_moment
from maplegrid.cases.models import Case, Clock, Order, OrderParty, Step
from maplegrid.cases.queries.scope import visible_to
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.orders import (
    ORDER_ARROWS,
    ORDER_ENDED,
    ORDER_OPEN,
    OrderAction,
    OrderStatus,
    OrderView,
    PartyView,
    Ruling,
    why_not_apply,
    why_not_order,
)
from maplegrid.rules.vocabulary import HANDLING_ROLES, Level, Refusal
from maplegrid.territory.queries import tower

VIEWS = ("turn", "area", "late", "ended")


def orders_visible_to(actor: Actor) -> QuerySet[Order]:
    """Orders about cases this person may see; parties see the case of their order."""
    return Order.objects.filter(case__in=visible_to(actor))


def turn_of(actor: Actor) -> Q:
    """It is the move of one of this person's units or bodies."""
    return Q(turn_unit__in=sorted(actor.unit_ids)) | Q(turn_body__in=sorted(actor.body_ids))


def orders_of(actor: Actor, view: str, now: datetime) -> QuerySet[Order]:
    """One list of the orders page, by the next moment; ended ones latest first."""
    rows = orders_visible_to(actor).select_related(
        "case__area", "applicant_unit", "turn_unit", "turn_body", "accountable"
    )
    if view == "ended":
        return rows.filter(status__in=ORDER_ENDED).order_by("-applied_at")
    rows = rows.filter(status__in=ORDER_OPEN)
    if view == "turn":
        rows = rows.filter(turn_of(actor))
    if view == "late":
        rows = rows.filter(Q(breached_at__isnull=False) | Q(next_at__lt=now))
    return rows.order_by(F("next_at").asc(nulls_last=True), "-pk")


def count_orders(actor: Actor, now: datetime) -> dict[str, int]:
    """How many are in each list, by one statement."""
    opened = Q(status__in=ORDER_OPEN)
    late = Q(breached_at__isnull=False) | Q(next_at__lt=now)
    return orders_visible_to(actor).aggregate(
        turn=Count("pk", filter=opened & turn_of(actor)),
        area=Count("pk", filter=opened),
        late=Count("pk", filter=opened & late),
        ended=Count("pk", filter=~opened),
    )


def order_view(order: Order) -> OrderView:
    """What the rules need to know of an order."""
    parties = [party for party in order.parties.all() if party.released_at is None]
    return OrderView(
        status=OrderStatus(order.status),
        applicant_unit_id=order.applicant_unit_id,
        applicant_level=Level(order.applicant_unit.level),
        community_id=order.community_id,
        street_id=order.street_id,
        parties=tuple(map(_party_view, parties)),
    )


def _party_view(party: OrderParty) -> PartyView:
    return PartyView(
        lead=party.lead,
        body_id=party.body_id,
        unit_id=party.unit_id,
        signed=party.signed_at is not None,
        arrived=party.arrived_at is not None,
        ruling=Ruling(party.ruling),
    )


def latest_order(case: Case) -> Order | None:
    """The order on its way, else the last one."""
    if getattr(case, "has_order", True) is False:
        return None
    orders = list(case.orders.order_by("-pk"))
    return next((order for order in orders if order.status in ORDER_OPEN), orders[0] if orders else None)


def why_not_apply_here(actor: Actor, case: Case) -> Refusal | None:
    """May this person apply for an order about this case?"""
    return why_not_apply_beside(actor, case, latest_order(case))


def why_not_apply_beside(actor: Actor, case: Case, latest: Order | None) -> Refusal | None:
    """The same, when the latest order is at hand."""
    return why_not_apply(
        actor,
        unit_id=case.unit_id or 0,
        level=Level(case.unit.level) if case.unit else None,
        case_status=Status(case.status),
        sealed=case.sealed,
        open_order=latest is not None and latest.status in ORDER_OPEN,
    )


@dataclass(frozen=True)
class OrderOffer:
    """An action on the order's page."""

    action: OrderAction
    words: str
    why: str
    reason_needed: bool


@dataclass(frozen=True)
class Station:
    """One stop of the order strip: its name, when and by whom; `state` is done, now or ahead."""

    words: str
    state: str
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True)
class OrderPage:
    """One order as one person sees it."""

    order: Order
    badge: Badge
    stations: list[Station]
    clocks: list[Badge]
    steps: list[Step]
    parties: list[OrderParty]
    objections: list[OrderParty]
    offers: list[OrderOffer]


def order_page(actor: Actor, order: Order, now: datetime) -> OrderPage:
    """Read the page; `order` must come from `orders_visible_to(actor)`."""
    parties = list(order.parties.select_related("body", "unit", "signed_by", "ruled_by"))
    return OrderPage(
        order=order,
        badge=badge_of_order(order, now),
        stations=stations_of(order, parties),
        clocks=[badge_of_clock(clock, now) for clock in order.clocks.order_by("id")],
        steps=steps_of(order),
        parties=parties,
        objections=[party for party in parties if party.ruling == Ruling.OPEN],
        offers=_offers(actor, order_view(order)),
    )


def steps_of(order: Order) -> list[Step]:
    """The order's part of the case's timeline, newest first."""
    steps = order.case.steps.filter(detail__order=order.pk)
    return list(steps.select_related("actor").prefetch_related("photos").order_by("-at", "-id"))


# What usually comes next, first on the page; while it is worked on, the check-in until somebody was there.
USUAL: dict[OrderStatus, OrderAction] = {
    OrderStatus.SUBMITTED: OrderAction.ISSUE,
    OrderStatus.RETURNED: OrderAction.AMEND,
    OrderStatus.ISSUED: OrderAction.ASSIGN,
    OrderStatus.SIGNED: OrderAction.ASSIGN,
    OrderStatus.ASSIGNED: OrderAction.RECEIVE,
    OrderStatus.OBJECTED: OrderAction.RULE,
    OrderStatus.FILED: OrderAction.VERIFY,
}


def _offers(actor: Actor, view: OrderView) -> list[OrderOffer]:
    arrived = any(party.arrived for party in view.parties)
    usual = USUAL.get(view.status, OrderAction.FILE if arrived else OrderAction.ARRIVE)
    allowed = [arrow for action, arrow in ORDER_ARROWS.items() if why_not_order(action, actor, view) is None]
    return [
        OrderOffer(arrow.action, arrow.words, arrow.why, arrow.reason_needed)
        for arrow in sorted(allowed, key=lambda arrow: arrow.action is not usual)
    ]


def badge_of_order(order: Order, now: datetime) -> Badge:
    """The next clock of an order."""
    return badge_of_moment(
        order.next_at, order.next_milestone, now, ended=OrderStatus(order.status) in ORDER_ENDED
    )


def stations_of(order: Order, parties: list[OrderParty]) -> list[Station]:
    """申请 受理 发令 签收 到场 反馈 核实, as the look has it."""
    lead = next((party for party in parties if party.lead and party.released_at is None), None)
    stops = [
        ("申请", order.applied_at, str(order.applicant or "")),
        ("受理发令", order.issued_at, str(order.issued_by or "")),
        ("街道签收", order.signed_at, str(order.signed_by or "")),
        ("派出", order.assigned_at, str(lead or "")),
        ("部门签收", lead.signed_at if lead else None, str(lead.signed_by or "") if lead else ""),
        ("到场", _first_arrival(parties), ""),
        ("反馈", order.filed_at, str(order.filed_by or "")),
        (
            "核实办结",
            order.closed_at if order.status == OrderStatus.CLOSED else None,
            str(order.closed_by or ""),
        ),
    ]
    reached = max(at for at, (_, moment, _who) in enumerate(stops) if moment)
    return [
        Station(words, _state(at, reached, moment, order), moment, who if moment else "")
        for at, (words, moment, who) in enumerate(stops)
    ]


def _first_arrival(parties: list[OrderParty]) -> datetime | None:
    return min((party.arrived_at for party in parties if party.arrived_at), default=None)


def _state(at: int, reached: int, moment: datetime | None, order: Order) -> str:
    if moment or at < reached:
        return "done"
    return "now" if at == reached + 1 and order.status in ORDER_OPEN else "ahead"


def bodies_to_order(case: Case) -> list[Body]:
    """Bodies with a desk that an order may name; never one that the case is about."""
    about = [subject.body_id for subject in case.subjects.all() if subject.body_id]
    with_desk = Q(assignments__role__in=sorted(HANDLING_ROLES))
    return list(Body.objects.filter(with_desk, active=True).exclude(pk__in=about).distinct())


def units_to_order(order: Order) -> list[tuple[int, str]]:
    """Street and community staff who may assist."""
    known = tower()
    return [(pk, known.by_id[pk].name) for pk in (order.street_id, order.community_id)]


@dataclass(frozen=True)
class BodyRate:
    """How a lead body kept the result limit: filed in time ÷ orders filed or due in the period."""

    name: str
    on_time: int
    orders: int
    same_day: int


def on_time_by_body(actor: Actor, since: datetime, until: datetime) -> list[BodyRate]:
    """按期反馈率 of each lead body over orders issued in the period whose result is in or overdue.

    Numerator: result filed by its due time. Denominator: results filed, and open ones past their due time;
    cancelled orders are in neither. Same day: closed on the calendar day of issue.
    """
    clocks = Clock.objects.filter(
        order__in=orders_visible_to(actor).filter(issued_at__gte=since, issued_at__lt=until),
        milestone="order_result",
        order__parties__lead=True,
        order__parties__released_at=None,
    ).exclude(order__status=OrderStatus.CANCELLED)
    filed = Q(order__filed_at__isnull=False)
    late = Q(stopped_at__gt=F("due_at")) | Q(stopped_at=None, breached_at__isnull=False)
    rows = (
        clocks.filter(filed | late)
        .values(body=F("order__parties__body__name"), place=F("order__parties__unit__name"))
        .annotate(
            orders=Count("order", distinct=True),
            on_time=Count("order", distinct=True, filter=~late),
            same_day=Count(
                "order", distinct=True, filter=Q(order__closed_at__date=F("order__issued_at__date"))
            ),
        )
        .order_by("-orders")
    )
    return [BodyRate(r["body"] or r["place"] or "", r["on_time"], r["orders"], r["same_day"]) for r in rows]
