"""Whose move an order is, and who answers for that now."""

from datetime import datetime
from typing import Any

from maplegrid.cases.actions.telling import people_about
from maplegrid.cases.models import Order, OrderParty
from maplegrid.rules.orders import ORDER_ENDED, OrderStatus
from maplegrid.territory.queries import desk_of_body, tower, who_answers

AT_COMMUNITY = frozenset({OrderStatus.SUBMITTED})
AT_STREET = frozenset({OrderStatus.ISSUED, OrderStatus.SIGNED})
AT_APPLICANT = frozenset({OrderStatus.RETURNED, OrderStatus.FILED})


def turn_fields(order: Order, now: datetime) -> dict[str, Any]:
    """`turn_unit`, `turn_body` and `accountable` for the status the order now has.

    While an objection waits the district rules, but the party that received it stays accountable (首接负责).
    """
    status = OrderStatus(order.status)
    if status in ORDER_ENDED:
        return {"turn_unit_id": None, "turn_body_id": None, "accountable_id": None}
    lead = order.parties.filter(lead=True, released_at=None).select_related("body").first()
    if status in AT_COMMUNITY:
        return _unit(order, order.community_id, now)
    if status in AT_APPLICANT:
        return _unit(order, order.applicant_unit_id, now)
    if status in AT_STREET or lead is None:
        return _unit(order, order.street_id, now)
    fields = _party(order, lead, now)
    if status is OrderStatus.OBJECTED:
        fields |= {"turn_unit_id": tower().root.pk, "turn_body_id": None}
    return fields


def _unit(order: Order, unit_id: int, now: datetime) -> dict[str, Any]:
    answering = who_answers(unit_id, now=now, excluding=people_about(order.case))
    return {"turn_unit_id": unit_id, "turn_body_id": None, "accountable_id": answering.person_id}


def _party(order: Order, party: OrderParty, now: datetime) -> dict[str, Any]:
    if party.unit_id:
        return _unit(order, party.unit_id, now) | (
            {"accountable_id": party.signed_by_id} if party.signed_by_id else {}
        )
    assert party.body is not None
    person_id = party.signed_by_id or desk_of_body(party.body.pk, now)
    if person_id is None:
        person_id = who_answers(order.street_id, now=now).person_id
    return {"turn_unit_id": None, "turn_body_id": party.body_id, "accountable_id": person_id}
