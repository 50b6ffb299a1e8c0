"""Which letters a person may see: those whose case they may see, less those that must not reach them."""

from django.db.models import QuerySet

from maplegrid.cases.actions.telling import people_about
from maplegrid.cases.queries.scope import visible_to
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.life import AudienceView, Stage
from maplegrid.secretary.models import Audience


def audiences_visible_to(actor: Actor) -> QuerySet[Audience]:
    """Every list, count, figure and calendar of 书记在线 starts here."""
    return (
        Audience.objects.filter(case__in=visible_to(actor))
        .exclude(conflicts__person_id__in=sorted(actor.person_ids))
        .select_related("case__category", "case__area", "appeal__message", "host", "unit")
    )


def view_of(audience: Audience) -> AudienceView:
    """What the rules need to know of it."""
    return AudienceView(
        stage=Stage(audience.stage),
        host_id=audience.host_id,
        path=audience.unit.path,
        sealed=audience.case.sealed,
        barred=barred_from(audience),
    )


def barred_from(audience: Audience) -> frozenset[int]:
    """Everybody this letter must not reach: whom the case is about, and whoever has a conflict."""
    named = audience.conflicts.values_list("person_id", flat=True)
    return frozenset({*people_about(audience.case), *named})
