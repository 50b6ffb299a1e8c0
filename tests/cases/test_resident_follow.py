"""Following one's own matter: who gets in, and what can be done there."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from maplegrid.accounts.models import Body
from maplegrid.cases.actions.ticking import tick
from maplegrid.cases.models import Question
from maplegrid.cases.queries.follow import normal_number
from maplegrid.messaging.models import Attachment
from maplegrid.rules.lifecycle import Action, Status
from tests.builders import DRAIN, receive
from tests.cases.residents import act, case_of, number_of, page_of, photo, report, reporter
from tests.cases.test_steps import do, worked_to_checking
from tests.cast import CAST, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _photos_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def closed(number: str) -> None:
    do(worked_to_checking(case_of(number)), Action.CLOSE, CAST.chief, 100, public_text="支管疏通好了")


def without_tokens(body: bytes) -> bytes:
    """The page's main part; tokens and what was typed differ from request to request."""
    return re.sub(rb'value="[^"]*"', b"", body.split(b"<main")[1])


def test_wrong_number_and_wrong_code_get_the_same_answer(client):
    number = receive().message.number
    answers = [
        client.post("/follow", {"number": number, "code": "AAAAAA"}),
        client.post("/follow", {"number": "2026-999999", "code": "AAAAAA"}),
        client.post("/follow", {"number": "", "code": ""}),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_tokens(answer.content) for answer in answers}) == 1


def test_number_and_code_are_read_however_they_are_typed(client):
    received = receive()
    year, digits = received.message.number.split("-")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    for number in (f"{year}{digits}", f" {year} {digits}", f"编号{year}－{wide}"):
        code = f" {received.code[:3].lower()} {received.code[3:]}"
        assert Client().post("/follow", {"number": number, "code": code}).status_code == 302


