"""The adapters against a server that checks signatures by the vendors' documents, and against broken lines."""

import socket
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from maplegrid.messaging.sms.choosing import real_gateway
from maplegrid.messaging.sms.gateway import (
    DELIVERED,
    FAILED,
    UNREACHED,
    WAITING,
    Asked,
    Callback,
    NotGenuine,
    Refused,
    Text,
    Unsure,
)
from maplegrid.simulate.sms_gateway import Fault
from tests.messaging.sms.texts import PHONE, SIGN, TOKEN

VENDORS = ("aliyun", "tencent", "http")


def text(vendor: str, number: str = PHONE) -> Text:
    template = "SMS_7" if vendor == "aliyun" else "7"
    blanks = {"number": "2026-000001", "code": "ABC234"}
    return Text("41", number, template, f"【{SIGN}】已收到，编号2026-000001", blanks, SIGN)


def asked(taken, number: str = PHONE) -> Asked:
    return Asked(taken.external_id, "41", number, datetime.now(UTC))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_signed_message_is_taken_with_its_template_and_blanks(vendor, accounts, server):
    taken = real_gateway(vendor).send(text(vendor))
    (held,) = server.box.held
    assert (held.vendor, held.id, held.reference, held.number) == (vendor, taken.external_id, "41", PHONE)
    assert held.blanks == ["2026-000001", "ABC234"]
    assert server.box.refused == []


@pytest.mark.parametrize(
    ("vendor", "code"),
    [
        ("aliyun", "SignatureDoesNotMatch"),
        ("tencent", "AuthFailure.SignatureFailure"),
        ("http", "bad_signature"),
    ],
)
def test_a_wrong_secret_is_refused_by_its_signature_alone(vendor, code, accounts, server):
    setattr(accounts, f"SMS_{vendor.upper()}_SECRET", "another")
    with pytest.raises(Refused) as no:
        real_gateway(vendor).send(text(vendor))
    assert no.value.code == code
    assert server.box.held == []


@pytest.mark.parametrize(
    ("vendor", "name"), [("aliyun", "SMS_ALIYUN_KEY"), ("tencent", "SMS_TENCENT_KEY"), ("tencent", "SMS_TENCENT_APP")]
)  # fmt: skip
def test_an_unknown_account_is_refused(vendor, name, accounts, server):
    setattr(accounts, name, "else")
    with pytest.raises(Refused):
        real_gateway(vendor).send(text(vendor))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_the_vendor_refuses_did_not_leave(vendor, accounts, server):
    server.box.plan = [Fault(refused="isv.BUSINESS_LIMIT_CONTROL")]
    with pytest.raises(Refused) as no:
        real_gateway(vendor).send(text(vendor))
    assert no.value.code == "isv.BUSINESS_LIMIT_CONTROL"


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_line_that_is_cut_leaves_us_unsure_and_nothing_is_sent_again(vendor, accounts, server):
    server.box.plan = [Fault(cut=True)]
    with pytest.raises(Unsure):
        real_gateway(vendor).send(text(vendor))
    assert len(server.box.held) == 1


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("where", ["http://127.0.0.1:1", "http://no-such-host.invalid"])
def test_a_server_that_cannot_be_reached_got_nothing(vendor, where, accounts):
    setattr(accounts, f"SMS_{vendor.upper()}_ENDPOINT", where)
    with pytest.raises(Refused) as no:
        real_gateway(vendor).send(text(vendor))
    assert no.value.code == UNREACHED


