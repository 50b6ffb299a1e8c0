"""The accounts of an installation's own settings, for the gateway server beside it."""

from typing import Any

from maplegrid.simulate.sms_gateway.aliyun import AliyunSide
from maplegrid.simulate.sms_gateway.plain import PlainSide
from maplegrid.simulate.sms_gateway.server import Side
from maplegrid.simulate.sms_gateway.tencent import TencentSide


def sides_of(settings: Any) -> list[Side]:
    """One for each vendor that has a key and a secret."""
    sides: list[Side] = []
    if settings.SMS_ALIYUN_SECRET:
        sides.append(
            AliyunSide(settings.SMS_ALIYUN_KEY, settings.SMS_ALIYUN_SECRET, settings.SMS_ALIYUN_SIGN)
        )
    if settings.SMS_TENCENT_SECRET:
        sides.append(
            TencentSide(
                settings.SMS_TENCENT_KEY,
                settings.SMS_TENCENT_SECRET,
                settings.SMS_TENCENT_APP,
                settings.SMS_TENCENT_SIGN,
            )
        )
    if settings.SMS_HTTP_SECRET:
        sides.append(PlainSide(settings.SMS_HTTP_SECRET))
    return sides
