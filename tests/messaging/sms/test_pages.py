"""Receipts that come in, the calls that remain, wordings and costs, each with its cast."""

import json
import time
from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.audit.models import Entry
from maplegrid.messaging.actions.notices import send_notice
from maplegrid.messaging.models import CallTask, Notice, SmsAttempt, SmsTemplate
from maplegrid.messaging.sms.figures import costs_of
from maplegrid.messaging.sms.gateway import DELIVERED, Receipt
from maplegrid.messaging.sms.receipts import take_receipt
from maplegrid.messaging.sms.wordings import every_wording, missing_from
from maplegrid.simulate.sms_gateway import Fault
from tests.cast import CAST, NOON, person
from tests.messaging.sms.texts import PHONE, SECRET, TOKEN, notice_to, run_attempt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_gateways")]


@pytest.fixture(autouse=True)
def _noon(held_clock, server):
    held_clock(NOON)
    server.box.clock = NOON.timestamp


def sent() -> tuple[Notice, SmsAttempt]:
    notice = notice_to()
    send_notice(notice.key)
    return notice, run_attempt(notice, NOON)


def lost(phone: str = PHONE) -> Notice:
    """No gateway took it: a call is asked for."""
    notice = notice_to(phone)
    send_notice(notice.key)
    run_attempt(notice, NOON)
    run_attempt(notice, NOON)
    return notice


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def posted(server, address: str, rows: list, **headers) -> int:
    return Client(enforce_csrf_checks=True).post(
        address, json.dumps(rows), content_type="application/json", headers=headers
    ).status_code  # fmt: skip


def test_a_receipt_by_the_secret_address_delivers_the_notice(server):
    notice, _ = sent()
    (held,) = server.box.held
    rows = json.loads(server.sides["aliyun"].report(held))
    assert posted(server, f"/sms/receipts/aliyun/{TOKEN}", rows) == 200
    notice.refresh_from_db()
    assert notice.state == Notice.State.DELIVERED


@pytest.mark.parametrize(
    "address",
    ["/sms/receipts/aliyun/guess", "/sms/receipts/aliyun", "/sms/receipts/http", "/sms/receipts/else/x"],
)
def test_a_guessed_address_learns_nothing(address, server):
    notice, _ = sent()
    rows = json.loads(server.sides["aliyun"].report(server.box.held[0]))
    assert posted(server, address, rows) == 404
    notice.refresh_from_db()
    assert notice.state == Notice.State.ACCEPTED


def test_a_gateway_that_is_not_in_use_is_not_heard(two_gateways, server):
    _, attempt = sent()
    SmsAttempt.objects.filter(pk=attempt.pk).update(gateway="http")
    body = json.dumps([{"id": attempt.external_id, "state": "delivered", "to": PHONE}]).encode()
    stamp = str(int(time.time()))
    headers = {
        "MapleGrid-Timestamp": stamp,
        "MapleGrid-Signature": server.sides["http"].signature(stamp, body),
    }

    def post() -> int:
        return (
            Client()
            .post("/sms/receipts/http", body, content_type="application/json", headers=headers)
            .status_code
        )

    assert SECRET
    assert post() == 404
    two_gateways.SMS_GATEWAYS = ["http"]
    assert post() == 200
    attempt.refresh_from_db()
    assert attempt.state == "delivered"


def test_a_receipt_as_large_as_an_attack_is_not_read():
    answer = Client().post(
        f"/sms/receipts/aliyun/{TOKEN}", b"[" + b" " * 600_000 + b"]", content_type="application/json"
    )
    assert answer.status_code == 404


def test_the_desk_sees_whom_to_ring_and_neither_number_nor_code(server):
    server.box.usual = Fault(refused="down")
    notice = lost()
    page = signed_in(CAST.district).get("/calls").text
    assert notice.message.number in page
    assert PHONE not in page
    assert "查询码••••••" in page
    assert notice.body.split("查询码")[1][:6] not in page


def test_a_look_at_the_number_is_recorded(server):
    server.box.usual = Fault(refused="down")
    notice = lost()
    call = CallTask.objects.get()
    page = signed_in(CAST.district).post(f"/calls/{call.pk}/number").text
    assert PHONE in page
    assert Entry.objects.filter(action="contact.viewed", subject=f"message:{notice.message_id}").count() == 1


def test_a_call_is_settled_once_with_what_was_said(server):
    server.box.usual = Fault(refused="down")
    lost()
    call = CallTask.objects.get()
    desk = signed_in(CAST.district)
    assert "请写一句说明" in desk.post(f"/calls/{call.pk}", {"reached": "yes", "text": " "}, follow=True).text
    assert (
        "记下了" in desk.post(f"/calls/{call.pk}", {"reached": "yes", "text": "告诉了编号"}, follow=True).text
    )
    assert "已经记过了" in desk.post(f"/calls/{call.pk}", {"reached": "no", "text": "再记"}, follow=True).text
    call.refresh_from_db()
    assert (call.outcome, call.words, call.settled_by) == ("reached", "告诉了编号", person(CAST.district))


