"""What was handed over to a police station: the minimum of each case, and nothing that is about themselves."""

from django.db.models import Exists, OuterRef, QuerySet

from maplegrid.cases.models import CaseSubject, Handover
from maplegrid.cases.queries.scope import subjects_among
from maplegrid.rules.access import Actor
from maplegrid.rules.police import stations_of

SENT_STATES = (Handover.State.SENT, Handover.State.RECEIVED, Handover.State.RETURNED)


def handovers_to(actor: Actor) -> QuerySet[Handover]:
    """Hand-overs sent to this person's station, the waiting ones first, then the newest."""
    about_them: QuerySet[CaseSubject] = subjects_among(actor, case=OuterRef("case_id"))
    return (
        Handover.objects.filter(
            kind=Handover.Kind.POLICE, state__in=SENT_STATES, body_id__in=sorted(stations_of(actor))
        )
        .exclude(Exists(about_them))
        .select_related(
            "case", "case__category", "case__area", "case__building", "body", "sent_by", "answered_by"
        )
        .order_by("-sent_at", "-id")
    )
