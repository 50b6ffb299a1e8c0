"""Speaks as Aliyun Dysms 2017-05-25: ACS3-HMAC-SHA256, SendSms, QuerySendDetails, SmsReport.

Signature: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, quote
from zoneinfo import ZoneInfo

from maplegrid.simulate.sms_gateway.box import DELIVERED, FAILED, Box, Held
from maplegrid.simulate.sms_gateway.call import Answer, BadCall, Call

CHINA = ZoneInfo("Asia/Shanghai")
AUTHORIZATION = re.compile(
    r"ACS3-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{64})"
)
MUST_SIGN = {
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
}
FRESH = timedelta(minutes=15)
SEND_STATUS = {DELIVERED: 3, FAILED: 2}


@dataclass(frozen=True)
class AliyunSide:
    """The account it knows."""

    key: str
    secret: str
    sign: str
    name: str = "aliyun"

    def handle(self, call: Call, box: Box) -> Answer:
        try:
            verify(call, self.key, self.secret, box)
            wish = dict(parse_qsl(call.query)) | dict(parse_qsl(call.body.decode()))
            action = call.headers.get("x-acs-action")
            if action == "SendSms":
                return self._send(wish, box)
            if action == "QuerySendDetails":
                return _details(wish, box)
            raise BadCall("InvalidAction.NotFound")
        except BadCall as bad:
            box.note_refusal(self.name, bad.code)
            return Answer(400, {"Code": bad.code, "Message": bad.code, "RequestId": "R"})

    def _send(self, wish: dict[str, str], box: Box) -> Answer:
        number, template = wish.get("PhoneNumbers", ""), wish.get("TemplateCode", "")
        if wish.get("SignName") != self.sign:
            return _no("isv.SMS_SIGNATURE_ILLEGAL", box)
        if not template.startswith("SMS_"):
            return _no("isv.SMS_TEMPLATE_ILLEGAL", box)
        if not re.fullmatch(r"1[3-9]\d{9}", number):
            return _no("isv.MOBILE_NUMBER_ILLEGAL", box)
        fault = box.fault_for(number)
        if fault.refused:
            return _no(fault.refused, box)
        blanks = json.loads(wish.get("TemplateParam") or "{}")
        held = box.take(
            vendor=self.name, reference=wish.get("OutId", ""), number=number, template=template,
            blanks=list(blanks.values()), fault=fault,
        )  # fmt: skip
        said = {"Code": "OK", "Message": "OK", "BizId": held.id, "RequestId": "R"}
        return Answer(0 if fault.cut else 200, said, held)

    def report(self, held: Held) -> bytes:
        """One SmsReport as Aliyun posts it."""
        good = held.fault.outcome == DELIVERED
        row = {
            "phone_number": held.number,
            "send_time": china(held.taken_at),
            "report_time": china(held.taken_at + held.fault.delay_s),
            "success": good,
            "err_code": "DELIVERED" if good else "UNDELIV",
            "err_msg": "用户接收成功" if good else "失败",
            "sms_size": "1",
            "biz_id": held.id,
            "out_id": held.reference,
        }
        return json.dumps([row]).encode()


def _no(code: str, box: Box) -> Answer:
    box.note_refusal("aliyun", code)
    return Answer(200, {"Code": code, "Message": code, "RequestId": "R"})


def _details(wish: dict[str, str], box: Box) -> Answer:
    rows = []
    for held in box.found("aliyun", wish.get("PhoneNumber", "")):
        day = datetime.fromtimestamp(held.taken_at, CHINA).strftime("%Y%m%d")
        if wish.get("SendDate") != day or wish.get("BizId", held.id) != held.id:
            continue
        rows.append(
            {
                "PhoneNum": held.number,
                "OutId": held.reference,
                "TemplateCode": held.template,
                "SendStatus": SEND_STATUS.get(held.state, 1),
                "ErrCode": "DELIVERED" if held.state == DELIVERED else "",
                "SendDate": china(held.taken_at),
                "ReceiveDate": china(held.taken_at + held.fault.delay_s),
            }
        )
    said: dict[str, Any] = {"Code": "OK", "Message": "OK", "TotalCount": len(rows), "RequestId": "R"}
    return Answer(200, {**said, "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}})


def verify(call: Call, key: str, secret: str, box: Box) -> None:
    """The whole check, step by step as documented. Raises BadCall."""
    parts = AUTHORIZATION.fullmatch(call.headers.get("authorization", ""))
    if parts is None:
        raise BadCall("MissingAuthorization")
    access_key, names, shown = parts.groups()
    if access_key != key:
        raise BadCall("InvalidAccessKeyId.NotFound")
    signed = names.split(";")
    if signed != sorted(signed) or not set(signed) >= MUST_SIGN:
        raise BadCall("SignatureDoesNotMatch")
    if hashlib.sha256(call.body).hexdigest() != call.headers["x-acs-content-sha256"]:
        raise BadCall("SignatureDoesNotMatch")
    if not hmac.compare_digest(shown, signed_with(secret, call, signed)):
        raise BadCall("SignatureDoesNotMatch")
    at = datetime.strptime(call.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if abs(datetime.now(UTC) - at) > FRESH:
        raise BadCall("InvalidTimeStamp.Expired")
    if box.seen_before(f"aliyun {call.headers['x-acs-signature-nonce']}"):
        raise BadCall("SignatureNonceUsed")


def signed_with(secret: str, call: Call, signed: list[str]) -> str:
    """The signature that must stand there."""
    query = "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}"
        for name, value in sorted(parse_qsl(call.query, keep_blank_values=True))
    )
    headers = "".join(f"{name}:{call.headers.get(name, '').strip()}\n" for name in signed)
    request = "\n".join(
        [call.method, call.path, query, headers, ";".join(signed), call.headers["x-acs-content-sha256"]]
    )
    words = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    return hmac.new(secret.encode(), words.encode(), hashlib.sha256).hexdigest()


def china(seconds: float) -> str:
    """2026-11-24 10:00:00, as Aliyun writes it."""
    return datetime.fromtimestamp(seconds, CHINA).strftime("%Y-%m-%d %H:%M:%S")