@given(st.text(max_size=30), st.text(max_size=12))
@effort(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_gets_a_sentence(settings, number, code):
    settings.ACCOUNT_RATE_LIMITS = {}
    assert Client().post("/follow", {"number": number, "code": code}).status_code == 422


@given(st.integers(1, 999_999))
def test_a_number_is_its_own_normal_form(number):
    assert normal_number(f"2026-{number:06d}") == f"2026-{number:06d}"


def test_guessing_codes_is_throttled(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "follow": "3/m/ip"}
    answers = [
        client.post("/follow", {"number": "2026-000001", "code": f"AAAA{n}A"}).status_code for n in range(5)
    ]
    assert answers == [422, 422, 422, 429, 429]


def test_the_last_four_digits_of_the_phone_open_it_too():
    number = receive(contact_phone="13800001234").message.number
    assert Client().post("/follow", {"number": number, "code": "1234"}).status_code == 302
    assert Client().post("/follow", {"number": number, "code": "4321"}).status_code == 422


def test_four_digits_can_be_tried_only_a_few_times_a_day_but_the_code_still_opens(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "follow_tail": "3/d/key"}
    received = receive(contact_phone="13800001234")
    number = received.message.number
    for guess in range(3):
        assert Client().post("/follow", {"number": number, "code": f"000{guess}"}).status_code == 422
    late = Client().post("/follow", {"number": number, "code": "1234"})
    assert late.status_code == 422
    assert "试得太多了" in late.content.decode()
    assert Client().post("/follow", {"number": number, "code": received.code}).status_code == 302


def test_the_setting_limits_the_four_digits_by_number_and_by_address(settings):
    rates = settings.ACCOUNT_RATE_LIMITS["follow_tail"]
    assert re.search(r"/d/ip", rates)
    assert re.search(r"/d/key", rates)


def code_on(client: Client, number: str) -> str | None:
    found = re.search(r'data-copy="\S+ (\w{6})"', page_of(client, number))
    return found and found[1]


def test_the_code_is_shown_until_it_is_noted_down(client):
    number = number_of(report(client))
    code = code_on(client, number)
    assert Client().post("/follow", {"number": number, "code": code}).status_code == 302
    assert code_on(client, number) == code
    act(client, number, "noted")
    assert code_on(client, number) is None


def test_the_code_is_gone_after_ten_minutes_and_never_lay_open_in_the_session(client, held_clock):
    held_clock(NOON)
    number = number_of(report(client))
    code = code_on(client, number)
    held = Session.objects.get(session_key=client.session.session_key)
    assert code not in str(held.get_decoded())
    held_clock(NOON + timedelta(minutes=11))
    assert code_on(client, number) is None
    assert code not in client.session.get(f"code:{number}", "")


def moving(client: Client, number: str, **query: str):
    """What HTMX asks for by itself."""
    return client.get(f"/follow/{number}", query, headers={"HX-Request": "true", "HX-Target": "status"})


def test_while_nothing_is_opened_the_page_asks_again_and_then_shows_itself(client, run_jobs):
    number = number_of(report(client))
    first = moving(client, number, waiting="1").content.decode()
    assert "<html" not in first
    assert "?waiting=2" in first
    assert "delay:1s" in first
    patient = moving(client, number, waiting="40").content.decode()
    assert "delay:20s" in patient
    assert "比平时慢一点" in patient
    run_jobs()
    assert moving(client, number, waiting="3").headers["HX-Refresh"] == "true"


def test_only_the_moving_part_is_refreshed_and_news_are_told_without_losing_what_is_being_written():
    client, number = reporter()
    seen = re.search(r"seen=([\w-]+)", page_of(client, number))[1]
    assert "有新的进展" not in moving(client, number, seen=seen).content.decode()
    closed(number)
    part = moving(client, number, seen=seen).content.decode()
    assert "<html" not in part
    assert "<textarea" not in part
    assert "有新的进展" in part


def test_a_session_that_is_over_stops_asking():
    _, number = reporter()
    part = moving(Client(), number, seen="0000").content.decode()
    assert "请再输一次编号和查询码" in part
    assert "hx-get" not in part


@pytest.mark.parametrize("what", ["add", "answer", "rate", "reopen", "withdraw", "noted", "else"])
def test_a_stranger_can_neither_read_nor_act(what):
    _, number = reporter()
    stranger = Client()
    assert stranger.get(f"/follow/{number}").url == "/follow"
    assert act(stranger, number, what, text="我来", solved="yes").status_code == 404
    assert stranger.get(f"/follow/{number}/{what}").status_code == 404
    case = case_of(number)
    assert case.status == Status.DISPATCHED
    assert case.steps.count() == 2


def test_a_number_whose_message_is_gone_is_nobodys(client):
    session = client.session
    session["followed"] = ["2026-999999"]
    session.save()
    assert client.get("/follow/2026-999999").url == "/follow"
    assert act(client, "2026-999999", "withdraw").status_code == 404


def test_steps_are_sent_only_on_purpose():
    client, number = reporter()
    for what in ("add", "answer", "rate", "reopen", "noted"):
        assert client.get(f"/follow/{number}/{what}").url == f"/follow/{number}"
    guarded = Client(enforce_csrf_checks=True)
    guarded.cookies = client.cookies
    assert act(guarded, number, "withdraw").status_code == 403
    assert case_of(number).status == Status.DISPATCHED


def test_steps_are_throttled(settings):
    client, number = reporter()
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "resident_step": "2/m/ip"}
    answers = [act(client, number, "add", text="再说一句").status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_more_words_and_photos_reach_the_case_and_stay_ones_own():
    client, number = reporter()
    act(client, number, "add", text="三楼也返水", photos=[photo()])
    step = case_of(number).steps.get(action="resident_added")
    assert (step.text, step.photos.count()) == ("三楼也返水", 1)
    page = page_of(client, number)
    assert "您补充了：三楼也返水" in page
    picture = f"/follow/{number}/photo/{step.photos.get().pk}/thumb"
    assert picture in page
    assert client.get(picture).headers["Content-Type"] == "image/jpeg"
    assert Client().get(picture).status_code == 404
    other, other_number = reporter("我家也返水")
    assert other.get(f"/follow/{other_number}/photo/{step.photos.get().pk}/full").status_code == 404


def test_a_photo_of_the_staff_is_not_handed_out():
    client, number = reporter()
    case = case_of(number)
    taken = Attachment.objects.create(
        path="a.jpg", mime="image/jpeg", size=3, digest="0" * 64, uploaded_at=NOON
    )
    do(case, Action.ACCEPT, CAST.chief)
    do(case, Action.ARRIVE, CAST.chief, 40, photos=[taken])
    assert case.steps.get(action=Action.ARRIVE).photos.get() == taken
    assert client.get(f"/follow/{number}/photo/{taken.pk}/full").status_code == 404


def test_nothing_added_is_said_and_words_that_came_too_late_are_not_lost():
    client, number = reporter()
    empty = act(client, number, "add", text=" ")
    assert empty.status_code == 422
    assert "请写一句，或者加一张照片" in empty.content.decode()
    closed(number)
    late = act(client, number, "reopen", text="")
    assert "请写一句哪里没有解决" in late.content.decode()
    too_long = act(client, number, "rate", solved="no", text="长" * 501)
    assert too_long.status_code == 422
    assert "长" * 501 in too_long.content.decode()
    assert case_of(number).appeals.get().rated_at is None


def asked(number: str, text: str = "下午家里有人吗？") -> Question:
    case = case_of(number)
    do(case, Action.ACCEPT, CAST.chief)
    do(case, Action.ASK_RESIDENT, CAST.chief, 20, text=text)
    return Question.objects.latest("pk")


def test_a_question_is_answered_once_and_only_by_whom_it_was_asked():
    client, number = reporter()
    question = asked(number)
    assert "想问您：下午家里有人吗？" in page_of(client, number)
    other, other_number = reporter("楼道灯坏了")
    assert act(other, other_number, "answer", question=question.pk, text="没有").status_code == 422
    assert act(client, number, "answer", question=question.pk, text="三点以后有").status_code == 302
    again = act(client, number, "answer", question=question.pk, text="改主意了")
    assert again.status_code == 422
    assert "已经答过了" in again.content.decode()
    question.refresh_from_db()
    assert question.answer == "三点以后有"
    assert 'name="question"' not in page_of(client, number)


def test_it_is_rated_once_and_never_by_accident():
    client, number = reporter()
    assert 'name="solved"' not in page_of(client, number)
    assert act(client, number, "rate", solved="yes").status_code == 422
    closed(number)
    assert "支管疏通好了" in page_of(client, number)
    assert act(client, number, "rate", satisfied="5").status_code == 422
    assert act(client, number, "rate", solved="yes", satisfied="6").status_code == 422
    assert act(client, number, "rate", solved="no", satisfied="1", text="又堵了").status_code == 302
    again = act(client, number, "rate", solved="yes", satisfied="5")
    assert "评价只能说一次" in again.content.decode()
    appeal = case_of(number).appeals.get()
    assert (appeal.solved, appeal.satisfied, appeal.rating_words) == (False, 1, "又堵了")
    assert 'name="solved"' not in page_of(client, number)


def test_no_field_beside_the_two_answers_sends_one_of_them_with_enter():
    client, number = reporter()
    closed(number)
    form = page_of(client, number).split('/rate"')[1].split("</form>")[0]
    assert re.findall(r'<input(?![^>]*type="hidden")', form) == []


def test_re_opening_needs_a_reason_and_goes_back_to_whoever_closed_it():
    client, number = reporter()
    closed(number)
    assert act(client, number, "reopen", text="").status_code == 422
    assert act(client, number, "reopen", text="晚上又堵了").status_code == 302
    case = case_of(number)
    assert case.status == Status.REOPENED
    assert case.assignee.username == CAST.chief
    assert case.appeals.get().reopen_reason == "晚上又堵了"
    assert "重新办理" in page_of(client, number)


def test_withdrawing_is_asked_twice_and_done_once():
    client, number = reporter()
    page = client.get(f"/follow/{number}/withdraw").content.decode()
    assert "不撤回，接着办" in page
    assert case_of(number).status == Status.DISPATCHED
    act(client, number, "withdraw", text="自己修好了")
    assert case_of(number).status == Status.WITHDRAWN
    assert "您撤回了" in page_of(client, number)
    for what, fields in (
        ("withdraw", {}),
        ("add", {"text": "等等"}),
        ("reopen", {"text": "还是办吧"}),
        ("rate", {"solved": "yes"}),
    ):
        assert act(client, number, what, **fields).status_code == 422
    assert client.get(f"/follow/{number}/withdraw").url == f"/follow/{number}"
    assert case_of(number).steps.filter(action=Action.WITHDRAW).count() == 1


def test_the_next_step_is_the_next_limit_until_somebody_promised_something(held_clock):
    held_clock(NOON)
    client, number = reporter()
    assert "今天 14:00 前联系您" in page_of(client, number)
    case = case_of(number)
    do(case, Action.ACCEPT, CAST.chief)
    do(case, Action.TELL_RESIDENT, CAST.chief, 30, text="下午五点前上门")
    page = page_of(client, number).split("办到哪一步了")[0]
    assert "下午五点前上门" in page
    assert "前联系您" not in page


def test_a_limit_that_passed_is_admitted_with_who_answers_for_it(held_clock):
    client, number = reporter()
    later = NOON + timedelta(hours=3)
    held_clock(later)
    tick(now=later)
    page = page_of(client, number)
    assert "本来说好今天 14:00 前联系您，晚了。现在负责的是公明社区 值班员" in page  # it climbed
    assert "已超时 1 小时" in page


def test_one_can_ring_the_hall_of_the_community_or_the_body_that_has_it():
    client, number = reporter()
    assert "电话打到公明社区群众诉求服务站" in page_of(client, number)
    water = Body.objects.get(code="water")
    Body.objects.filter(pk=water.pk).update(phone="0755-00009999")
    do(case_of(number), Action.HAND_OVER, CAST.chief, 20, body_id=water.pk, text="主管道")
    page = page_of(client, number)
    assert 'href="tel:0755-00009999"' in page
    assert "区水务局" in page


def test_a_sealed_matter_is_never_rung_through_to_the_hall_it_may_be_about():
    client, number = reporter("举报公明社区书记收钱不作为", building_id=None)
    assert case_of(number).sealed
    page = page_of(client, number)
    assert 'href="tel:12345"' in page
    assert "电话打到" not in page


def test_a_diverted_matter_says_where_to_why_and_the_receipt():
    client, number = reporter()
    case = case_of(number)
    water = Body.objects.get(code="water")
    do(case, Action.DIVERT, CAST.street, 30, body_id=water.pk, text="应当申请行政复议")
    page = page_of(client, number)
    for words in ("已依法转到 区水务局", "应当申请行政复议", "信访工作条例 31 条", "等对方的回执"):
        assert words in page
    handover = case.handovers.get(kind="diversion")
    do(
        case,
        Action.RECORD_RECEIPT,
        CAST.street,
        60,
        handover_id=handover.pk,
        number="复〔2026〕7号",
        text="已收，七日内答复",
    )
    page = page_of(client, number)
    assert "复〔2026〕7号" in page
    assert "已收，七日内答复" in page


def test_what_has_no_place_yet_is_shown_with_the_residents_own_words():
    client, number = reporter("路上有个坑", building_id=None, place_words="往学校去的那条路")
    page = page_of(client, number)
    assert "往学校去的那条路" in page
    assert "定下由谁来办" in page


def test_the_find_page_names_only_what_this_browser_opened():
    client, number = reporter()
    assert f'href="/follow/{number}"' in client.get("/follow").content.decode()
    assert f'href="/follow/{number}"' not in Client().get("/follow").content.decode()


def test_following_costs_a_bounded_number_of_statements(django_assert_max_num_queries):
    client, number = reporter(DRAIN)
    closed(number)
    page_of(client, number)
    with django_assert_max_num_queries(26):
        page_of(client, number)
