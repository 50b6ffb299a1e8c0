"""sent → accepted → delivered or failed; three minutes a gateway; then a phone call."""

from datetime import datetime, timedelta

import pytest

from maplegrid.messaging.actions.notices import send_notice
from maplegrid.messaging.models import CallTask, Notice, SmsAttempt, SmsTemplate
from maplegrid.messaging.sms.gateway import DELIVERED, FAILED, Receipt
from maplegrid.messaging.sms.receipts import take_receipt
from maplegrid.messaging.sms.sending import send_attempt
from maplegrid.messaging.sms.waiting import look_after_texts
from maplegrid.simulate.sms_gateway import Fault
from tests.cast import NOON
from tests.messaging.sms.texts import PHONE, notice_to, run_attempt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_gateways")]
Sending = Notice.State


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture(autouse=True)
def _noon(held_clock, server):
    held_clock(NOON)
    server.box.clock = NOON.timestamp


def first_attempt(phone: str = PHONE) -> tuple[Notice, SmsAttempt]:
    notice = notice_to(phone)
    send_notice(notice.key)
    return notice, run_attempt(notice, NOON)


def delivered(attempt: SmsAttempt, seconds: float, number: str = PHONE) -> bool:
    receipt = Receipt(DELIVERED, at(seconds), attempt.external_id, str(attempt.pk), number, "DELIVERED")
    return take_receipt(gateway=attempt.gateway, receipt=receipt, now=at(seconds + 1))


def failed(attempt: SmsAttempt, seconds: float) -> bool:
    receipt = Receipt(FAILED, at(seconds), attempt.external_id, str(attempt.pk), PHONE, "UNDELIV")
    return take_receipt(gateway=attempt.gateway, receipt=receipt, now=at(seconds))


def test_a_text_message_is_sent_accepted_and_delivered(server):
    notice = notice_to()
    assert notice.state == Sending.QUEUED
    send_notice(notice.key)
    attempt = run_attempt(notice, NOON)
    assert (notice.state, attempt.state, attempt.gateway) == (Sending.ACCEPTED, "accepted", "aliyun")
    assert (attempt.parts, attempt.cost_li, attempt.phone_shown) == (1, 45, "138****1111")
    (held,) = server.box.held
    assert held.blanks[0] == notice.message.number
    assert delivered(attempt, 40)
    notice.refresh_from_db()
    assert (notice.state, notice.delivered_at) == (Sending.DELIVERED, at(40))
    assert notice.receipts[-1]["gateway"] == "aliyun"


def test_an_attempt_is_handed_over_once_however_often_the_job_runs(server):
    notice, attempt = first_attempt()
    send_notice(notice.key)
    send_attempt(attempt_id=attempt.pk, now=at(1))
    assert notice.attempts.count() == 1
    assert len(server.box.held) == 1


def test_three_minutes_without_a_receipt_bring_the_second_gateway_and_three_more_a_call(server):
    server.box.usual = Fault(lost=True)
    notice, _ = first_attempt()
    look_after_texts(now=at(179))
    assert notice.attempts.count() == 1
    look_after_texts(now=at(180))
    second = run_attempt(notice, at(180))
    assert (second.turn, second.gateway) == (2, "tencent")
    assert notice.state == Sending.ACCEPTED
    look_after_texts(now=at(359))
    assert not CallTask.objects.exists()
    look_after_texts(now=at(360))
    look_after_texts(now=at(361))
    notice.refresh_from_db()
    assert notice.state == Sending.FAILED
    (call,) = CallTask.objects.all()
    assert list(call.notices.all()) == [notice]
    assert notice.attempts.count() == 2
    assert [held.vendor for held in server.box.held] == ["aliyun", "tencent"]


def test_a_failure_brings_the_second_gateway_at_once(server):
    notice, attempt = first_attempt()
    assert failed(attempt, 10)
    second = run_attempt(notice, at(11))
    assert (second.gateway, second.state) == ("tencent", "accepted")
    assert not failed(attempt, 12)
    assert notice.attempts.count() == 2


def test_what_the_first_gateway_refuses_goes_to_the_second(server):
    server.box.plan = [Fault(refused="isv.AMOUNT_NOT_ENOUGH")]
    notice, attempt = first_attempt()
    assert (attempt.state, attempt.code, attempt.cost_li) == ("failed", "isv.AMOUNT_NOT_ENOUGH", 0)
    assert run_attempt(notice, at(1)).gateway == "tencent"


