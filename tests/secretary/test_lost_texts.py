"""A letter's acknowledgement that no gateway delivers: second gateway after three minutes, a named person rings after six."""

import pytest

from maplegrid.messaging.actions.notices import send_notice
from maplegrid.messaging.models import CallTask, Notice
from maplegrid.messaging.sms.gateway import DELIVERED, Receipt
from maplegrid.messaging.sms.receipts import take_receipt
from maplegrid.messaging.sms.sending import send_attempt
from maplegrid.messaging.sms.waiting import look_after_texts
from maplegrid.secretary.actions.sweeping import sweep
from maplegrid.secretary.handlers import on_notice_delivered, on_notice_undelivered
from maplegrid.secretary.models import Audience, Call
from maplegrid.simulate.sms_gateway import Fault
from tests.messaging.sms.conftest import accounts, server, two_gateways
from tests.secretary.letters import at, clock, letter

__all__ = ["accounts", "server", "two_gateways"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_gateways")]


@pytest.fixture(autouse=True)
def _noon(held_clock, server):
    held_clock(at(0))
    server.box.clock = at(0).timestamp


def acknowledged(audience: Audience) -> Notice:
    notice = Notice.objects.get(message=audience.appeal.message, key__startswith="received")
    send_notice(notice.key)
    send_attempt(attempt_id=notice.attempts.get().pk, now=at(0))
    return notice


def test_two_silent_gateways_make_one_call_and_only_a_receipt_stops_the_clock(server):
    server.box.usual = Fault(lost=True)
    audience = letter()
    notice = acknowledged(audience)
    look_after_texts(now=at(3))
    second = notice.attempts.get(turn=2)
    send_attempt(attempt_id=second.pk, now=at(3))
    assert not Call.objects.exists()
    look_after_texts(now=at(6))
    on_notice_undelivered(notice_id=notice.pk)
    on_notice_undelivered(notice_id=notice.pk)
    sweep(now=at(7))
    (call,) = Call.objects.all()
    assert (call.notice_id, call.person_id) == (notice.pk, audience.case.accountable_id)
    assert not CallTask.objects.exists(), "the letter's own person rings, no other desk as well"
    assert clock(audience, "acknowledged").stopped_at is None

    second.refresh_from_db()
    receipt = Receipt(
        DELIVERED, at(8), second.external_id, str(second.pk), audience.appeal.message.contact_phone
    )
    assert take_receipt(gateway="tencent", receipt=receipt, now=at(8.5))
    on_notice_delivered(notice_id=notice.pk)
    assert clock(audience, "acknowledged").stopped_at == at(8)
