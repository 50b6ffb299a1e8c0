"""A letter to the secretary was opened as a case: its audience begins, with a level proposed by the table."""

from datetime import datetime, timedelta

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.cases.actions.holds import place_hold
from maplegrid.cases.models import Case
from maplegrid.rules.secretary.level import LetterFacts, propose_level
from maplegrid.rules.vocabulary import N_, Level
from maplegrid.secretary.actions.receipts import settle_receipts
from maplegrid.secretary.actions.telling import tell_one
from maplegrid.secretary.models import Audience
from maplegrid.secretary.queries.tables import level_rows_in_force
from maplegrid.territory.queries import tower

HOLD = "secretary"
EARLIER = timedelta(days=90)


def take_up(*, case_id: int, now: datetime) -> Audience:
    """Begin the audience of a case; told twice it is the same one."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("category").get(pk=case_id)
        known = Audience.objects.filter(case=case).first()
        if known:
            return known
        audience = _begun(case)
        reference = f"case:{case.pk}"
        place_hold(
            case_id=case.pk,
            kind=HOLD,
            key=str(audience.pk),
            reason=N_("书记在线还没有书面答复"),
            actor="system",
            now=now,
        )
        record(
            actor="resident",
            action="audience.asked",
            subject=reference,
            now=now,
            detail={"number": case.number, "proposed": audience.proposed_level, "why": audience.proposed_why},
        )
        tell_one(audience, "to_level", case.accountable_id, "asked", now)
        settle_receipts(audience, now)
    return audience


def _begun(case: Case) -> Audience:
    appeal = case.appeals.select_related("message").order_by("id").first()
    assert appeal is not None
    wish = appeal.message.raw
    proposal = propose_level(facts_of(case, appeal.message.phone_index), level_rows_in_force())
    return Audience.objects.create(
        case=case,
        appeal=appeal,
        unit_id=home_of(case.area_id),
        written=wish.get("wish") == "written",
        video=wish.get("wish") == "video",
        accessible=bool(wish.get("accessible")),
        companion=str(wish.get("companion", ""))[:80],
        proposed_level=proposal.level,
        proposed_why=proposal.why[:80],
        proposed_why_en=proposal.why_en[:120],
        received_at=case.received_at,
    )


def facts_of(case: Case, phone_index: str) -> LetterFacts:
    """What the level table may ask of this case."""
    before = Audience.objects.filter(
        appeal__message__phone_index=phone_index,
        received_at__gte=case.received_at - EARLIER,
        received_at__lt=case.received_at,
    )
    return LetterFacts(
        urgency=case.urgency,
        flags=frozenset(case.flags),
        category=case.category.code,
        households=case.households,
        earlier=before.count() if phone_index else 0,
    )


def home_of(area_id: int) -> int:
    """The community a case lies in, else its street, else the district."""
    known = tower()
    return (
        known.ancestor_id(area_id, Level.COMMUNITY)
        or known.ancestor_id(area_id, Level.STREET)
        or known.root.pk
    )
