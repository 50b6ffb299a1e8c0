"""Several cases at once: the preview is what will happen, each row stands alone, nothing is done twice."""

import re

import pytest
from django.test import Client

from maplegrid.audit.models import Entry
from maplegrid.cases.actions.bulk import Bulk, Chosen, preview_steps, take_steps
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case, CaseSubject, ClockEvent, Step
from maplegrid.messaging.models import Notice
from maplegrid.rules.lifecycle import Action
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def bulk_of(cases, action: Action, wish: Wish) -> Bulk:
    return Bulk([Chosen(case.number, case.version) for case in cases], action, wish)


def kinds(outcomes) -> list[str]:
    return [outcome.kind for outcome in outcomes]


def traces() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Step, Entry, Notice, ClockEvent))


@pytest.mark.parametrize("action", [Action.ASSIGN, Action.COMMENT, Action.HAND_OVER, Action.TELL_RESIDENT])
def test_the_preview_says_what_the_doing_does_and_leaves_no_trace(action):
    cases = [drain_case() for _ in range(4)]
    Case.objects.filter(pk=cases[1].pk).update(status="closed")
    CaseSubject.objects.create(case=cases[2], person=person(CAST.service))
    wish = Wish(
        text="请看", public_text="今天上门", person_id=person(CAST.service).pk, unit_id=cases[3].unit_id
    )
    bulk, community = bulk_of(cases, action, wish), actor(CAST.community)
    before = traces(), list(Case.objects.order_by("pk").values_list("version", "status", "assignee"))
    foreseen = preview_steps(bulk=bulk, actor=community, now=NOON)
    assert (
        traces(),
        list(Case.objects.order_by("pk").values_list("version", "status", "assignee")),
    ) == before
    assert take_steps(bulk=bulk, actor=community, now=NOON) == foreseen
    if action is Action.ASSIGN:
        assert kinds(foreseen) == ["done", "refused", "refused", "done"]
        assert "被反映方" in str(foreseen[2].refusal)


def test_somebody_elses_cases_are_refused_like_numbers_that_do_not_exist():
    case = drain_case()
    rows = [Chosen(case.number), Chosen("2026-000000")]
    bulk = Bulk(rows, Action.COMMENT, Wish(text="看看"))
    for stranger in (CAST.neighbour_chief, CAST.other_street, CAST.water):
        for outcomes in (
            preview_steps(bulk=bulk, actor=actor(stranger), now=NOON),
            take_steps(bulk=bulk, actor=actor(stranger), now=NOON),
        ):
            assert kinds(outcomes) == ["refused", "refused"]
            assert {outcome.title for outcome in outcomes} == {""}
            assert len({str(outcome.refusal) for outcome in outcomes}) == 1
    assert not case.steps.filter(action="comment").exists()


def test_who_was_overtaken_is_told_so_and_the_others_go_on():
    cases = [drain_case() for _ in range(3)]
    bulk = bulk_of(cases, Action.ASSIGN, Wish(person_id=person(CAST.service).pk))
    take_step(case_id=cases[1].pk, action=Action.ACCEPT, actor=actor(CAST.chief), now=NOON)
    outcomes = take_steps(bulk=bulk, actor=actor(CAST.community), now=NOON)
    assert kinds(outcomes) == ["done", "faster", "done"]
    assert Case.objects.get(pk=cases[1].pk).assignee == person(CAST.chief)


def test_the_auditor_reads_and_changes_nothing():
    outcomes = take_steps(
        bulk=bulk_of([drain_case()], Action.COMMENT, Wish(text="看看")), actor=actor(CAST.auditor), now=NOON
    )
    assert kinds(outcomes) == ["refused"]


def test_a_body_that_does_not_exist_is_refused_with_a_sentence():
    bulk = bulk_of([drain_case()], Action.HAND_OVER, Wish(text="归他们", body_id=10**9))
    assert kinds(preview_steps(bulk=bulk, actor=actor(CAST.community), now=NOON)) == ["refused"]


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(person(CAST.community))
    return client


def send(client: Client, cases, stage: str, **more):
    numbers = [f"{case.number}:{case.version}" for case in cases]
    return client.post(
        "/cases/bulk", {"action": "comment", "number": numbers, "stage": stage, **more}, follow=True
    )


def test_from_the_bar_to_the_result_page(desk):
    cases = [drain_case(), drain_case()]
    page = send(desk, cases, "").content.decode()
    assert page.count('name="number"') == 2
    assert not Step.objects.filter(action="comment").exists()
    page = send(desk, cases, "preview", text="明天一起看").content.decode()
    assert "可以做 2 件" in page
    assert not Step.objects.filter(action="comment").exists()
    once = re.search(r'name="once" value="([^"]+)"', page)[1]
    result = send(desk, cases, "do", text="明天一起看", once=once)
    assert "做好了 2 件，共 2 件" in result.content.decode()
    assert Step.objects.filter(action="comment", text="明天一起看").count() == 2
    again = send(desk, cases, "do", text="明天一起看", once=once)
    assert "已经做过了" in again.content.decode()
    assert Step.objects.filter(action="comment").count() == 2


def test_without_a_preview_nothing_is_done(desk):
    case = drain_case()
    send(desk, [case], "do", text="跳过预览")
    assert not case.steps.filter(action="comment").exists()


def test_nothing_chosen_or_an_action_that_is_not_for_many_is_said(desk):
    assert "请先选中案件" in send(desk, [], "preview").content.decode()
    page = desk.post(
        "/cases/bulk", {"action": "close", "number": drain_case().number, "stage": "do"}, follow=True
    )
    assert "请先选中案件" in page.content.decode()


def test_what_cannot_be_done_is_previewed_with_the_rules_own_sentence(desk):
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(status="suspended")
    page = desk.post(
        "/cases/bulk",
        {
            "action": "assign",
            "number": f"{case.number}:1",
            "stage": "preview",
            "person": person(CAST.service).pk,
        },
    )
    assert "才能指派" in page.content.decode()
    assert 'name="once"' not in page.content.decode()
