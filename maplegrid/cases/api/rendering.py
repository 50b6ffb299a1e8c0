"""Cases as plain values, from rows that came through `visible_to`."""

from typing import Any

from django.db.models import QuerySet

from maplegrid.cases.models import Case, Step
from maplegrid.cases.queries.page import offers_of
from maplegrid.cases.words import category_words, public_words, unit_words
from maplegrid.kit.words import in_language
from maplegrid.rules.access import Actor


def with_names(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a row shows, in one statement."""
    return cases.select_related("category", "area", "unit", "body").defer("tokens")


def row_of(case: Case) -> dict[str, Any]:
    """One case of a list."""
    unit, body = case.unit, case.body
    return {
        "number": case.number,
        "title": case.title,
        "status": case.status,
        "category": {"code": case.category.code, "name": category_words(case.category)},
        "urgency": case.urgency,
        "flags": case.flags,
        "sealed": case.sealed,
        "area": {"code": case.area.code, "name": unit_words(case.area)},
        "unit": {"code": unit.code, "name": unit_words(unit)} if unit else None,
        "body": {"code": body.code, "name": in_language(body.name, body.name_en)} if body else None,
        "lon": case.lon,
        "lat": case.lat,
        "households": case.households,
        "received_at": case.received_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "next_at": case.next_at.isoformat() if case.next_at else None,
        "version": case.version,
    }


def whole_of(case: Case, actor: Actor) -> dict[str, Any]:
    """One case with its course."""
    voices = case.appeals.select_related("message").order_by("id")
    steps = case.steps.select_related("actor").order_by("at", "id")
    return {
        **row_of(case),
        "solution": case.solution,
        "voices": [_voice(appeal.message) for appeal in voices],
        "steps": [_happened(step) for step in steps],
        "possible": [str(offer.action) for offer in offers_of(actor, case) if offer.refusal is None],
    }


def _voice(message: Any) -> dict[str, Any]:
    return {"number": message.number, "text": message.text, "received_at": message.received_at.isoformat()}


def _happened(step: Step) -> dict[str, Any]:
    return {
        "at": step.at.isoformat(),
        "action": step.action,
        "by": step.actor_words,
        "text": step.text,
        "public_text": public_words(step),
        "from_status": step.from_status,
        "to_status": step.to_status,
    }
