"""Text messages: settings a gateway lacks, and wordings nobody has registered."""

from collections.abc import Iterator

from django.conf import settings

from maplegrid.config.doctor.finding import Finding
from maplegrid.messaging.sms.choosing import SHORTEST_SECRET, gateways_in_order, real_gateway
from maplegrid.messaging.sms.wordings import missing_from

SHOWN = 3


def text_troubles() -> Iterator[Finding]:
    """Nothing while the gateways are simulated."""
    gateways = gateways_in_order()
    for name in gateways:
        missing = real_gateway(name).missing()
        if missing:
            yield Finding(
                "sms_settings",
                f"短信网关 {name} 还缺设置 (settings are missing): {' '.join(missing)}",
                len(missing),
            )
    if gateways:
        yield from _secret()
    lacking = missing_from(gateways)
    if lacking:
        yield Finding(
            "sms_wordings",
            "有的短信没有登记模板，发不出去，会请人打电话 (wordings without a template number never leave)",
            len(lacking),
            tuple(f"{gateway} {one.name} {one.language}" for gateway, one in lacking[:SHOWN]),
        )


def _secret() -> Iterator[Finding]:
    if len(settings.SMS_CALLBACK_SECRET) < SHORTEST_SECRET:
        yield Finding(
            "sms_callback",
            f"MAPLEGRID_SMS_CALLBACK_FILE 要有一个至少 {SHORTEST_SECRET} 个字符的秘密，"
            "否则阿里云、腾讯云的回执都不信 (receipts are not believed without a secret)",
        )
