"""A child of `maplegrid start` ends when its parent is gone, even when the parent was killed outright."""

import os
import signal
import threading

ENVIRONMENT = "MAPLEGRID_LIFELINE"


def follow_parent() -> None:
    """Watch the pipe whose other end only the parent holds; when it closes, stop this process."""
    descriptor = os.environ.get(ENVIRONMENT)
    if descriptor:
        threading.Thread(target=_watch, args=(int(descriptor),), daemon=True).start()


def _watch(descriptor: int) -> None:
    os.read(descriptor, 1)
    os.kill(os.getpid(), signal.SIGTERM)
