"""Somebody leaves: all their open cases go on in one action, clocks untouched, each with its step and audit entry."""

from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.audit.models import Entry
from maplegrid.cases.actions import leaving
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.leaving import end_and_hand_over, open_cases_of_seat
from maplegrid.cases.actions.left_behind import pass_on_left_behind
from maplegrid.cases.actions.steps import take_step
from maplegrid.cases.models import Case, CaseSubject, Clock, ClockEvent
from maplegrid.messaging.models import Notice
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.actions import Refused as TowerRefused
from maplegrid.territory.models import Assignment
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def seat(username: str = CAST.chief) -> Assignment:
    return Assignment.objects.select_related("person", "unit", "body").get(
        person__username=username, valid_to=None
    )


def accepted() -> Case:
    case = drain_case()
    take_step(case_id=case.pk, action=Action.ACCEPT, actor=actor(CAST.chief), now=NOON)
    return case


def leave(to: str | None = CAST.service, by: str = CAST.grid_centre, username: str = CAST.chief):
    return end_and_hand_over(
        seat=seat(username), to=person(to) if to else None, on=TODAY, actor=actor(by), now=NOON, reason="调走"
    )


def clocks() -> list:
    return [*Clock.objects.order_by("pk").values(), *ClockEvent.objects.order_by("pk").values()]


def test_all_cases_move_with_a_step_and_an_audit_entry_each_and_no_clock_is_touched():
    cases = [accepted(), accepted(), drain_case()]
    before, due = clocks(), list(Case.objects.order_by("pk").values_list("next_at", "status"))
    left = leave()
    assert (left.taken, left.above) == (3, 0)
    assert clocks() == before
    assert list(Case.objects.order_by("pk").values_list("next_at", "status")) == due
    for case in cases:
        case.refresh_from_db()
        assert case.accountable == person(CAST.service)
        assert case.steps.filter(action="taken_over").count() == 1
        assert Entry.objects.filter(action="case.taken_over", subject=f"case:{case.pk}").count() == 1
    assert [case.assignee for case in cases] == [person(CAST.service), person(CAST.service), None]
    assert seat_ended()
    notice = Notice.objects.get(key__startswith="taken_over:")
    assert (notice.person, "3 件" in notice.body) == (person(CAST.service), True)


def seat_ended() -> bool:
    return Assignment.objects.get(person__username=CAST.chief).valid_to == TODAY


def test_without_a_successor_the_appointment_does_not_end_while_cases_are_open():
    accepted()
    with pytest.raises(Refused, match="请选谁接手"):
        leave(to=None)
    assert not seat_ended()


def test_with_nothing_open_nobody_is_asked():
    left = leave(to=None)
    assert (left.taken, left.above) == (0, 0)
    assert seat_ended()


def test_a_closed_case_stays_with_who_closed_it():
    case = accepted()
    Case.objects.filter(pk=case.pk).update(status="closed", closed_at=NOON)
    leave(to=None)
    case.refresh_from_db()
    assert case.assignee == person(CAST.chief)


@pytest.mark.parametrize("to", [CAST.other_street, CAST.water, CAST.other_community])
def test_somebody_far_away_does_not_take_over(to):
    accepted()
    with pytest.raises(Refused, match="不能接手"):
        leave(to=to)
    assert not seat_ended()


@pytest.mark.parametrize("to", ["gm04.adviser", CAST.police])
def test_somebody_who_handles_no_cases_does_not_take_over(to):
    accepted()
    with pytest.raises(Refused, match="不办理案件"):
        leave(to=to)


@pytest.mark.parametrize("by", [CAST.chief, CAST.community, CAST.street, CAST.district, CAST.auditor])
def test_only_who_keeps_appointments_ends_one(by):
    accepted()
    with pytest.raises(Refused, match="区网格中心"):
        leave(by=by)
    assert not seat_ended()


