"""Aliyun Dysms (阿里云短信服务) through its official SDK, which signs with ACS3-HMAC-SHA256.

SendSms and QuerySendDetails of API 2017-05-25; receipts come as SmsReport, a JSON array by HTTP, which Aliyun does not
sign: they are believed by the secret in their address and by number and id (see receipts.py).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from maplegrid.kit.moment import CHINA
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
from maplegrid.messaging.sms.reading import by_token, china_time, listed

OUTCOMES = {1: WAITING, 2: FAILED, 3: DELIVERED}
CONNECT_MS, ANSWER_MS = 3000, 8000


@dataclass(frozen=True)
class Aliyun:
    """`endpoint` is https://… (http:// only for a gateway server on this machine)."""

    key: str
    secret: str = field(repr=False)
    sign: str
    endpoint: str
    token: str = field(repr=False)
    name: str = "aliyun"

    def missing(self) -> Sequence[str]:
        needed = {"KEY": self.key, "SECRET_FILE": self.secret, "SIGN": self.sign}
        return [f"MAPLEGRID_SMS_ALIYUN_{name}" for name, value in needed.items() if not value]

    def send(self, text: Text) -> Taken:
        from alibabacloud_dysmsapi20170525 import models

        wish = models.SendSmsRequest(
            phone_numbers=text.number,
            sign_name=self.sign,
            template_code=text.template,
            template_param=json.dumps(dict(text.blanks), ensure_ascii=False) if text.blanks else None,
            out_id=text.reference,
        )
        body = self._call(lambda client, patience: client.send_sms_with_options(wish, patience))
        if not body.biz_id:
            raise Unsure("no id")
        return Taken(body.biz_id)

    def ask(self, asked: Asked) -> Receipt:
        from alibabacloud_dysmsapi20170525 import models

        wish = models.QuerySendDetailsRequest(
            phone_number=asked.number,
            biz_id=asked.external_id or None,
            send_date=f"{asked.sent_at.astimezone(CHINA):%Y%m%d}",
            page_size=50,
            current_page=1,
        )
        body = self._call(lambda client, patience: client.query_send_details_with_options(wish, patience))
        rows = body.sms_send_detail_dtos.sms_send_detail_dto if body.sms_send_detail_dtos else []
        for row in rows or []:
            if row.out_id == asked.reference:
                return _detail(row, asked)
        return Receipt(WAITING, source="asked")

    def read(self, call: Callback) -> list[Receipt]:
        by_token(call, self.token)
        return [_report(row) for row in listed(call.body)]

    def answer(self) -> dict[str, Any]:
        return {"code": 0, "msg": "OK"}

    def _call(self, deed: Callable[[Any, Any], Any]) -> Any:
        """One call without repeats. The SDK's errors quote the address, which holds the number: none is passed on."""
        from alibabacloud_dysmsapi20170525.client import Client
        from alibabacloud_tea_openapi.exceptions import ClientException
        from alibabacloud_tea_openapi.models import Config
        from darabonba.runtime import RuntimeOptions

        where = urlsplit(self.endpoint)
        config = Config(
            access_key_id=self.key,
            access_key_secret=self.secret,
            endpoint=where.netloc,
            protocol=where.scheme,
        )
        patience = RuntimeOptions(
            autoretry=False, max_attempts=1, connect_timeout=CONNECT_MS, read_timeout=ANSWER_MS
        )
        try:
            body = deed(Client(config), patience).body
        except ClientException as error:
            raise Refused(str(error.code)) from None
        except Exception as error:
            raise (Refused(UNREACHED) if never_left(error) else Unsure("call")) from None
        if body.code != "OK":
            raise Refused(str(body.code))
        return body


def _report(row: dict[str, Any]) -> Receipt:
    return Receipt(
        DELIVERED if row.get("success") is True else FAILED,
        china_time(str(row.get("report_time", ""))),
        str(row.get("biz_id", "")),
        str(row.get("out_id", "")),
        str(row.get("phone_number", "")),
        str(row.get("err_code", "")),
    )


def _detail(row: Any, asked: Asked) -> Receipt:
    return Receipt(
        OUTCOMES.get(int(row.send_status or 1), WAITING),
        china_time(row.receive_date),
        asked.external_id,
        asked.reference,
        code=row.err_code or "",
        source="asked",
    )
