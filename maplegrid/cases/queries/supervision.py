"""Which supervisions a person sees: those of the cases they see."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from maplegrid.accounts.models import Body
from maplegrid.cases.models import Case, Supervision
from maplegrid.cases.queries.scope import visible_to
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.territory.models import Unit

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


@dataclass(frozen=True)
class Points:
    """Penalty points of one body or unit (never of a person) in a year."""

    holder: Body | Unit
    supervisions: int
    points: int


def points_of(actor: Actor, now: datetime) -> list[Points]:
    """Of the supervisions of this year that this person sees, by whoever has the case; the most first."""
    start = now.astimezone(CHINA).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    seen = Supervision.objects.filter(
        case__in=visible_to(actor).values("pk"), placed_at__gte=start, points__gt=0
    )
    found: dict[Body | Unit, tuple[int, int]] = {}
    for placed in seen.select_related("case__body", "case__unit"):
        holder = placed.case.body or placed.case.unit
        if holder is not None:
            count, points = found.get(holder, (0, 0))
            found[holder] = (count + 1, points + placed.points)
    rows = [Points(holder, count, points) for holder, (count, points) in found.items()]
    return sorted(rows, key=lambda row: (-row.points, -row.supervisions, str(row.holder)))


def supervision_on(case: Case) -> Supervision | None:
    """The one that is not settled, without a statement where the case is known to have none."""
    if getattr(case, "supervised", True) is False:
        return None
    return case.supervisions.filter(settled_at=None).select_related("placed_by", "answered_by").first()
