"""From a caller's wish to the doors of steps, orders and messages. Each leaves the key's own entry in the audit.

These must run in the caller's transaction, so that the deed and both entries are kept or none is.
"""

import secrets
from typing import Any

from django.db.models import Model

from maplegrid.accounts.models import Body, Person
from maplegrid.audit.actions import record
from maplegrid.cases.actions.orders import OrderWish, apply_for_order, take_order_step
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.api.keys import Caller
from maplegrid.cases.api.photos import photos_named
from maplegrid.cases.api.problems import NotDone
from maplegrid.cases.api.shapes.cases import StepIn
from maplegrid.cases.api.shapes.messages import MessageIn
from maplegrid.cases.api.shapes.orders import OrderIn, OrderStepIn, Whom
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.forms.steps import StepForm
from maplegrid.cases.models import Case, Order
from maplegrid.kit.words import translated
from maplegrid.messaging.actions import Received, receive_message
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import N_, Channel
from maplegrid.territory.models import Building, Unit


def step_by_key(caller: Caller, case: Case, asked: StepIn) -> Case:
    """Take the step as the key's person."""
    done = take_step(
        case_id=case.pk,
        action=Action(asked.action.value),
        actor=caller.actor,
        now=caller.now,
        version=asked.version,
        wish=_wish(caller, asked),
    )
    _acted(caller, f"case:{case.pk}", {"number": case.number, "action": asked.action.value})
    return done


def _acted(caller: Caller, subject: str, detail: dict[str, Any]) -> None:
    """The audit names the key beside the person."""
    detail = {**detail, "person": caller.key.person_id}
    record(actor=caller.reference, action="key.acted", subject=subject, now=caller.now, detail=detail)


def _wish(caller: Caller, asked: StepIn) -> Wish:
    """The desk's own form reads it, so both refuse the same things."""
    known: dict[str, Any] = asked.dict(exclude={"action", "person", "body", "photos"})
    known["person"] = _pk(Person, "person", username=asked.person, is_active=True) if asked.person else None
    known["body"] = _pk(Body, "body", code=asked.body, active=True) if asked.body else None
    form = StepForm(known)
    if not form.is_valid():
        detail = [f"{name}: {errors[0]}" for name, errors in form.errors.items()]
        raise NotDone(422, "invalid", translated(N_("看不懂这个请求")), detail)
    return form.wish(photos_named(caller, asked.photos))


def _pk(model: type[Model], field: str, **named: Any) -> int:
    """The id behind a code. Raises NotDone 422 naming the field."""
    found = model._default_manager.filter(**named).values_list("pk", flat=True).first()
    if found is None:
        raise NotDone(422, "unknown", translated(N_("没有这个人、机构或地方")), [field])
    return int(found)


def order_by_key(caller: Caller, case: Case, asked: OrderIn) -> Order:
    """Apply for an order as the key's person."""
    order = apply_for_order(
        case_id=case.pk, wish=OrderWish(**asked.dict()), actor=caller.actor, now=caller.now
    )
    _acted(caller, f"order:{order.pk}", {"case": case.number, "action": "apply"})
    return order


def order_step_by_key(caller: Caller, order: Order, asked: OrderStepIn) -> Order:
    """Take the order's step as the key's person."""
    done = take_order_step(
        order_id=order.pk,
        action=asked.action,
        actor=caller.actor,
        now=caller.now,
        version=asked.version,
        wish=_order_wish(caller, asked),
    )
    detail = {"case": order.case.number, "action": str(asked.action)}
    _acted(caller, f"order:{order.pk}", detail)
    return done


def _order_wish(caller: Caller, asked: OrderStepIn) -> OrderWish:
    plain = asked.dict(exclude={"action", "version", "lead", "assisting", "party", "photos"})
    return OrderWish(
        **plain,
        lead=_named(asked.lead, "lead") if asked.lead else None,
        assisting=tuple(_named(whom, "assisting") for whom in asked.assisting),
        party_id=asked.party,
        photos=photos_named(caller, asked.photos),
    )


def _named(whom: Whom, field: str) -> tuple[str, int]:
    if whom.unit:
        return "unit", _pk(Unit, field, code=whom.unit, valid_to=None)
    return "body", _pk(Body, field, code=whom.body, active=True)


def message_by_key(caller: Caller, asked: MessageIn) -> Received:
    """Keep a message under the key's name."""
    if asked.category and asked.category not in catalogue().categories:
        raise NotDone(422, "unknown", translated(N_("没有这个服务类别：{code}"), code=asked.category))
    building = _pk(Building, "building", code=asked.building, active=True) if asked.building else None
    plain = asked.dict(exclude={"category", "place", "building", "photos"})
    raw = RawMessage(
        channel=Channel.API,
        external_id=f"key{caller.key.pk}:{secrets.token_hex(16)}",
        **plain,
        place_words=asked.place,
        building_id=building,
        api_key_id=caller.key.pk,
        category_hint=asked.category,
        photos=tuple(photo.pk for photo in photos_named(caller, asked.photos)),
    )
    return receive_message(raw=raw, actor=caller.reference, now=caller.now)