@contextmanager
def silent_server():
    """Takes the call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        kept = []
        threading.Thread(target=lambda: kept.append(line.accept()), daemon=True).start()
        yield f"http://127.0.0.1:{line.getsockname()[1]}"
        for connection, _ in kept:
            connection.close()


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_server_that_does_not_answer_leaves_us_unsure(vendor, accounts, monkeypatch):
    monkeypatch.setattr("maplegrid.messaging.sms.aliyun.ANSWER_MS", 500)
    monkeypatch.setattr("maplegrid.messaging.sms.tencent.ANSWER_S", 0.5)
    monkeypatch.setattr("maplegrid.messaging.sms.plain.PATIENCE_S", 0.5)
    began = time.monotonic()
    with silent_server() as where:
        setattr(accounts, f"SMS_{vendor.upper()}_ENDPOINT", where)
        with pytest.raises(Unsure):
            real_gateway(vendor).send(text(vendor))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_error_of_a_gateway_quotes_a_number(vendor, accounts, server, caplog):
    """SDKs quote the address in their errors, and Aliyun's holds the number."""
    caplog.set_level("DEBUG", logger="maplegrid")
    for where, fault in ((server.address, Fault(cut=True)), ("http://127.0.0.1:1", Fault())):
        server.box.plan = [fault]
        setattr(accounts, f"SMS_{vendor.upper()}_ENDPOINT", where)
        with pytest.raises((Refused, Unsure)) as no:
            real_gateway(vendor).send(text(vendor))
        assert PHONE not in str(no.value)
        assert no.value.__suppress_context__
        assert no.value.__cause__ is None


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault(), DELIVERED),
        (Fault(outcome=FAILED), FAILED),
        (Fault(delay_s=60), WAITING),
        (Fault(lost=True), WAITING),
    ],
)
def test_asking_says_what_became_of_it(vendor, fault, outcome, accounts, server):
    server.box.plan = [fault]
    gateway = real_gateway(vendor)
    taken = gateway.send(text(vendor))
    gateway.send(text(vendor))
    assert gateway.ask(asked(taken)).outcome == outcome


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("fault", "outcome"), [(Fault(), DELIVERED), (Fault(outcome=FAILED), FAILED)])
def test_a_genuine_receipt_is_read_and_a_forged_one_is_not(vendor, fault, outcome, accounts, server):
    server.box.plan = [fault]
    gateway = real_gateway(vendor)
    taken = gateway.send(text(vendor))
    side, (held,) = server.sides[vendor], server.box.held
    body = side.report(held)
    stamp = str(int(time.time()))
    headers = (
        {"MapleGrid-Timestamp": stamp, "MapleGrid-Signature": side.signature(stamp, body)}
        if vendor == "http"
        else {}
    )
    (receipt,) = gateway.read(Callback(body, headers, TOKEN))
    assert (receipt.outcome, receipt.external_id, receipt.number) == (outcome, taken.external_id, PHONE)
    assert abs((receipt.at - datetime.now(UTC)).total_seconds()) < 5
    for forged in (Callback(body, {}, "x"), Callback(body, {}, ""), Callback(b"[1]", headers, TOKEN)):
        with pytest.raises(NotGenuine):
            gateway.read(forged)


def test_an_old_receipt_of_our_own_protocol_is_refused(accounts, server):
    side = server.sides["http"]
    body, stamp = b"[]", str(int(time.time()) - 600)
    headers = {"MapleGrid-Timestamp": stamp, "MapleGrid-Signature": side.signature(stamp, body)}
    with pytest.raises(NotGenuine):
        real_gateway("http").read(Callback(body, headers, TOKEN))


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("body", [b"", b"{}", b"nonsense", b"[[]]", b"[" * 5000, b'["a"]'])
def test_a_body_that_is_no_list_of_receipts_is_refused(vendor, body, accounts, server):
    stamp = str(int(time.time()))
    headers = {
        "MapleGrid-Timestamp": stamp,
        "MapleGrid-Signature": server.sides["http"].signature(stamp, body),
    }
    with pytest.raises(NotGenuine):
        real_gateway(vendor).read(Callback(body, headers, TOKEN))


def test_without_a_secret_of_the_address_no_receipt_is_believed(accounts):
    accounts.SMS_CALLBACK_SECRET = ""
    with pytest.raises(NotGenuine):
        real_gateway("aliyun").read(Callback(b"[]", {}, ""))
