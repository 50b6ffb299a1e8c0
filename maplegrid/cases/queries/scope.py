"""The one query layer: which cases a person may see, by queue and by area. Every list, count, map, export and
photo starts from `visible_to`."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from maplegrid.cases.models import Case, CaseSubject, Handover, Hold, Order, OrderParty, Question, Step
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
        | Q(body_id__in=sorted(actor.belongs_to))
        | Q(unit_id__in=sorted(unit_ids))
    )


def with_facts(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With the case what else the rules ask about it: its holds, who is ordered to act, questions not answered."""
    holds = Hold.objects.filter(case=OuterRef("pk"), released_at=None)
    ordered = OrderParty.objects.filter(order__case=OuterRef("pk"), released_at=None)
    asked = Question.objects.filter(appeal__case=OuterRef("pk"), answered_at=None)
    return cases.annotate(
        open_holds=ArraySubquery(holds.values(fact=JSONObject(kind="kind", reason="reason"))),
        ordered=ArraySubquery(ordered.values(fact=JSONObject(body="body_id", unit="unit_id"))),
        waits=Exists(asked),
        has_order=Exists(Order.objects.filter(case=OuterRef("pk"))),
        has_step_photos=Exists(Step.photos.through.objects.filter(step__case=OuterRef("pk"))),
    )


def view_of(case: Case) -> CaseView:
    """What the rules need to know of a case; its facts are read now unless they came along with it."""
    facts = _facts_of(case)
    subjects = list(case.subjects.all())
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
        open_holds=tuple(hold["reason"] for hold in facts["open_holds"]),
        open_order=any(hold["kind"] == "order" for hold in facts["open_holds"]),
        ordered_body_ids=frozenset(party["body"] for party in facts["ordered"] if party["body"]),
        ordered_unit_ids=frozenset(party["unit"] for party in facts["ordered"] if party["unit"]),
        police_first=bool(police) or bool(POLICE_FIRST_FLAGS & set(case.flags)),
        police_settled=bool(police) and all(h.state in SETTLED for h in police),
        told=case.told_at is not None,
        placed=case.unit is not None and case.area.level in {"sub_grid", "grid"},
        waits_for_answer=facts["waits"],
        private=case.profile in PRIVATE_PROFILES,
        accountable_id=case.accountable_id,
    )


FACTS = ("open_holds", "ordered", "waits")


def _facts_of(case: Case) -> dict[str, Any]:
    if all(hasattr(case, name) for name in FACTS):
        return {name: getattr(case, name) for name in FACTS}
    return with_facts(Case.objects.filter(pk=case.pk)).values(*FACTS).get()


SETTLED = frozenset({Handover.State.RECEIVED, Handover.State.RETURNED, Handover.State.CANCELLED})


def _holder_words(case: Case) -> str:
    if case.body:
        return case.body.name
    return case.unit.name if case.unit else ""