def test_a_message_whose_answer_was_lost_is_found_by_asking(server):
    server.box.plan = [Fault(cut=True)]
    notice, _ = first_attempt()
    look_after_texts(now=at(20))
    notice.refresh_from_db()
    assert (notice.state, notice.attempts.count()) == (Sending.DELIVERED, 1)


def test_an_answer_that_was_lost_is_not_sent_again_there_but_waited_for(server):
    server.box.plan = [Fault(cut=True, lost=True)]
    notice, attempt = first_attempt()
    assert (notice.state, attempt.state, attempt.external_id) == (Sending.SENT, "sent", "")
    send_attempt(attempt_id=attempt.pk, now=at(5))
    assert len(server.box.held) == 1
    look_after_texts(now=at(181))
    assert run_attempt(notice, at(181)).gateway == "tencent"


def test_a_receipt_that_overtakes_the_answer_is_known_by_our_own_number(server):
    server.box.plan = [Fault(cut=True)]
    notice, attempt = first_attempt()
    (held,) = server.box.held
    receipt = Receipt(DELIVERED, at(2), held.id, str(attempt.pk), PHONE)
    assert take_receipt(gateway="aliyun", receipt=receipt, now=at(3))
    notice.refresh_from_db()
    assert notice.state == Sending.DELIVERED


def test_a_duplicate_receipt_changes_nothing():
    notice, attempt = first_attempt()
    assert delivered(attempt, 40)
    assert not delivered(attempt, 50)
    assert not failed(attempt, 60)
    notice.refresh_from_db()
    assert (notice.state, notice.delivered_at, len(notice.receipts)) == (Sending.DELIVERED, at(40), 1)


def test_a_late_receipt_proves_the_delivery_and_takes_the_call_back(server):
    server.box.usual = Fault(lost=True)
    notice, attempt = first_attempt()
    look_after_texts(now=at(180))
    run_attempt(notice, at(180))
    look_after_texts(now=at(360))
    assert CallTask.objects.get().settled_at is None
    assert delivered(attempt, 400)
    notice.refresh_from_db()
    assert (notice.state, notice.delivered_at) == (Sending.DELIVERED, at(400))
    assert CallTask.objects.get().outcome == CallTask.Outcome.ARRIVED


def test_a_late_receipt_before_the_second_gateway_was_called_saves_its_message(server):
    server.box.usual = Fault(lost=True)
    notice, attempt = first_attempt()
    look_after_texts(now=at(180))
    second = notice.attempts.get(turn=2)
    assert delivered(attempt, 170)
    send_attempt(attempt_id=second.pk, now=at(182))
    second.refresh_from_db()
    assert (second.state, second.sent_at) == ("failed", None)
    assert len(server.box.held) == 1


def test_a_failure_of_the_first_while_the_second_is_waited_for_starts_nothing(server):
    server.box.usual = Fault(lost=True)
    notice, attempt = first_attempt()
    look_after_texts(now=at(180))
    run_attempt(notice, at(180))
    SmsAttempt.objects.filter(pk=attempt.pk).update(state="accepted")
    failed(attempt, 200)
    assert notice.attempts.count() == 2
    assert not CallTask.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"number": "13911112222"}, {"external_id": "aliyun-999"}, {"reference": "99999999", "external_id": ""}],
)
def test_a_receipt_that_does_not_fit_number_and_id_is_not_believed(change):
    notice, attempt = first_attempt()
    known = {"external_id": attempt.external_id, "reference": str(attempt.pk), "number": PHONE}
    receipt = Receipt(DELIVERED, at(9), **(known | change))
    assert not take_receipt(gateway="aliyun", receipt=receipt, now=at(10))
    notice.refresh_from_db()
    assert notice.state == Sending.ACCEPTED


def test_a_receipt_of_another_gateway_proves_nothing():
    _notice, attempt = first_attempt()
    receipt = Receipt(DELIVERED, at(9), attempt.external_id, str(attempt.pk), PHONE)
    assert not take_receipt(gateway="tencent", receipt=receipt, now=at(10))


