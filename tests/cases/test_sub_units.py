"""A department's desk has what its sub-units have; a sub-unit has its own queue and gives back to its department."""

from datetime import timedelta

import pytest

from maplegrid.accounts.models import Body
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.steps import take_step
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.models import Case, CaseSubject
from maplegrid.cases.queries.page import people_to_assign
from maplegrid.cases.queries.scope import view_of, visible_to
from maplegrid.rules.access import why_not_see
from maplegrid.rules.lifecycle import Action, Status
from maplegrid.territory.queries.people import desk_of_body
from tests.builders import NOON, drain_case
from tests.cast import actor, person

pytestmark = pytest.mark.django_db
WATER, DRAINAGE, SUPPLY = "water.clerk1", "water.drainage.clerk1", "water.supply.clerk1"


def body(code: str) -> Body:
    return Body.objects.get(code=code)


@pytest.fixture
def case() -> Case:
    """A blocked drain that the water bureau has."""
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(body=body("water"), unit=None, status=Status.HANDLING)
    return Case.objects.get(pk=case.pk)


def step(case: Case, action: Action, who: str, **wish: object) -> Case:
    version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
    take_step(
        case_id=case.pk,
        action=action,
        version=version,
        actor=actor(who),
        wish=Wish(**wish),
        now=NOON + timedelta(hours=1),
    )
    return Case.objects.get(pk=case.pk)


def sees(who: str, case: Case) -> bool:
    seen = visible_to(actor(who)).filter(pk=case.pk).exists()
    assert seen == (why_not_see(actor(who), view_of(Case.objects.get(pk=case.pk))) is None)
    return seen


def test_the_departments_desk_passes_a_matter_to_its_section_and_still_sees_it(case):
    assert [sees(who, case) for who in (WATER, DRAINAGE, SUPPLY)] == [True, False, False]
    passed = step(case, Action.HAND_OVER, WATER, body_id=body("water.drainage").pk, text="归排水科")
    assert passed.body == body("water.drainage")
    assert [sees(who, case) for who in (WATER, DRAINAGE, SUPPLY, "urban.clerk1")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_section_accepts_it_and_the_departments_desk_may_still_manage_it(case):
    step(case, Action.HAND_OVER, WATER, body_id=body("water.drainage").pk, text="归排水科")
    done = step(case, Action.ACCEPT, DRAINAGE)
    assert done.assignee == person(DRAINAGE)
    assert step(case, Action.ASSIGN, WATER, person_id=person("water.drainage.clerk2").pk).assignee_id


def test_a_section_gives_back_to_its_department_and_the_department_to_the_district(case):
    step(case, Action.HAND_OVER, WATER, body_id=body("water.drainage").pk, text="归排水科")
    back = step(case, Action.RETURN, DRAINAGE, text="不是排水管")
    assert (back.body, back.status) == (body("water"), Status.RETURNED)
    assert not sees(DRAINAGE, back)
    own = step(back, Action.ASSIGN, WATER, person_id=person(WATER).pk)
    again = step(own, Action.RETURN, WATER, text="不归水务")
    assert again.body is None
    assert again.unit_id == again.area_id


def test_work_is_given_to_people_of_the_department_and_of_its_sections_only(case):
    names = {p.username for p in people_to_assign(case, NOON)}
    assert {WATER, DRAINAGE, SUPPLY} <= names
    assert not any(name.startswith("urban") for name in names)
    assert step(case, Action.ASSIGN, WATER, person_id=person(DRAINAGE).pk).assignee == person(DRAINAGE)
    with pytest.raises(Refused):
        step(case, Action.ASSIGN, WATER, person_id=person("urban.clerk1").pk)


def test_a_matter_about_the_department_reaches_none_of_its_sections(case):
    CaseSubject.objects.create(case=case, body=body("water"), words="区水务局")
    Case.objects.filter(pk=case.pk).update(body=body("water.drainage"))
    assert [sees(who, case) for who in (WATER, DRAINAGE)] == [False, False]


def test_a_matter_about_a_section_stays_with_the_departments_desk(case):
    CaseSubject.objects.create(case=case, body=body("water.drainage"), words="排水科")
    Case.objects.filter(pk=case.pk).update(body=body("water.drainage"))
    assert [sees(who, case) for who in (WATER, DRAINAGE)] == [True, False]


def test_a_section_without_a_desk_is_answered_for_by_its_departments():
    bare = Body.objects.create(
        code="water.bare", name="区水务局河道科", kind="department", parent=body("water")
    )
    assert desk_of_body(bare.pk, NOON) == person(WATER).pk
    assert desk_of_body(body("water.drainage").pk, NOON) == person(DRAINAGE).pk


def test_the_list_to_choose_from_names_the_department_first(case, client):
    client.force_login(person(WATER))
    page = client.get(f"/cases/{case.number}").content.decode()
    assert "区水务局 / 区水务局排水管理科" in page
