"""Orders as plain values, from rows that came through `orders_visible_to`."""

from typing import Any

from django.db.models import QuerySet

from maplegrid.cases.api.rendering.cases import body_named, happened, unit_named
from maplegrid.cases.models import Order, OrderParty
from maplegrid.cases.queries.orders import order_page
from maplegrid.kit.moment import now
from maplegrid.rules.access import Actor


def with_parties(orders: QuerySet[Order]) -> QuerySet[Order]:
    """What a row and a page show, in two statements."""
    named = orders.select_related(
        "case__area", "applicant_unit", "turn_unit", "turn_body", "community", "street",
        "applicant", "issued_by", "signed_by", "assigned_by", "filed_by", "closed_by",
    )  # fmt: skip
    return named.prefetch_related("parties", "case__subjects")


def order_row(order: Order) -> dict[str, Any]:
    """One order of a list."""
    return {
        "id": order.pk,
        "number": order.number,
        "case": order.case.number,
        "status": order.status,
        "urgent": order.urgent,
        "applicant": unit_named(order.applicant_unit),
        "turn": body_named(order.turn_body) or unit_named(order.turn_unit),
        "applied_at": order.applied_at,
        "issued_at": order.issued_at,
        "next_at": order.next_at,
        "breached_at": order.breached_at,
        "closed_at": order.closed_at,
        "version": order.version,
    }


WORDS = ("tried", "why", "asked", "opinion", "returned_reason", "instruction", "result", "verification")


def order_whole(order: Order, actor: Actor) -> dict[str, Any]:
    """One order with its course."""
    page = order_page(actor, order, now())
    return {
        **order_row(order),
        **{name: getattr(order, name) for name in WORDS},
        "resident_says": order.resident_says,
        "parties": [_party(party) for party in page.parties],
        "events": [happened(step) for step in reversed(page.steps)],
        "possible": [offer.action for offer in page.offers],
    }


def _party(party: OrderParty) -> dict[str, Any]:
    return {
        "id": party.pk,
        "name": body_named(party.body) or unit_named(party.unit),
        "lead": party.lead,
        "signed_at": party.signed_at,
        "arrived_at": party.arrived_at,
        "objection": party.objection,
        "ruling": party.ruling,
        "ruling_words": party.ruling_words,
        "released_at": party.released_at,
    }
