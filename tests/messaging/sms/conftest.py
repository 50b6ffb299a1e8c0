"""A gateway server on this machine with an account of each kind, and a site that is set up to use it."""

from collections.abc import Iterator

import pytest

from maplegrid.simulate.sms_gateway import GatewayServer
from maplegrid.simulate.sms_gateway.aliyun import AliyunSide
from maplegrid.simulate.sms_gateway.plain import PlainSide
from maplegrid.simulate.sms_gateway.tencent import TencentSide
from tests.messaging.sms.texts import APP, KEY, SECRET, SIGN, TOKEN, register_all


@pytest.fixture
def server() -> Iterator[GatewayServer]:
    sides = [AliyunSide(KEY, SECRET, SIGN), TencentSide(KEY, SECRET, APP, SIGN), PlainSide(SECRET)]
    running = GatewayServer(sides).run_aside()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def accounts(settings, server: GatewayServer):
    """Settings of all three gateways, pointing at the server."""
    settings.SMS_CALLBACK_SECRET = TOKEN
    settings.SMS_NUMBER_HOUR = settings.SMS_NUMBER_DAY = 100
    for name in ("ALIYUN", "TENCENT"):
        setattr(settings, f"SMS_{name}_KEY", KEY)
        setattr(settings, f"SMS_{name}_SECRET", SECRET)
        setattr(settings, f"SMS_{name}_SIGN", SIGN)
        setattr(settings, f"SMS_{name}_ENDPOINT", server.address)
    settings.SMS_TENCENT_APP = APP
    settings.SMS_HTTP_SECRET, settings.SMS_HTTP_ENDPOINT = SECRET, server.address
    return settings


@pytest.fixture
def two_gateways(accounts, db):
    """Aliyun first, Tencent second, every wording registered with both."""
    accounts.SMS_GATEWAYS = ["aliyun", "tencent"]
    accounts.SMS_GATEWAY = "aliyun"
    register_all()
    return accounts
