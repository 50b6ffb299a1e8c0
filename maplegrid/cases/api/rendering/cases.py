"""Cases as plain values, from rows that came through `visible_to`."""

from typing import Any

from django.db.models import QuerySet

from maplegrid.accounts.models import Body
from maplegrid.cases.models import Case, Handover, Step
from maplegrid.cases.queries.page import offers_of
from maplegrid.cases.words import body_words, category_words, public_words, unit_words
from maplegrid.messaging.models import Message
from maplegrid.rules.access import Actor
from maplegrid.territory.models import Unit


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a row shows, in one statement."""
    return cases.select_related("category", "area", "unit", "body").defer("tokens")


def row_of(case: Case) -> dict[str, Any]:
    """One case of a list."""
    return {
        "number": case.number,
        "title": case.title,
        "status": case.status,
        "category": {"code": case.category.code, "name": category_words(case.category)},
        "urgency": case.urgency,
        "flags": case.flags,
        "sealed": case.sealed,
        "area": unit_named(case.area),
        "unit": unit_named(case.unit),
        "body": body_named(case.body),
        "lon": case.lon,
        "lat": case.lat,
        "households": case.households,
        "received_at": case.received_at,
        "closed_at": case.closed_at,
        "next_at": case.next_at,
        "version": case.version,
    }


def unit_named(unit: Unit | None) -> dict[str, str] | None:
    """A unit by code and name."""
    return {"code": unit.code, "name": unit_words(unit)} if unit else None


def body_named(body: Body | None) -> dict[str, str] | None:
    """A body by code and name."""
    return {"code": body.code, "name": body_words(body)} if body else None


def whole_of(case: Case, actor: Actor) -> dict[str, Any]:
    """One case with its course."""
    voices = case.appeals.select_related("message").prefetch_related("message__attachments").order_by("id")
    return {
        **row_of(case),
        "solution": case.solution,
        "voices": [_voice(appeal.message) for appeal in voices],
        "events": [happened(step) for step in timeline(case).order_by("at", "id")],
        "handovers": [_handover(handover) for handover in case.handovers.all()],
        "orders": list(case.orders.order_by("pk").values_list("pk", flat=True)),
        "possible": [str(offer.action) for offer in offers_of(actor, case) if offer.refusal is None],
    }


def timeline(case: Case) -> QuerySet[Step]:
    """Its steps with their photos."""
    return case.steps.prefetch_related("photos")


def _voice(message: Message) -> dict[str, Any]:
    return {
        "number": message.number,
        "text": message.text,
        "received_at": message.received_at,
        "photos": sorted(photo.pk for photo in message.attachments.all()),
    }


def happened(step: Step) -> dict[str, Any]:
    """One entry of a timeline."""
    return {
        "at": step.at,
        "action": step.action,
        "by": step.actor_words,
        "text": step.text,
        "public_text": public_words(step),
        "from_status": step.from_status,
        "to_status": step.to_status,
        "photos": sorted(photo.pk for photo in step.photos.all()),
    }


def _handover(handover: Handover) -> dict[str, Any]:
    return {
        "id": handover.pk,
        "kind": handover.kind,
        "state": handover.state,
        "body": body_named(handover.body),
        "sent_at": handover.sent_at,
        "receipt_number": handover.receipt_number,
    }
