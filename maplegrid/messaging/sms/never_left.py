"""Tells a message that certainly did not leave from one that may have, by what an SDK says of its own call.

Aliyun's SDK hands on only the words of urllib3's errors and not the errors, so both SDKs are read by their words;
`tests/messaging/sms/test_vendors.py` holds these to real refused, unresolved, slow and broken connections.
"""

import re

CONNECTING = re.compile(r"Failed to establish a new connection|Failed to resolve|\(connect timeout=")


def never_left(error: Exception) -> bool:
    """The connection was never made."""
    return bool(CONNECTING.search(str(error)))