def test_a_case_about_the_successor_goes_to_whoever_answers_above_and_never_back():
    case, other = accepted(), accepted()
    CaseSubject.objects.create(case=case, person=person(CAST.service))
    left = leave()
    assert (left.taken, left.above) == (1, 1)
    case.refresh_from_db()
    other.refresh_from_db()
    assert case.assignee == person(CAST.community)
    assert other.assignee == person(CAST.service)
    assert "2 件" not in Notice.objects.get(key__startswith="taken_over:").body


def test_with_another_seat_left_only_the_cases_of_this_one_move():
    case = accepted()
    elsewhere = accepted()
    neighbour = Assignment.objects.get(person__username=CAST.neighbour_chief)
    Case.objects.filter(pk=elsewhere.pk).update(unit=neighbour.unit)
    Assignment.objects.create(
        person=person(CAST.chief), role=Role.SERVICE_POST, unit=neighbour.unit, valid_from=TODAY
    )
    held = Assignment.objects.get(person__username=CAST.chief, role=Role.SUBGRID_CHIEF)
    assert list(open_cases_of_seat(held, TODAY)) == [case]


def test_all_or_nothing(monkeypatch):
    cases = [accepted(), accepted()]
    real, calls = leaving.apply_change, []

    def second_fails(**known):
        calls.append(known)
        if len(calls) == 2:
            raise Faster
        return real(**known)

    monkeypatch.setattr(leaving, "apply_change", second_fails)
    with pytest.raises(Faster):
        leave()
    assert not seat_ended()
    for case in cases:
        case.refresh_from_db()
        assert case.assignee == person(CAST.chief)


def test_a_day_before_the_appointment_is_refused_and_nothing_moves():
    case = accepted()
    held = seat()
    with pytest.raises(TowerRefused):
        end_and_hand_over(
            seat=held,
            to=person(CAST.service),
            on=held.valid_from - timedelta(days=1),
            actor=actor(CAST.grid_centre),
            now=NOON,
        )
    case.refresh_from_db()
    assert case.assignee == person(CAST.chief)


def test_by_hand_found_asked_and_done():
    accepted()
    client = Client()
    client.force_login(person(CAST.grid_centre))
    listed = client.get("/cases/leaving?q=公明社区04").content.decode()
    assert str(person(CAST.chief)) in listed
    address = f"/cases/leaving/{seat().pk}"
    form = client.get(address).content.decode()
    assert "手上有 1 件在办的事" in form
    assert str(person(CAST.service)) in form
    assert str(person(CAST.other_street)) not in form
    page = client.post(address, {"to": "", "on": TODAY.isoformat()})
    assert "请选谁接手" in page.content.decode()
    page = client.post(address, {"to": person(CAST.service).pk, "on": TODAY.isoformat()}, follow=True)
    assert "1 件在办的事交给" in page.content.decode()
    assert seat_ended()


def test_what_was_left_without_a_hand_over_finds_whoever_answers_now_with_its_clocks():
    case, fresh = accepted(), drain_case()
    elsewhere = drain_case()
    Case.objects.filter(pk=elsewhere.pk).update(accountable=person(CAST.community), assignee=None)
    assert pass_on_left_behind(now=NOON) == 0
    person(CAST.chief).assignments.update(valid_to=TODAY)
    before = clocks()
    assert pass_on_left_behind(now=NOON) == 2
    assert pass_on_left_behind(now=NOON) == 0
    assert clocks() == before
    for one in (case, fresh):
        one.refresh_from_db()
        assert (one.assignee, one.accountable) == (None, person(CAST.service))
    assert Entry.objects.filter(actor="system", action="case.taken_over").count() == 2


def test_what_was_left_never_falls_to_whom_it_is_about():
    case = accepted()
    CaseSubject.objects.create(case=case, person=person(CAST.service))
    person(CAST.chief).assignments.update(valid_to=TODAY)
    pass_on_left_behind(now=NOON)
    case.refresh_from_db()
    assert case.accountable == person(CAST.community)
