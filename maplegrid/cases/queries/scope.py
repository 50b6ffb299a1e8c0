"""The one query layer: which cases a person may see, by queue and by area. Every list, count, map, export and
photo starts from `visible_to`."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from maplegrid.cases.models import Case, CaseSubject, Handover, Hold, OrderParty, Question
from maplegrid.rules.access import SEES_SEALED, Actor, CaseView, ids_of
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.routing import PRIVATE_PROFILES
from maplegrid.rules.vocabulary import POLICE_FIRST_FLAGS


def visible_to(actor: Actor) -> QuerySet[Case]:
    """Cases in this person's queue or area, less those about them and those sealed from them.

    The SQL twin of `rules.access.why_not_see`; `tests/cases/test_scope.py` holds the two together.
    """
    mine = mine_of(actor)
    seen = mine | _in_areas(actor) | _ordered(actor)
    if not actor.holds(*SEES_SEALED):
        seen &= Q(sealed=False) | mine
    seen &= ~Q(profile__in=PRIVATE_PROFILES) | _let_in(actor)
    return Case.objects.filter(seen).exclude(Exists(subjects_among(actor)))


def mine_of(actor: Actor) -> Q:
    """In the queue of one of my units or bodies, or assigned to me or whom I stand in for."""
    return (
        Q(unit_id__in=sorted(actor.unit_ids))
        | Q(body_id__in=sorted(actor.body_ids))
        | Q(assignee_id__in=sorted(actor.person_ids))
    )


def _ordered(actor: Actor) -> Q:
    """An order about the case names one of my bodies or units, and no ruling has released it."""
    named = Q(body__in=sorted(actor.body_ids)) | Q(unit__in=sorted(actor.unit_ids))
    parties = OrderParty.objects.filter(named, released_at=None)
    return Q(pk__in=parties.values("order__case_id"))


def _let_in(actor: Actor) -> Q:
    """Who may see what was said in confidence: the twin of `rules.access._is_let_in`."""
    people = sorted(actor.person_ids)
    let_in = Q(assignee_id__in=people) | Q(accountable_id__in=people) | Q(unit_id__in=sorted(actor.desk_ids))
    for area in actor.desk_areas:
        let_in |= Q(path__startswith=area)
    return let_in | Q(body_id__in=sorted(actor.body_ids)) | _ordered(actor)


def _in_areas(actor: Actor) -> Q:
    seen = Q(pk__in=[])
    for area in actor.areas:
        seen |= Q(path__startswith=area)
    return seen


def subjects_among(actor: Actor, case: OuterRef | None = None) -> QuerySet[CaseSubject]:
    """For `Exists` beside a case: is it about this person, their body, or a unit they serve?"""
    unit_ids = {unit_id for seat in actor.seats for unit_id in ids_of(seat.path)}
    return CaseSubject.objects.filter(case=case or OuterRef("pk")).filter(
        Q(person_id__in=sorted(actor.person_ids))
        | Q(body_id__in=sorted(actor.body_ids))
        | Q(unit_id__in=sorted(unit_ids))
    )


def view_of(case: Case) -> CaseView:
    """What the rules need to know of a case (four small queries)."""
    subjects = list(case.subjects.all())
    holds = Hold.objects.filter(case=case, released_at=None).values_list("kind", "reason")
    ordered = OrderParty.objects.filter(order__case=case, released_at=None).values_list("body_id", "unit_id")
    police = [h for h in case.handovers.all() if h.kind == Handover.Kind.POLICE]
    return CaseView(
        status=Status(case.status),
        path=case.path,
        unit_id=case.unit_id,
        unit_path=case.unit.path if case.unit else case.path,
        unit_words=_holder_words(case),
        body_id=case.body_id,
        assignee_id=case.assignee_id,
        assignee_words=str(case.assignee) if case.assignee else "",
        sealed=case.sealed,
        subject_person_ids=frozenset(s.person_id for s in subjects if s.person_id),
        subject_body_ids=frozenset(s.body_id for s in subjects if s.body_id),
        subject_unit_ids=frozenset(s.unit_id for s in subjects if s.unit_id),
        open_holds=tuple(reason for _, reason in holds),
        open_order=any(kind == "order" for kind, _ in holds),
        ordered_body_ids=frozenset(body_id for body_id, _ in ordered if body_id),
        ordered_unit_ids=frozenset(unit_id for _, unit_id in ordered if unit_id),
        police_first=bool(police) or bool(POLICE_FIRST_FLAGS & set(case.flags)),
        police_settled=bool(police) and all(h.state in SETTLED for h in police),
        told=case.told_at is not None,
        placed=case.unit is not None and case.area.level in {"sub_grid", "grid"},
        private=case.profile in PRIVATE_PROFILES,
        accountable_id=case.accountable_id,
        waits_for_answer=Question.objects.filter(appeal__case=case, answered_at=None).exists(),
    )


SETTLED = frozenset({Handover.State.RECEIVED, Handover.State.RETURNED, Handover.State.CANCELLED})


def _holder_words(case: Case) -> str:
    if case.body:
        return case.body.name
    return case.unit.name if case.unit else ""
