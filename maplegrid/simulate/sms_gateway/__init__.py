"""A gateway server on this machine that speaks as Aliyun, as Tencent and as our own protocol, for tests and trials.

It checks every signature as the vendors document it, from their documents and not from their SDKs, sends nothing
anywhere, and can refuse, delay, fail, lose or repeat receipts.
"""

from maplegrid.simulate.sms_gateway.box import Box, Fault, Held
from maplegrid.simulate.sms_gateway.server import GatewayServer

__all__ = ["Box", "Fault", "GatewayServer", "Held"]