@pytest.mark.parametrize(("told", "kept"), [(-3600, 0), (30, 30), (9999, 41)])
def test_the_time_of_arrival_lies_between_sending_and_now(told, kept):
    notice, attempt = first_attempt()
    receipt = Receipt(DELIVERED, at(told), attempt.external_id, str(attempt.pk), PHONE)
    take_receipt(gateway="aliyun", receipt=receipt, now=at(41))
    notice.refresh_from_db()
    assert notice.delivered_at == at(kept)


def test_asking_finds_what_no_callback_told_and_asks_only_at_its_times(server):
    server.box.usual = Fault(silent=True)
    notice, attempt = first_attempt()
    assert look_after_texts(now=at(19)) == {"asked": 0, "late": 0}
    assert look_after_texts(now=at(20))["asked"] == 1
    notice.refresh_from_db()
    attempt.refresh_from_db()
    assert (notice.state, attempt.asked, attempt.ask_at) == (Sending.DELIVERED, 1, None)
    assert attempt.receipts[-1]["source"] == "asked"


def test_nobody_asks_for_ever(server):
    server.box.usual = Fault(lost=True)
    _, attempt = first_attempt()
    for hours in range(0, 40):
        look_after_texts(now=at(3600 * hours + 30))
    attempt.refresh_from_db()
    assert attempt.ask_at is None
    assert attempt.asked <= 8


def test_an_attempt_no_worker_took_in_time_goes_to_the_second_gateway(server):
    notice = notice_to()
    send_notice(notice.key)
    first = notice.attempts.get()
    look_after_texts(now=at(181))
    first.refresh_from_db()
    assert (first.state, first.code) == ("failed", "not_sent")
    send_attempt(attempt_id=first.pk, now=at(182))
    assert server.box.held == []
    assert run_attempt(notice, at(182)).gateway == "tencent"


def test_a_single_gateway_that_was_not_reached_is_tried_once_more(two_gateways):
    two_gateways.SMS_GATEWAYS = ["aliyun"]
    good = two_gateways.SMS_ALIYUN_ENDPOINT
    two_gateways.SMS_ALIYUN_ENDPOINT = "http://127.0.0.1:1"
    notice, attempt = first_attempt()
    assert (attempt.state, attempt.code) == ("failed", "unreached")
    two_gateways.SMS_ALIYUN_ENDPOINT = good
    again = run_attempt(notice, at(1))
    assert (again.turn, again.gateway, again.state) == (2, "aliyun", "accepted")


def test_two_notices_to_one_number_ask_for_one_call(server):
    server.box.usual = Fault(refused="down")
    for _ in range(2):
        notice, _ = first_attempt()
        run_attempt(notice, at(1))
    (call,) = CallTask.objects.all()
    assert call.notices.count() == 2


@pytest.mark.parametrize("limit", ["SMS_NUMBER_HOUR", "SMS_NUMBER_DAY"])
def test_one_number_gets_no_more_than_its_limit_through_any_gateway(limit, two_gateways, server):
    setattr(two_gateways, limit, 2)
    states = [first_attempt()[1] for _ in range(3)]
    assert [attempt.code for attempt in states] == ["", "", "number_full"]
    assert len(server.box.held) == 2
    assert states[2].notice.attempts.count() == 1
    assert first_attempt("13900002222")[1].state == "accepted"


def test_a_wording_gets_no_more_than_its_limit_a_day(server):
    SmsTemplate.objects.filter(gateway="aliyun").update(a_day=1)
    first_attempt()
    notice, attempt = first_attempt()
    assert (attempt.code, attempt.gateway) == ("wording_full", "aliyun")
    assert run_attempt(notice, at(1)).gateway == "tencent"


def test_a_landline_gets_a_call_and_no_message(server):
    notice, attempt = first_attempt("075512345678")
    assert attempt.code == "no_mobile"
    assert server.box.held == []
    assert CallTask.objects.get().notices.get() == notice


def test_without_configuration_the_simulated_gateway_stays(settings, server):
    settings.SMS_GATEWAY, settings.SMS_GATEWAYS = "simulated", ["simulated"]
    notice = notice_to()
    send_notice(notice.key)
    notice.refresh_from_db()
    assert (notice.state, notice.attempts.count()) == (Sending.DELIVERED, 0)
    assert server.box.held == []
