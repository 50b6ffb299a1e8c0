"""How every change to an audience is made: locked, asked of the rules, written with its version."""

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.leaves import ENDED_CASE
from maplegrid.cases.models import Case
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import ENDED
from maplegrid.rules.secretary.life import Deed, why_not_audience
from maplegrid.secretary.models import Audience
from maplegrid.secretary.queries.scope import view_of


def held(audience_id: int) -> Audience:
    """The audience and its case, locked: two clicks wait for each other instead of failing."""
    audience = (
        Audience.objects.select_for_update(of=("self",))
        .select_related("appeal__message", "host", "unit")
        .get(pk=audience_id)
    )
    audience.case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("category", "unit", "assignee", "accountable")
        .get(pk=audience.case_id)
    )
    return audience


def ask_the_rules(deed: Deed, actor: Actor | None, audience: Audience) -> None:
    """Raise Refused with the first reason against it."""
    refusal = why_not_audience(deed, actor, view_of(audience))
    if refusal is None and audience.case.status in ENDED:
        refusal = ENDED_CASE
    if refusal:
        raise Refused(refusal)


def keep(audience: Audience, **fields: object) -> None:
    """Write these fields and count the version."""
    fields["version"] = audience.version + 1
    for name, value in fields.items():
        setattr(audience, name, value)
    audience.save(update_fields=list(fields))
