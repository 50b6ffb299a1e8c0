"""The one place that says what time it is, so that a test can hold the clock."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

CHINA = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai.

    With the setting TEST_CLOCK (a file holding one ISO-8601 moment; refused in production) the file decides.
    """
    held = _held_clock()
    return held if held is not None else timezone.now().astimezone(CHINA)


def _held_clock() -> datetime | None:
    path = settings.TEST_CLOCK
    if not path or not os.path.exists(path):
        return None
    words = Path(path).read_text(encoding="ascii").strip()
    return datetime.fromisoformat(words).astimezone(CHINA) if words else None
