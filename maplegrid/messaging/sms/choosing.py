"""Which gateways this installation has, in the order they are tried."""

from django.conf import settings

from maplegrid.messaging.sms.aliyun import Aliyun
from maplegrid.messaging.sms.gateway import Gateway
from maplegrid.messaging.sms.plain import Plain
from maplegrid.messaging.sms.tencent import Tencent

SIMULATED = "simulated"
REAL = ("aliyun", "tencent", "http")
SHORTEST_SECRET = 24


class NoSuchGateway(LookupError):
    """The setting names a gateway that does not exist."""


def gateways_in_order() -> list[str]:
    """Names of the real gateways of MAPLEGRID_SMS, the first one tried first; empty while they are simulated."""
    return [name for name in settings.SMS_GATEWAYS if name != SIMULATED]


def real_gateway(name: str) -> Gateway:
    """The adapter of this name with its settings. Raises NoSuchGateway."""
    if name not in REAL:
        raise NoSuchGateway(name)
    return {"aliyun": _aliyun, "tencent": _tencent, "http": _plain}[name]()


def price_of(name: str) -> int:
    """What one part costs there, in 厘 (a thousandth of a yuan)."""
    return getattr(settings, f"SMS_{name.upper()}_PRICE", 0)


def _aliyun() -> Gateway:
    return Aliyun(
        key=settings.SMS_ALIYUN_KEY,
        secret=settings.SMS_ALIYUN_SECRET,
        sign=settings.SMS_ALIYUN_SIGN,
        endpoint=settings.SMS_ALIYUN_ENDPOINT,
        token=settings.SMS_CALLBACK_SECRET,
    )


def _tencent() -> Gateway:
    return Tencent(
        key=settings.SMS_TENCENT_KEY,
        secret=settings.SMS_TENCENT_SECRET,
        app=settings.SMS_TENCENT_APP,
        sign=settings.SMS_TENCENT_SIGN,
        endpoint=settings.SMS_TENCENT_ENDPOINT,
        region=settings.SMS_TENCENT_REGION,
        token=settings.SMS_CALLBACK_SECRET,
    )


def _plain() -> Gateway:
    return Plain(
        secret=settings.SMS_HTTP_SECRET,
        endpoint=settings.SMS_HTTP_ENDPOINT,
        sign=settings.SMS_HTTP_SIGN,
        token=settings.SMS_CALLBACK_SECRET,
    )
