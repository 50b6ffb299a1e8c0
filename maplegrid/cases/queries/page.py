"""Everything the case page shows, read in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from maplegrid.accounts.models import Body, Person
from maplegrid.cases.actions.clocks import own_clocks
from maplegrid.cases.actions.steps.dispatching import why_off_list
from maplegrid.cases.badges import Badge, badge_of_case, badge_of_clock
from maplegrid.cases.forms.steps import FIELDS
from maplegrid.cases.models import Appeal, Case, Handover, Step
from maplegrid.cases.queries.scope import view_of, visible_to
from maplegrid.rules.access import Actor, actions_of
from maplegrid.rules.lifecycle import ARROWS, OPEN, Action, Status
from maplegrid.rules.vocabulary import HANDLING_ROLES, Refusal

LIKELY_SAME_WITHIN = timedelta(days=7)
# The one solid button of the page: what usually comes next in each status.
USUAL: dict[Status, Action] = {
    Status.TRIAGE: Action.REGISTER,
    Status.REGISTERED: Action.ACCEPT,
    Status.DISPATCHED: Action.ACCEPT,
    Status.REOPENED: Action.ACCEPT,
    Status.RETURNED: Action.ASSIGN,
    Status.HANDLING: Action.REPORT_RESULT,
    Status.SUSPENDED: Action.RESUME,
    Status.CHECKING: Action.CLOSE,
}
QUICK = (Action.CONTACT, Action.ARRIVE, Action.TELL_RESIDENT, Action.ASK_RESIDENT)
NOT_LISTED = frozenset({Action.COMMENT, Action.OPEN_CONTACT})


@dataclass(frozen=True)
class Offer:
    """An action on the page: its words, why the district has it, what it asks for, and what stands against it."""

    action: Action
    words: str
    why: str
    fields: tuple[str, ...]
    refusal: Refusal | None
    reason_needed: bool
    cited: Refusal | None = None  # a rule that already is the reason


@dataclass(frozen=True)
class CasePage:
    """What one person sees of one case."""

    case: Case
    badge: Badge
    clocks: list[Badge]
    steps: list[Step]
    photographed: bool
    appeals: list[Appeal]
    usual: Offer | None
    quick: list[Offer]
    possible: list[Offer]
    rare: list[Offer]
    refused: list[Offer]
    may_comment: bool
    contact: Offer
    handovers: list[Handover]
    alike: list[Case]


def case_page(actor: Actor, case: Case, now: datetime) -> CasePage:
    """Read the page. `case` must come from `visible_to(actor)`."""
    offers = {offer.action: _with_rule(offer, case, now) for offer in offers_of(actor, case)}
    usual = offers.get(USUAL.get(Status(case.status), Action.COMMENT))
    listed = [o for o in offers.values() if o.action not in NOT_LISTED and o is not usual]
    quick = [o for o in listed if o.action in QUICK and o.refusal is None]
    rest = [o for o in listed if o not in quick]
    return CasePage(
        case=case,
        badge=badge_of_case(case, now),
        clocks=[badge_of_clock(clock, now) for clock in own_clocks(case).order_by("due_at", "id")],
        steps=_steps_of(case),
        photographed=photographed(case),
        appeals=list(
            case.appeals.select_related("message")
            .prefetch_related("message__attachments", "questions")
            .order_by("id")
        ),
        usual=usual if usual and usual.action is not Action.COMMENT else None,
        quick=quick,
        possible=[o for o in rest if o.refusal is None and o.action not in RARE],
        rare=[o for o in rest if o.refusal is None and o.action in RARE],
        refused=[o for o in rest if o.refusal is not None and o.action in WORTH_SAYING],
        may_comment=Action.COMMENT in offers and offers[Action.COMMENT].refusal is None,
        contact=offers.get(Action.OPEN_CONTACT) or _offer(Action.OPEN_CONTACT, None),
        handovers=list(case.handovers.all()),
        alike=list(likely_same(actor, case, now)),
    )


def _steps_of(case: Case) -> list[Step]:
    steps = case.steps.select_related("actor").order_by("-at", "-id")
    return list(steps.prefetch_related("photos") if photographed(case) else steps)


def photographed(case: Case) -> bool:
    """May any of its steps have photos? Known without asking where the case was read with its facts."""
    return getattr(case, "has_step_photos", True)


# Possible, but seldom meant: folded away under "more".
RARE = frozenset({Action.MERGE, Action.DIVERT, Action.CORRECT, Action.NAME_SUBJECT, Action.SUSPEND})
# Refusals worth a line on the page; the others would only be noise.
WORTH_SAYING = frozenset(
    {
        Action.CLOSE,
        Action.ASSIGN,
        Action.HAND_OVER,
        Action.HAND_UP,
        Action.RETURN,
        Action.DIVERT,
        Action.MERGE,
    }
)


def offers_of(actor: Actor, case: Case) -> list[Offer]:
    """Every action in the table's order with the rule's answer; closing asks for the words to the resident."""
    view = replace(view_of(case), told=True)
    if view.status is Status.TRIAGE:
        view = replace(view, placed=True)
    return [
        _offer(action, refusal) for action, refusal in actions_of(actor, view) if _makes_sense(action, case)
    ]


def _with_rule(offer: Offer, case: Case, now: datetime) -> Offer:
    """What is not on a sub-grid's duty list may be returned with the rule as its reason."""
    if offer.action is not Action.RETURN or offer.refusal:
        return offer
    return replace(offer, cited=why_off_list(case, now))


