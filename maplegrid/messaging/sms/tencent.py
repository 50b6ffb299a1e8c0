"""Tencent Cloud SMS (腾讯云短信) through its official SDK, which signs with TC3-HMAC-SHA256.

SendSms and PullSmsSendStatusByPhoneNumber of API 2021-01-11; receipts come as a JSON array by HTTP, which Tencent does
not sign: they are believed by the secret in their address and by number and id (see receipts.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from maplegrid.messaging.sms.gateway import (
    DELIVERED,
    FAILED,
    UNREACHED,
    WAITING,
    Asked,
    Callback,
    Receipt,
    Refused,
    Taken,
    Text,
    Unsure,
)
from maplegrid.messaging.sms.never_left import never_left
from maplegrid.messaging.sms.reading import bare_number, by_token, china_time, listed

ANSWER_S = 8
OUTCOMES = {"SUCCESS": DELIVERED, "FAIL": FAILED}
# What the SDK itself says when the call, not Tencent, went wrong.
BROKEN = {"ClientNetworkError", "ServerNetworkError", "JSONDecodeError", "KeyError", "TypeError"}


@dataclass(frozen=True)
class Tencent:
    """`endpoint` is https://… (http:// only for a gateway server on this machine)."""

    key: str
    secret: str = field(repr=False)
    app: str
    sign: str
    endpoint: str
    region: str
    token: str = field(repr=False)
    name: str = "tencent"

    def missing(self) -> Sequence[str]:
        needed = {"KEY": self.key, "SECRET_FILE": self.secret, "APP": self.app, "SIGN": self.sign}
        return [f"MAPLEGRID_SMS_TENCENT_{name}" for name, value in needed.items() if not value]

    def send(self, text: Text) -> Taken:
        wish = {
            "PhoneNumberSet": [f"+86{text.number}"],
            "SmsSdkAppId": self.app,
            "SignName": self.sign,
            "TemplateId": text.template,
            "TemplateParamSet": list(text.blanks.values()),
            "SessionContext": text.reference,
        }
        rows = self._call("SendSms", wish).get("SendStatusSet") or []
        if not rows:
            raise Unsure("no status")
        status = rows[0]
        if status.get("Code") != "Ok":
            raise Refused(str(status.get("Code")))
        return Taken(str(status["SerialNo"]), int(status.get("Fee") or 0))

    def ask(self, asked: Asked) -> Receipt:
        wish = {
            "SmsSdkAppId": self.app,
            "PhoneNumber": f"+86{asked.number}",
            "BeginTime": int((asked.sent_at - timedelta(minutes=1)).timestamp()),
            "EndTime": int((asked.sent_at + timedelta(hours=2)).timestamp()),
            "Offset": 0,
            "Limit": 100,
        }
        rows = self._call("PullSmsSendStatusByPhoneNumber", wish).get("PullSmsSendStatusSet") or []
        for row in rows:
            if asked.external_id and row.get("SerialNo") == asked.external_id:
                return _pulled(row, asked)
        return Receipt(WAITING, source="asked")

    def read(self, call: Callback) -> list[Receipt]:
        by_token(call, self.token)
        return [
            Receipt(
                OUTCOMES.get(str(row.get("report_status")), WAITING),
                china_time(str(row.get("user_receive_time", ""))),
                str(row.get("sid", "")),
                number=bare_number(str(row.get("mobile", ""))),
                code=str(row.get("errmsg", "")),
            )
            for row in listed(call.body)
        ]

    def answer(self) -> dict[str, Any]:
        return {"result": 0, "errmsg": "OK"}

    def _call(self, action: str, wish: dict[str, Any]) -> dict[str, Any]:
        """One call without repeats; `Response` of its answer."""
        from tencentcloud.common.abstract_client import AbstractClient
        from tencentcloud.common.credential import Credential
        from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
        from tencentcloud.common.profile.client_profile import ClientProfile
        from tencentcloud.common.profile.http_profile import HttpProfile
        from tencentcloud.sms.v20210111.sms_client import SmsClient

        where = urlsplit(self.endpoint)
        profile = HttpProfile(protocol=where.scheme, endpoint=where.netloc, reqTimeout=ANSWER_S)
        client: AbstractClient = SmsClient(
            Credential(self.key, self.secret), self.region, ClientProfile(httpProfile=profile)
        )
        try:
            said = client.call_json(action, wish)["Response"]
        except TencentCloudSDKException as error:
            raise (Refused(UNREACHED) if never_left(error) else _no(str(error.code))) from None
        except Exception:
            raise Unsure("call") from None
        if "Error" in said:
            raise _no(str(said["Error"].get("Code")))
        return said


def _no(code: str) -> Exception:
    """Tencent's no; a fault of its own, or of the line, leaves open what happened."""
    return Unsure(code) if code in BROKEN or code.startswith("InternalError") else Refused(code)


def _pulled(row: dict[str, Any], asked: Asked) -> Receipt:
    seconds = row.get("UserReceiveTime")
    return Receipt(
        OUTCOMES.get(str(row.get("ReportStatus")), WAITING),
        datetime.fromtimestamp(seconds, UTC) if seconds else None,
        asked.external_id,
        asked.reference,
        code=str(row.get("Description") or ""),
        source="asked",
    )
