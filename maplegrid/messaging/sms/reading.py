"""What the readers of vendors' receipts share: is the call genuine, is it a list, when was that."""

import hmac
import json
from datetime import datetime
from typing import Any

from maplegrid.kit.moment import CHINA
from maplegrid.messaging.sms.gateway import Callback, NotGenuine

MOST = 1000


def by_token(call: Callback, token: str) -> None:
    """The vendor signs nothing: only whoever was given this address knows its secret. Raises NotGenuine."""
    if not token or not hmac.compare_digest(call.token.encode(), token.encode()):
        raise NotGenuine


def listed(body: bytes) -> list[dict[str, Any]]:
    """The objects of a JSON array. Raises NotGenuine for anything else."""
    try:
        rows = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotGenuine from error
    if not isinstance(rows, list) or len(rows) > MOST or not all(isinstance(row, dict) for row in rows):
        raise NotGenuine
    return rows


def china_time(words: str | None) -> datetime | None:
    """2026-11-24 10:00:00 in Asia/Shanghai; None for anything else."""
    try:
        return datetime.strptime(words or "", "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError:
        return None


def bare_number(number: str) -> str:
    """Without +86."""
    return number.removeprefix("+").removeprefix("86") if len(number) > 11 else number
