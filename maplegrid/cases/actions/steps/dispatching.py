"""Who has it: triage, assigning, accepting, returning, handing up and over, merging, correcting."""

from datetime import datetime

from maplegrid.accounts.models import Body, Person
from maplegrid.cases.actions.change import PLAIN, Change, Doer, Refused, apply_change
from maplegrid.cases.actions.steps.placing import located_by, place_fields, queue_of, refuse_subject_unit
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Appeal, Case
from maplegrid.cases.placing import locate_unit
from maplegrid.cases.queries.scope import view_of, visible_to
from maplegrid.rules.access import Actor, may_be_assigned
from maplegrid.rules.lifecycle import OPEN, Status
from maplegrid.rules.triage import Reason
from maplegrid.rules.vocabulary import N_, Level, Refusal
from maplegrid.territory.actors import actors_of
from maplegrid.territory.queries import is_on_duty_list, tower


def register(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """Triage settles place and type; the sub-grid's chief becomes accountable."""
    located = located_by(wish) or locate_unit(case.area)
    category = catalogue().categories.get(wish.category, case.category)
    sub_grid = located.place.sub_grid_id
    if sub_grid is None:
        raise Refused(Refusal("no_sub_grid", N_("请选到小分格，或者选一个楼栋")))
    refuse_subject_unit(case, sub_grid)
    unit = tower().by_id[sub_grid]
    fields = {**place_fields(located), **queue_of(unit, category.code, now, case)}
    fields |= recategorised(case, category.code)
    fields |= {"status": Status.REGISTERED, "accepted_at": case.accepted_at or now}
    return Change(fields, text=wish.text, public_text=N_("交给{unit}"), words={"unit": unit.name})


def assign(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """Name the person who does it; they become accountable when they accept."""
    person = Person.objects.filter(pk=wish.person_id or 0, is_active=True).first()
    if person is None:
        raise Refused(Refusal("nobody", N_("请选一个人")))
    whom = actors_of([person.pk], now)[person.pk]
    refusal = may_be_assigned(whom, view_of(case)) or _why_not_here(whom, case)
    if refusal:
        raise Refused(refusal)
    fields = {"assignee_id": person.pk, "accountable_id": person.pk, "accepted_at": case.accepted_at or now}
    return Change(
        fields,
        text=wish.text or f"指派给{person}",
        public_text=f"指派给{person}",
        detail={"person": person.pk},
    )


def _why_not_here(whom: Actor, case: Case) -> Refusal | None:
    """Work is given to people of the unit or body that has the case, or above or below it in the same area."""
    here = case.unit.path if case.unit else ""
    near = any(
        seat.path and (here.startswith(seat.path) or seat.path.startswith(here))
        for seat in whom.seats
        if here
    )
    if near or (case.body_id is not None and case.body_id in whom.body_ids | whom.belongs_to):
        return None
    return Refusal("elsewhere", N_("{person}不在这个范围里，请先转给他的单位"), {"person": whom.words})


def accept(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    fields = {
        "assignee_id": actor.person_id,
        "accountable_id": actor.person_id,
        "accepted_at": case.accepted_at or now,
    }
    return Change(
        fields, text=wish.text, public_text=N_("{person}接下了这件事"), words={"person": actor.words}
    )


def give_back(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """不归我管: back to whoever is above for a new dispatch; the first receiver stays accountable until then.

    A sub-unit of a department gives back to its department, a department to the district's desks.
    """
    unit = case.unit or tower().by_id[case.area_id]
    above = tower().by_id.get(unit.parent_id or 0, unit) if case.body_id is None else case.area
    fields = {"unit_id": above.pk, "body_id": None, "assignee_id": None}
    if case.body is not None and case.body.parent_id:
        fields = {"unit_id": None, "body_id": case.body.parent_id, "assignee_id": None}
    off_list = why_off_list(case, now)
    return Change(
        fields,
        text=wish.text,
        public_text=N_("正在换合适的人来办"),
        words=PLAIN,
        detail={"from_unit": case.unit_id, **({"off_list": off_list.code} if off_list else {})},
    )


def why_off_list(case: Case, now: datetime) -> Refusal | None:
    """The rule that lets the sub-grid which has the case refuse it as not on its duty list; None if it is listed."""
    if case.unit is None or case.unit.level != Level.SUB_GRID:
        return None
    return is_on_duty_list(case.unit.pk, case.category.code, now.date())


def hand_up(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    unit = case.unit or tower().by_id[case.area_id]
    above = tower().by_id.get(unit.parent_id or 0)
    if above is None:
        raise Refused(Refusal("top", N_("已经在区里了，没有上一级")))
    refuse_subject_unit(case, above.pk)
    fields = {**queue_of(above, case.category.code, now, case), "accepted_at": case.accepted_at or now}
    return Change(
        fields,
        text=wish.text,
        public_text=N_("{unit}解决不了，已报给{above}"),
        words={"unit": unit.name, "above": above.name},
    )


def hand_over(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """To another unit or body; a listed sub-grid may refuse what is not on its duty list (a later return)."""
    if wish.body_id:
        body = Body.objects.filter(pk=wish.body_id, active=True).first()
        if body is None:
            raise Refused(Refusal("no_body", N_("请选接收的机构")))
        if any(s.body_id == body.pk for s in case.subjects.all()):
            raise Refused(
                Refusal("subject_body", N_("这件事反映的就是{body}，不能交给它"), {"body": body.name})
            )
        fields: dict[str, object] = {"body_id": body.pk, "unit_id": None, "assignee_id": None}
        fields["accepted_at"] = case.accepted_at or now
        return Change(
            fields,
            text=wish.text,
            public_text=N_("已交给{unit}"),
            words={"unit": body.name},
            detail={"body": body.pk},
        )
    located = located_by(wish)
    if located is None:
        raise Refused(Refusal("no_target", N_("请选转给哪个单位")))
    unit = tower().by_id[located.place.sub_grid_id or located.unit_id]
    refuse_subject_unit(case, unit.pk)
    fields = {**place_fields(located), **queue_of(unit, case.category.code, now, case)}
    fields["accepted_at"] = case.accepted_at or now
    return Change(
        fields,
        text=wish.text,
        public_text=N_("已交给{unit}"),
        words={"unit": unit.name},
        detail={"unit": unit.pk},
    )


def merge(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """Into an open case this person may see; every reporter goes along and still gets an answer."""
    target = (
        visible_to(actor).select_for_update(of=("self",)).filter(number=wish.number, status__in=OPEN).first()
    )
    if target is None or target.pk == case.pk:
        raise Refused(
            Refusal("no_such_case", N_("没有找到编号{number}的在办案件"), {"number": wish.number or "？"})
        )
    Appeal.objects.filter(case=case).update(case=target, joined=True)
    moved = Appeal.objects.filter(case=target).count()
    into = Change(
        {"households": moved},
        text=f"{case.number} {case.title}",
    )
    doer = Doer(f"person:{actor.person_id}", actor.words, actor.person_id)
    apply_change(case=target, action="merged_in", doer=doer, now=now, change=into)
    fields = {"merged_into_id": target.pk, "closed_at": now, "assignee_id": case.assignee_id}
    return Change(
        fields,
        text=wish.text,
        public_text=N_("和{number}是同一件事，合在一起办"),
        words={"number": target.number},
        detail={"into": target.number},
    )


def correct(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """A person corrects type or place; what the machine had said is kept in the step, to learn from."""
    fields: dict[str, object] = {}
    detail: dict[str, object] = {}
    located = located_by(wish)
    if located:
        detail["place"] = {"was": case.area_id, "now": located.unit_id, "building": located.building_id}
        fields |= place_fields(located)
    if wish.category and wish.category != case.category.code:
        detail["category"] = {
            "was": case.category.code,
            "now": wish.category,
            "confidence": case.category_confidence,
        }
        fields |= recategorised(case, wish.category)
    if not fields:
        raise Refused(Refusal("nothing", N_("类别和地点都没有改")))
    return Change(fields, text=wish.text, detail=detail)


BY_PERSON = Reason(N_("由人认定")).kept()


def recategorised(case: Case, code: str) -> dict[str, object]:
    category = catalogue().categories.get(code)
    if category is None or category.pk == case.category_id:
        return {}
    return {"category_id": category.pk, "category_confidence": 1.0, "category_reason": BY_PERSON}