def test_another_desk_neither_sees_nor_rings(two_gateways, server):
    """The named desk is 公明街道's hall; a hotline desk of the district is not it."""
    server.box.usual = Fault(refused="down")
    lost()
    call = CallTask.objects.get()
    from maplegrid.territory.queries import tower

    street = next(unit for unit in tower().by_code.values() if unit.name == "公明街道")
    CallTask.objects.update(unit_id=street.pk)
    hall = signed_in(CAST.hall)
    assert "没有电话要打" in hall.get("/calls").text
    assert "不在您的服务台" in hall.post(f"/calls/{call.pk}/number", follow=True).text
    assert (
        "不在您的服务台" in hall.post(f"/calls/{call.pk}", {"reached": "yes", "text": "x"}, follow=True).text
    )
    assert CallTask.objects.get().settled_at is None


def test_whom_the_matter_is_about_does_not_ring(server):
    server.box.usual = Fault(refused="down")
    notice = lost()
    Notice.objects.filter(pk=notice.pk).update(excluding=[f"person:{person(CAST.district).pk}"])
    call = CallTask.objects.get()
    desk = signed_in(CAST.district)
    assert "没有电话要打" in desk.get("/calls").text
    assert PHONE not in desk.post(f"/calls/{call.pk}/number", follow=True).text


def test_every_wording_of_the_product_can_be_registered_in_both_languages(settings):
    words = every_wording()
    assert {one.language for one in words} == {code for code, _ in settings.LANGUAGES}
    missing = missing_from(["aliyun"])
    assert {one.language for _, one in missing} == {"en"}
    admin = signed_in(CAST.system)
    for number, (gateway, one) in enumerate(missing, 500):
        wish = {
            "gateway": gateway,
            "wording": one.words,
            "code": f"SMS_{number}",
            "approved_on": "2026-11-01",
        }
        assert "登记好了" in admin.post("/texts", wish, follow=True).text
    assert missing_from(["aliyun"]) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"code": "12"}, "模板编号"),
        ({"wording": "您好{weather}"}, "不能有 weather"),
        ({"gateway": "pigeon"}, "没有这个短信网关"),
        ({"approved_on": "2030-01-01"}, "不能在将来"),
        ({"approved_on": "昨天"}, "审核通过："),
        ({"a_day": "0"}, "每天最多："),
    ],
)
def test_a_wrong_registration_is_refused_with_a_sentence(change, says):
    before = SmsTemplate.objects.count()
    wish = {
        "gateway": "aliyun",
        "wording": "已办完，编号{number}",
        "code": "SMS_9",
        "approved_on": "2026-11-01",
    }
    assert says in signed_in(CAST.system).post("/texts", wish | change, follow=True).text
    assert SmsTemplate.objects.count() == before


def test_only_the_administrator_registers():
    wish = {
        "gateway": "aliyun",
        "wording": "已办完，编号{number}",
        "code": "SMS_9",
        "approved_on": "2026-11-01",
    }
    assert "由系统管理员登记" in signed_in(CAST.district).post("/texts", wish, follow=True).text


def test_a_new_number_ends_the_old_one_and_a_withdrawn_one_stops_the_text(server):
    template = SmsTemplate.objects.get(gateway="aliyun", wording__startswith="已收到")
    admin = signed_in(CAST.system)
    wish = {"gateway": "aliyun", "wording": template.wording, "code": "SMS_99", "approved_on": "2026-11-01"}
    admin.post("/texts", wish)
    template.refresh_from_db()
    assert not template.active
    fresh = SmsTemplate.objects.get(code="SMS_99")
    assert sent()[1].template == fresh
    assert "已停用" in admin.post(f"/texts/{fresh.pk}/withdraw", follow=True).text
    _, attempt = sent()
    assert (attempt.state, attempt.code) == ("failed", "no_wording")


def test_costs_are_counted_by_gateway_and_month():
    _, attempt = sent()
    receipt = Receipt(DELIVERED, NOON + timedelta(seconds=30), attempt.external_id, str(attempt.pk), PHONE)
    take_receipt(gateway="aliyun", receipt=receipt, now=NOON + timedelta(seconds=31))
    sent()
    (row,) = costs_of(NOON)
    assert (row.gateway, row.handed_over, row.delivered, row.parts, row.yuan) == ("aliyun", 2, 1, 2, 0.09)
    assert (row.seconds, row.share) == (30.0, 1.0)
    assert costs_of(NOON + timedelta(days=40)) == []
    page = signed_in(CAST.district).get("/texts?month=2026-11").text
    assert "0.09" in page
    assert PHONE not in page


@pytest.mark.parametrize("month", ["", "2026-13", "nonsense", "2026-11", "0000-01"])
def test_any_month_gives_a_page(month):
    assert signed_in(CAST.system).get("/texts", {"month": month}).status_code == 200


def test_the_doctor_names_what_is_missing(two_gateways):
    from maplegrid.config.doctor.texts import text_troubles

    assert {finding.code for finding in text_troubles()} == {"sms_wordings"}
    two_gateways.SMS_ALIYUN_KEY = two_gateways.SMS_CALLBACK_SECRET = ""
    assert {finding.code for finding in text_troubles()} == {"sms_wordings", "sms_settings", "sms_callback"}
    two_gateways.SMS_GATEWAYS = ["simulated"]
    assert list(text_troubles()) == []
