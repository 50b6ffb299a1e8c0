"""The police desk: a station sees what was handed to it, answers once, and its words stay its own."""

import pytest
from django.test import Client

from maplegrid.accounts.models import Body, Person
from maplegrid.audit.models import Entry
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.police import give_receipt, return_handover
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case, CaseSubject, Handover
from maplegrid.cases.queries.police import handovers_to
from maplegrid.cases.queries.scope import view_of
from maplegrid.messaging.models import Notice
from maplegrid.rules.access import why_not_close
from maplegrid.rules.lifecycle import Action
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def station() -> Body:
    return person(CAST.police).assignments.get().body


def sent(**known) -> Handover:
    case = drain_case(contact_phone="13800138000", contact_name="王大妈")
    take_step(case_id=case.pk, action=Action.ACCEPT, actor=actor(CAST.chief), now=NOON)
    take_step(
        case_id=case.pk,
        action=Action.SEND_TO_POLICE,
        actor=actor(CAST.chief),
        now=NOON,
        wish=Wish(text="扬言要动手", body_id=known.get("body", station()).pk),
    )
    return Handover.objects.get(case=case, state="sent")


def receipt(handover: Handover, username: str = CAST.police, number: str = "明公受〔2026〕7号") -> Handover:
    return give_receipt(
        handover_id=handover.pk, number=number, words="已受理", actor=actor(username), now=NOON
    )


def test_the_station_gives_its_receipt_and_the_case_knows():
    handover = receipt(sent())
    assert (handover.state, handover.receipt_number, handover.answer) == (
        "received",
        "明公受〔2026〕7号",
        "已受理",
    )
    assert handover.answered_by == person(CAST.police)
    step = handover.case.steps.get(action="police_received")
    assert step.detail["receipt"] == "明公受〔2026〕7号"
    assert (
        Entry.objects.filter(action="case.police_received", subject=f"case:{handover.case_id}").count() == 1
    )
    assert Notice.objects.filter(person=person(CAST.chief), body__contains="公安已收到").count() == 1
    assert view_of(Case.objects.get(pk=handover.case_id)).police_settled


def test_a_return_keeps_the_stations_own_words_and_tells_who_has_the_case():
    handover = return_handover(
        handover_id=sent().pk, reason="属于民事纠纷", actor=actor(CAST.police), now=NOON
    )
    assert (handover.state, handover.answer) == ("returned", "属于民事纠纷")
    assert handover.case.steps.get(action="police_returned").public_text == ""
    assert Notice.objects.filter(person=person(CAST.chief), body__contains="公安退回").count() == 1
    refusal = why_not_close(view_of(Case.objects.get(pk=handover.case_id)))
    assert refusal is None or refusal.code != "police_first"


def test_after_the_receipt_it_may_still_come_back_and_the_receipt_stays():
    handover = receipt(sent())
    back = return_handover(handover_id=handover.pk, reason="查过，不是", actor=actor(CAST.police), now=NOON)
    assert (back.state, back.receipt_number) == ("returned", "明公受〔2026〕7号")


def test_no_answer_is_given_twice_and_staff_cannot_write_over_it():
    handover = sent()
    return_handover(handover_id=handover.pk, reason="不归我们", actor=actor(CAST.police), now=NOON)
    with pytest.raises(Refused, match="已经答复过了"):
        receipt(handover)
    with pytest.raises(Refused, match="没有等回执的移交"):
        take_step(
            case_id=handover.case_id,
            action=Action.RECORD_RECEIPT,
            actor=actor(CAST.chief),
            now=NOON,
            wish=Wish(text="他们说收到", number="1", handover_id=handover.pk),
        )
    handover.refresh_from_db()
    assert handover.answer == "不归我们"


def test_a_receipt_needs_a_number_and_a_return_a_reason():
    handover = sent()
    with pytest.raises(Refused, match="回执编号"):
        receipt(handover, number="  ")
    with pytest.raises(Refused, match="退回的理由"):
        return_handover(handover_id=handover.pk, reason=" ", actor=actor(CAST.police), now=NOON)


def other_officer() -> Person:
    return (
        Person.objects.filter(assignments__role="police_officer")
        .exclude(assignments__body=station())
        .order_by("username")[0]
    )


def test_another_station_and_staff_see_and_answer_nothing_of_it():
    handover = sent()
    for username in (other_officer().username, CAST.chief, CAST.district, CAST.auditor, CAST.grid_centre):
        assert not handovers_to(actor(username)).exists(), username
        with pytest.raises(Refused, match="没有找到这次移交"):
            receipt(handover, username)
    assert handovers_to(actor(CAST.police)).get() == handover


def test_a_draft_that_nobody_has_sent_is_not_seen():
    case = drain_case()
    Handover.objects.create(case=case, kind="police", body=station(), reason="威胁", created_at=NOON)
    assert not handovers_to(actor(CAST.police)).exists()


@pytest.mark.parametrize("about", ["person", "body"])
def test_what_is_about_the_station_or_its_officer_never_reaches_their_desk(about):
    handover = sent()
    whom = {"person": person(CAST.police)} if about == "person" else {"body": station()}
    CaseSubject.objects.create(case=handover.case, **whom)
    assert not handovers_to(actor(CAST.police)).exists()
    with pytest.raises(Refused, match="没有找到这次移交"):
        receipt(handover)


def test_the_page_holds_the_minimum_and_no_contact_and_the_case_itself_stays_closed_to_them():
    handover = sent()
    client = Client()
    client.force_login(person(CAST.police))
    body = client.get("/cases/police").content.decode()
    assert handover.case.number in body
    assert "扬言要动手" in body
    for hidden in ("13800138000", "王大妈", "厨房地漏往上返水"):
        assert hidden not in body, hidden
    assert client.get(f"/cases/{handover.case.number}").status_code == 404


def test_by_hand_receipt_then_the_list_is_empty_and_all_still_shows_it():
    handover = sent()
    client = Client()
    client.force_login(person(CAST.police))
    page = client.post(f"/cases/police/{handover.pk}/receipt", {"number": "7号", "words": ""}, follow=True)
    assert "回执已记下" in page.content.decode()
    assert handover.case.number not in page.content.decode()
    assert "7号" in client.get("/cases/police?all=1").content.decode()
    assert client.post(f"/cases/police/{handover.pk}/gossip").status_code == 404
    stranger = Client()
    stranger.force_login(other_officer())
    assert stranger.post(f"/cases/police/{handover.pk}/return", {"words": "x"}).status_code == 404
