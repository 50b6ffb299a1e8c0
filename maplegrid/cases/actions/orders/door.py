"""The two doors of an order: applying for one, and the next step of one."""

from datetime import datetime

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Change, Doer, Faster, Refused, without_words, write_step
from maplegrid.cases.actions.holds import place_hold, release_hold
from maplegrid.cases.actions.orders import clocks
from maplegrid.cases.actions.orders.doing import DOING, OrderChange
from maplegrid.cases.actions.orders.turns import turn_fields
from maplegrid.cases.actions.orders.wish import OrderWish
from maplegrid.cases.actions.telling import tell_residents, tell_staff
from maplegrid.cases.models import Case, Order
from maplegrid.cases.queries.orders import order_view, why_not_apply_here
from maplegrid.kit.events import emit
from maplegrid.rules.access import Actor
from maplegrid.rules.orders import ORDER_ARROWS, OrderAction, OrderStatus, why_not_order
from maplegrid.rules.vocabulary import N_, Level, Refusal
from maplegrid.territory.queries import tower

HOLD = "order"
URGENT, ORDINARY = "O1", "O2"
UNTOLD = Refusal("no_words", N_("请写清楚：已经做了什么、为什么解决不了、要求谁做什么"))


def apply_for_order(*, case_id: int, wish: OrderWish, actor: Actor, now: datetime) -> Order:
    """The chief or the community that has the case asks for it to be lifted; the case waits for the answer.

    A community's own application is issued to the street at once, with its number.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("unit").get(pk=case_id)
        refusal = why_not_apply_here(actor, case)
        if refusal is None and not (wish.tried and wish.why and wish.asked):
            refusal = UNTOLD
        if refusal:
            raise Refused(refusal)
        order = _written(case, wish, actor, now)
        place_hold(
            case_id=case.pk,
            kind=HOLD,
            key=str(order.pk),
            reason=N_("发令还没有办结"),
            actor=f"person:{actor.person_id}",
            now=now,
        )
        change = OrderChange({}, N_("小分格解决不了，已申请由上一级来办"), starts="applied")
        _keep(order, "order_apply", change, wish, actor, now)
        if order.applicant_unit.level == Level.COMMUNITY:
            _step(order, OrderAction.ISSUE, OrderWish(text=wish.why), actor, now)
        emit("order.applied", order_id=order.pk)
    return order


def _written(case: Case, wish: OrderWish, actor: Actor, now: datetime) -> Order:
    assert case.unit is not None
    known = tower()
    levels = {known.by_id[pk].level: known.by_id[pk] for pk in known.lineage(case.unit.pk)}
    return Order.objects.create(
        case=case,
        status=OrderStatus.SUBMITTED,
        urgent=wish.urgent,
        profile=URGENT if wish.urgent else ORDINARY,
        applicant_unit=case.unit,
        community=levels[Level.COMMUNITY],
        street=levels[Level.STREET],
        applicant_id=actor.person_id,
        tried=wish.tried,
        why=wish.why,
        asked=wish.asked,
        applied_at=now,
    )


def take_order_step(
    *,
    order_id: int,
    action: OrderAction,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    wish: OrderWish | None = None,
) -> Order:
    """Do one thing to one order as one transaction.

    Raises Refused with the rule's sentence, or Faster when `version` (what the screen showed) is no longer so.
    """
    with transaction.atomic():
        order = (
            Order.objects.select_related("case", "applicant_unit", "community", "street")
            .prefetch_related("parties")
            .get(pk=order_id)
        )
        if version is not None and version != order.version:
            raise Faster
        _step(order, action, wish or OrderWish(), actor, now)
    return order


def _step(order: Order, action: OrderAction, wish: OrderWish, actor: Actor, now: datetime) -> None:
    arrow = ORDER_ARROWS[action]
    refusal = why_not_order(action, actor, order_view(order))
    if refusal is None and arrow.reason_needed and not wish.text:
        refusal = Refusal("no_words", N_("请写一句说明，再点“{action}”"), {"action": arrow.words})
    if refusal:
        raise Refused(refusal)
    change = DOING[action](order, wish, actor, now)
    if arrow.target is not None:
        change.fields.setdefault("status", arrow.target)
    _run_clocks(order, action, change, f"person:{actor.person_id}", now)
    _keep(order, f"order_{action}", change, wish, actor, now)
    if action in {OrderAction.VERIFY, OrderAction.CANCEL}:
        _end(order, f"person:{actor.person_id}", now)


def _run_clocks(order: Order, action: OrderAction, change: OrderChange, by: str, now: datetime) -> None:
    """Stop what this action meets, before new limits start."""
    meets = clocks.MEETS.get(action, ())
    lead = change.detail.get("lead")
    if action is OrderAction.RECEIVE and change.fields:
        meets = ("order_receive",)
    if action is OrderAction.ARRIVE and lead:
        meets = ("order_on_site",)
    clocks.stop(order, meets, now, by)
    if action is OrderAction.RULE and change.starts:
        clocks.stop(order, ("order_receive", "order_result"), now, by, "objection_upheld")
    if action is OrderAction.SEND_BACK:
        clocks.reopen(order, "order_result", now, by, "sent_back")


def _keep(order: Order, name: str, change: OrderChange, wish: OrderWish, actor: Actor, now: datetime) -> None:
    """The row if nobody was faster, new limits, the timeline, the audit, and who is told."""
    before, by = order.status, f"person:{actor.person_id}"
    for field, value in change.fields.items():
        setattr(order, field, value)
    order.__dict__.get("_prefetched_objects_cache", {}).clear()
    fields = {**change.fields, **turn_fields(order, now), "version": order.version + 1}
    if not Order.objects.filter(pk=order.pk, version=order.version).update(**fields):
        raise Faster
    for field, value in fields.items():
        setattr(order, field, value)
    for fact in change.starts.split():
        clocks.start(order, fact, now, by, without=change.starts_no)
    clocks.refresh_next(order)
    _write(order, name, change, wish, actor, now, before)
    if change.tells_residents:
        tell_residents(case=order.case, what="told", now=now, key=f"order{order.pk}.{order.version}")
    if order.accountable_id and order.accountable_id != actor.person_id:
        tell_staff(
            case=order.case, what="ordered", now=now, person_id=order.accountable_id, key=f"{order.version}"
        )


def _write(
    order: Order,
    name: str,
    change: OrderChange,
    wish: OrderWish,
    actor: Actor,
    now: datetime,
    before: str,
) -> None:
    detail = {**change.detail, "order": order.pk, "from": before, "to": str(order.status)}
    if change.public_text:
        detail["words"] = change.words
    entry = Change(text=wish.text, public_text=change.public_text, detail=detail, photos=wish.photos)
    doer = Doer(f"person:{actor.person_id}", actor.words, actor.person_id)
    step = write_step(order.case, name, doer, now, entry, order.case.status)
    record(
        actor=doer.reference,
        action=f"case.{name}",
        subject=f"order:{order.pk}",
        now=now,
        detail={"case": order.case.number, "number": order.number, **without_words(step)},
    )


def _end(order: Order, by: str, now: datetime) -> None:
    clocks.stop_all(order, now, by, str(order.status))
    clocks.refresh_next(order)
    release_hold(case_id=order.case_id, kind=HOLD, key=str(order.pk), actor=by, now=now)
    emit("order.closed", order_id=order.pk)


def cancel_orders(*, case: Case, by: str, now: datetime, reason: str) -> None:
    """The matter is gone (the last resident withdrew): its open order ends with it."""
    for order in case.orders.exclude(status__in=(OrderStatus.CLOSED, OrderStatus.CANCELLED)):
        fields = {"status": OrderStatus.CANCELLED, "closed_at": now, "verification": reason}
        Order.objects.filter(pk=order.pk).update(
            **fields, turn_unit=None, turn_body=None, accountable=None, version=order.version + 1
        )
        order.refresh_from_db()
        record(actor=by, action="case.order_cancel", subject=f"order:{order.pk}", now=now)
        _end(order, by, now)
