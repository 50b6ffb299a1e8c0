"""Which supervisions a person sees: those of the cases they see."""

from datetime import datetime

from django.db.models import F, QuerySet

from maplegrid.cases.models import Case, Supervision
from maplegrid.cases.queries.scope import visible_to
from maplegrid.rules.access import Actor

SHOWN = ("open", "late", "answered", "settled")


def supervisions_of(actor: Actor, shown: str, now: datetime) -> QuerySet[Supervision]:
    """Open ones, of those the late or the answered ones, or the settled ones; the one due first on top."""
    seen = Supervision.objects.filter(case__in=visible_to(actor).values("pk")).select_related(
        "case__category", "case__unit", "case__body", "placed_by", "answered_by", "settled_by"
    )
    if shown == "settled":
        return seen.exclude(settled_at=None).order_by("-settled_at", "-pk")
    waiting = seen.filter(settled_at=None).order_by(F("answered_at").asc(nulls_first=True), "answer_by", "pk")
    if shown == "late":
        return waiting.filter(answered_at=None, answer_by__lt=now)
    return waiting.exclude(answered_at=None) if shown == "answered" else waiting


def supervision_on(case: Case) -> Supervision | None:
    """The one that is not settled, without a statement where the case is known to have none."""
    if getattr(case, "supervised", True) is False:
        return None
    return case.supervisions.filter(settled_at=None).select_related("placed_by", "answered_by").first()
