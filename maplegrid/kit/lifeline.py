"""A child of `maplegrid start` ends when its parent is gone, even when the parent was killed outright."""

import os
import signal
import threading
import time

ENVIRONMENT = "MAPLEGRID_PARENT"
GLANCE_S = 0.5
GRACE_S = 20.0


def follow_parent() -> None:
    """Where a parent is named in the environment, stop this process in good order once that parent is gone.

    A parent that died before we looked counts as well. Without a name in the environment nothing is followed.
    """
    parent = os.environ.get(ENVIRONMENT)
    if parent:
        threading.Thread(target=_follow, args=(int(parent),), daemon=True, name="lifeline").start()


def lead_children() -> None:
    """Name this process as the parent that its own children follow."""
    os.environ[ENVIRONMENT] = str(os.getpid())


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(GLANCE_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os.kill(os.getpid(), signal.SIGKILL)
