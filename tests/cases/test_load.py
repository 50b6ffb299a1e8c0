"""Workload: one's own, one's desk's people, and nobody else's."""

from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case
from maplegrid.cases.queries.inbox import Filters, inbox_of
from maplegrid.cases.queries.load import loads_of
from maplegrid.rules.lifecycle import OPEN, Action
from tests.builders import drain_case
from tests.cases.test_scope import EVERYBODY, scattered_cases
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def loads(username: str, now=NOON) -> dict[str, object]:
    return {load.person.username if load.person else "": load for load in loads_of(actor(username, now), now)}


def accepted(now=NOON) -> Case:
    case = drain_case(now=now)
    take_step(case_id=case.pk, action=Action.ACCEPT, actor=actor(CAST.chief), now=now)
    return case


def test_open_today_late_and_closed_are_what_the_cases_say():
    first, second, third = accepted(), accepted(), accepted()
    drain_case()
    take_step(
        case_id=third.pk, action=Action.REPORT_RESULT, actor=actor(CAST.chief), now=NOON, wish=Wish(text="好")
    )
    take_step(
        case_id=third.pk, action=Action.CLOSE, actor=actor(CAST.chief), now=NOON, wish=Wish(public_text="好")
    )
    Case.objects.filter(pk=first.pk).update(next_at=NOON - timedelta(minutes=1))
    Case.objects.filter(pk=second.pk).update(next_at=NOON.replace(hour=23, minute=59))
    mine = loads(CAST.chief)
    chief = mine[CAST.chief]
    assert (chief.open, chief.today, chief.late, chief.closed) == (2, 1, 1, 1)
    assert mine[""].open == 1
    assert sum(clock.running for clock in chief.clocks) == sum(
        case.clocks.filter(running=True, stopped_at=None).count() for case in (first, second)
    )


def test_what_was_closed_last_week_is_not_this_weeks():
    case = accepted(NOON - timedelta(days=1))
    day = NOON - timedelta(days=1)  # Sunday
    take_step(
        case_id=case.pk, action=Action.REPORT_RESULT, actor=actor(CAST.chief), now=day, wish=Wish(text="好")
    )
    take_step(
        case_id=case.pk, action=Action.CLOSE, actor=actor(CAST.chief), now=day, wish=Wish(public_text="好")
    )
    assert loads(CAST.chief, day)[CAST.chief].closed == 1
    assert loads(CAST.chief)[CAST.chief].closed == 0


def test_the_chief_sees_the_people_of_the_sub_grid_and_a_post_only_itself():
    assert set(loads(CAST.chief)) == {"gm04.chief", "gm04.info", "gm04.patrol", "gm04.service", ""}
    assert set(loads(CAST.service)) == {CAST.service}
    assert set(loads(CAST.auditor)) == {CAST.auditor}
    water = set(loads(CAST.water)) - {""}
    assert water
    assert all(name.startswith("water.") for name in water)


def test_nobodys_number_counts_a_case_the_reader_may_not_see():
    scattered_cases(30)
    for username in EVERYBODY:
        who = actor(username)
        for load in loads_of(who, NOON):
            if load.person:
                shown = inbox_of(who, Filters(view="area", person=load.person.pk), NOON)
                assert shown.total == load.open, username
                assert all(case.status in OPEN for case in shown.rows)
            else:
                assert inbox_of(who, Filters(view="untaken"), NOON).total == load.open, username


def test_a_large_desk_costs_as_many_statements_as_a_small_one(django_assert_num_queries):
    who = actor(CAST.chief)
    with django_assert_num_queries(6):
        loads_of(who, NOON)
    for _ in range(5):
        accepted()
    with django_assert_num_queries(6):
        loads_of(who, NOON)


def test_the_page_shows_the_numbers_and_they_open_their_cases():
    case = accepted()
    client = Client()
    client.force_login(person(CAST.chief))
    body = client.get("/cases/load").content.decode()
    link = f"/cases/?view=area&amp;person={person(CAST.chief).pk}"
    assert link in body
    assert case.number in client.get(link.replace("&amp;", "&")).content.decode()
    client.force_login(person(CAST.neighbour_chief))
    assert case.number not in client.get(link.replace("&amp;", "&")).content.decode()
