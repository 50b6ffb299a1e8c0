"""Kept once, whatever it holds, by whichever door."""

import threading
from collections import Counter

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maplegrid.audit.queries import verify
from maplegrid.kit import crypto
from maplegrid.messaging.actions import receive_many, receive_message
from maplegrid.messaging.actions.receiving import code_digest
from maplegrid.messaging.actions.resealing import reseal_contacts
from maplegrid.messaging.models import Message, Notice
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.vocabulary import Channel
from tests.builders import receive
from tests.cast import NOON


@pytest.mark.django_db
def test_a_repeat_returns_the_first_message_and_burns_no_number():
    first = receive("一", external_id="x1")
    again = receive("二", external_id="x1")
    assert again.repeat
    assert again.message == first.message
    assert Message.objects.get().text == "一"
    assert receive("三", external_id="x2").message.number == "2026-000002"


@pytest.mark.django_db
def test_the_code_is_shown_once_and_only_its_digest_is_kept():
    received = receive("一")
    assert received.code not in str(Message.objects.values().get())
    assert received.message.code_digest == code_digest(received.message.number, received.code)


@pytest.mark.django_db
def test_names_and_numbers_are_sealed_at_rest_and_open_again():
    message = receive("一", contact_name="陈女士", contact_phone="+86 138-0000-1234").message
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_name, contact_phone FROM messaging_message WHERE id = %s", [message.pk]
        )
        stored = cursor.fetchone()
    assert "13800001234" not in str(stored)
    assert "陈" not in str(stored)
    fresh = Message.objects.get(pk=message.pk)
    assert (fresh.contact_name, fresh.contact_phone) == ("陈女士", "13800001234")


@pytest.mark.django_db
def test_an_anonymous_report_keeps_no_contact_at_all():
    message = receive("一", anonymous=True, contact_name="陈女士", contact_phone="13800001234").message
    assert (message.contact_name, message.contact_phone, message.phone_index) == ("", "", "")
    assert not Notice.objects.exists()


@pytest.mark.django_db
def test_a_point_that_cannot_be_meant_is_kept_aside_with_the_reason():
    message = receive("路灯坏了", lon=999.0, lat=22.7, datum="wgs84").message
    assert message.lon is None
    assert message.raw["lon"] == 999.0
    assert message.trouble


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=6000), st.text(max_size=300), st.text(max_size=40))
def test_no_text_is_ever_lost(text, place, phone):
    message = receive(text, place_words=place, contact_phone=phone).message
    assert message.text == text.replace("\x00", "�").strip()


@pytest.mark.django_db
def test_the_acknowledgement_fits_one_sms_and_names_no_matter():
    received = receive("隔壁打老婆", contact_phone="13800001234")
    notice = Notice.objects.get()
    assert len(notice.body) <= 70
    assert received.message.number in notice.body
    assert "打" not in notice.body


@pytest.mark.django_db
def test_many_are_taken_once_and_a_second_run_adds_nothing():
    raws = [
        RawMessage(channel=Channel.IMPORT, external_id=f"s:{n % 900}", text=f"第{n}件") for n in range(1000)
    ]
    assert receive_many(raws=raws, actor="operator", now=NOON) == (900, 100)
    assert receive_many(raws=raws, actor="operator", now=NOON) == (0, 1000)
    assert Message.objects.count() == 900
    assert len(set(Message.objects.values_list("number", flat=True))) == 900


@pytest.mark.django_db
def test_after_a_rotation_every_contact_is_under_the_new_key(monkeypatch):
    message = receive("一", contact_name="陈女士", contact_phone="13800001234").message
    ring = crypto.rotated(crypto.keyring())
    for module in ("maplegrid.kit.fields", "maplegrid.messaging.actions.resealing"):
        monkeypatch.setattr(f"{module}.keyring", lambda: ring)
    assert reseal_contacts(actor="operator", now=NOON) == 1
    assert reseal_contacts(actor="operator", now=NOON) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone FROM messaging_message WHERE id = %s", [message.pk])
        assert cursor.fetchone()[0].startswith(f"{ring.newest}:")
    assert Message.objects.get().contact_phone == "13800001234"


def test_a_sealed_value_cannot_be_moved_to_another_field():
    ring = crypto.Keyring({"k1": b"0" * 16}, b"1" * 32)
    sealed = ring.seal("13800001234", "a.b")
    assert ring.open(sealed, "a.b") == "13800001234"
    with pytest.raises(crypto.Unreadable):
        ring.open(sealed, "a.c")


def test_sm3_agrees_with_the_standards_vector():
    assert crypto.sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.django_db(transaction=True)
def test_the_same_message_through_eight_requests_at_once_is_kept_once(district):
    """Real threads, real commits: one row, one number used, and the audit chains hold."""
    results: list[bool] = []

    def send(number: int) -> None:
        raw = RawMessage(channel=Channel.WEB, external_id=f"same-{number % 5}", text="地漏返水")
        results.append(receive_message(raw=raw, actor="resident", now=NOON).repeat)
        connection.close()

    threads = [threading.Thread(target=send, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(results) == {False: 5, True: 35}
    assert Message.objects.count() == 5
    assert verify().fault is None