def _offer(action: Action, refusal: Refusal | None) -> Offer:
    arrow = ARROWS[action]
    return Offer(action, arrow.words, arrow.why, FIELDS[action], refusal, arrow.reason_needed)


def _makes_sense(action: Action, case: Case) -> bool:
    """Leave out what cannot be meant here at all (no police matter, nothing waiting for a receipt)."""
    handovers = list(case.handovers.all())
    if action is Action.RECORD_RECEIPT:
        return any(h.state == Handover.State.SENT for h in handovers)
    if action is Action.CANCEL_POLICE:
        return any(h.kind == Handover.Kind.POLICE and h.state == Handover.State.DRAFTED for h in handovers)
    if action is Action.SEND_TO_POLICE:
        return case.status in OPEN
    return True


def likely_same(actor: Actor, case: Case, now: datetime) -> QuerySet[Case]:
    """Open cases in the same building and first-level type within a week: a suggestion, never a merge by itself."""
    if case.building_id is None or case.status not in OPEN:
        return Case.objects.none()
    return (
        visible_to(actor)
        .filter(building_id=case.building_id, status__in=OPEN, category__l1_code=case.category.l1_code)
        .filter(received_at__gte=case.received_at - LIKELY_SAME_WITHIN)
        .exclude(pk=case.pk)
        .order_by("-received_at")[:5]
    )


def people_to_assign(case: Case, now: datetime) -> list[Person]:
    """Who may be given this work: handling staff of the unit or body that has it, and below."""
    on = now.date()
    here = Person.objects.filter(
        is_active=True, assignments__role__in=sorted(HANDLING_ROLES), assignments__valid_from__lte=on
    ).exclude(assignments__valid_to__lte=on)
    if case.body_id:
        here = here.filter(Q(assignments__body=case.body_id) | Q(assignments__body__parent=case.body_id))
    elif case.unit:
        here = here.filter(assignments__unit__path__startswith=case.unit.path)
    about = [s.person_id for s in case.subjects.all() if s.person_id]
    return list(here.exclude(pk__in=about).distinct().order_by("username")[:60])


def people_for_all(cases: Sequence[Case], now: datetime) -> list[Person]:
    """Who may be given some of these cases: handling staff of every queue among them."""
    queues = {(case.unit_id, case.body_id): case for case in cases}
    people = {person.pk: person for case in queues.values() for person in people_to_assign(case, now)}
    return sorted(people.values(), key=lambda person: person.username)


def handovers_named() -> "Prefetch[str]":
    """Hand-overs with whom they went to, oldest first, read once for rules and page."""
    return Prefetch(
        "handovers", Handover.objects.select_related("body", "sent_by", "answered_by").order_by("id")
    )


def bodies_to_choose() -> list[Body]:
    """Active bodies, for hand-over, diversion and police."""
    return list(Body.objects.filter(active=True))
