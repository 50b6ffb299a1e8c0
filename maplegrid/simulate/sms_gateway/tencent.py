"""Speaks as Tencent Cloud SMS 2021-01-11: TC3-HMAC-SHA256, SendSms, PullSmsSendStatusByPhoneNumber, status call.

Signature: https://cloud.tencent.com/document/api/382/52071 (签名方法 v3)
"""

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from maplegrid.simulate.sms_gateway.aliyun import china
from maplegrid.simulate.sms_gateway.box import DELIVERED, WAITING, Box, Held
from maplegrid.simulate.sms_gateway.call import Answer, BadCall, Call

AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/]+)/([^/]+)/sms/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})"
)
FRESH_S = 300


@dataclass(frozen=True)
class TencentSide:
    """The account it knows."""

    key: str
    secret: str
    app: str
    sign: str
    name: str = "tencent"

    def handle(self, call: Call, box: Box) -> Answer:
        try:
            verify(call, self.key, self.secret)
            wish = json.loads(call.body)
            if wish.get("SmsSdkAppId") != self.app:
                raise BadCall("UnauthorizedOperation.SdkAppIdIsDisabled")
            action = call.headers.get("x-tc-action")
            if action == "SendSms":
                return self._send(wish, box)
            if action == "PullSmsSendStatusByPhoneNumber":
                return _pull(wish, box)
            raise BadCall("InvalidAction")
        except BadCall as bad:
            box.note_refusal(self.name, bad.code)
            return said({"Error": {"Code": bad.code, "Message": bad.code}})

    def _send(self, wish: dict[str, Any], box: Box) -> Answer:
        (number,) = wish["PhoneNumberSet"]
        bare = number.removeprefix("+86")
        fault = box.fault_for(bare)
        code = fault.refused or self._why_not(wish, number)
        if code:
            box.note_refusal(self.name, code)
            return said({"SendStatusSet": [{"SerialNo": "", "PhoneNumber": number, "Fee": 0, "Code": code}]})
        held = box.take(
            vendor=self.name, reference=wish.get("SessionContext", ""), number=bare, template=wish["TemplateId"],
            blanks=wish.get("TemplateParamSet") or [], fault=fault,
        )  # fmt: skip
        row = {"SerialNo": held.id, "PhoneNumber": number, "Fee": held.parts, "Code": "Ok", "Message": "ok"}
        answer = said({"SendStatusSet": [row | {"SessionContext": held.reference}]})
        return Answer(0 if fault.cut else 200, answer.body, held)

    def _why_not(self, wish: dict[str, Any], number: str) -> str:
        if wish.get("SignName") != self.sign:
            return "FailedOperation.SignatureIncorrectOrUnapproved"
        if not str(wish.get("TemplateId", "")).isdigit():
            return "FailedOperation.TemplateIncorrectOrUnapproved"
        good = re.fullmatch(r"\+861[3-9]\d{9}", number)
        return "" if good else "InvalidParameterValue.IncorrectPhoneNumber"

    def report(self, held: Held) -> bytes:
        """One status notice as Tencent posts it."""
        good = held.fault.outcome == DELIVERED
        row = {
            "user_receive_time": china(held.taken_at + held.fault.delay_s),
            "nationcode": "86",
            "mobile": held.number,
            "report_status": "SUCCESS" if good else "FAIL",
            "errmsg": "DELIVRD" if good else "UNDELIV",
            "description": "用户短信送达成功" if good else "失败",
            "sid": held.id,
        }
        return json.dumps([row]).encode()


def said(words: dict[str, Any]) -> Answer:
    return Answer(200, {"Response": {**words, "RequestId": "R"}})


def _pull(wish: dict[str, Any], box: Box) -> Answer:
    rows = [
        {
            "UserReceiveTime": int(held.taken_at + held.fault.delay_s),
            "CountryCode": "86",
            "SubscriberNumber": held.number,
            "PhoneNumber": f"+86{held.number}",
            "SerialNo": held.id,
            "ReportStatus": "SUCCESS" if held.state == DELIVERED else "FAIL",
            "Description": "DELIVRD" if held.state == DELIVERED else "UNDELIV",
        }
        for held in box.found("tencent", wish["PhoneNumber"].removeprefix("+86"))
        if held.state != WAITING and wish["BeginTime"] <= held.taken_at <= wish["EndTime"]
    ]
    return said({"PullSmsSendStatusSet": rows[wish["Offset"] : wish["Offset"] + wish["Limit"]]})


def verify(call: Call, key: str, secret: str) -> None:
    """The whole check, step by step as documented. Raises BadCall."""
    parts = AUTHORIZATION.fullmatch(call.headers.get("authorization", ""))
    if parts is None:
        raise BadCall("AuthFailure.InvalidAuthorization")
    secret_id, day, names, shown = parts.groups()
    stamp = call.headers.get("x-tc-timestamp", "")
    if secret_id != key:
        raise BadCall("AuthFailure.SecretIdNotFound")
    if not {"content-type", "host"} <= set(names.split(";")) or not stamp.isdigit():
        raise BadCall("AuthFailure.SignatureFailure")
    if (
        abs(int(stamp) - time.time()) > FRESH_S
        or day != f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
    ):
        raise BadCall("AuthFailure.SignatureExpire")
    if not hmac.compare_digest(shown, signed_with(secret, call, names, stamp, day)):
        raise BadCall("AuthFailure.SignatureFailure")


def signed_with(secret: str, call: Call, names: str, stamp: str, day: str) -> str:
    """The signature that must stand there."""
    headers = "".join(f"{name}:{call.headers.get(name, '').strip().lower()}\n" for name in names.split(";"))
    digest = hashlib.sha256(call.body).hexdigest()
    request = "\n".join([call.method, call.path, call.query, headers, names, digest])
    words = "\n".join(
        ["TC3-HMAC-SHA256", stamp, f"{day}/sms/tc3_request", hashlib.sha256(request.encode()).hexdigest()]
    )
    secret_key = f"TC3{secret}".encode()
    for step in (day, "sms", "tc3_request", words):
        secret_key = hmac.new(secret_key, step.encode(), hashlib.sha256).digest()
    return secret_key.hex()
