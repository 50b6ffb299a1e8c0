"""Erasing what people sent: by the timer, by a request that was granted, and again after a restore."""

from maplegrid.cases.actions.erasing.certificate import replay, sweep_files
from maplegrid.cases.actions.erasing.door import Ground, erase_case, erase_message, run_out, tick_retention
from maplegrid.cases.models import Erasure

__all__ = [
    "Erasure",
    "Ground",
    "erase_case",
    "erase_message",
    "replay",
    "run_out",
    "sweep_files",
    "tick_retention",
]
