"""`maplegrid doctor`: what is wrong with this installation, one sentence each, and what to do about it."""

from collections.abc import Iterator
from datetime import datetime

from maplegrid.config.doctor.finding import Finding
from maplegrid.config.doctor.invariants import broken_invariants
from maplegrid.config.doctor.machine import machine_troubles
from maplegrid.config.doctor.texts import text_troubles
from maplegrid.config.doctor.work import stuck_work

__all__ = ["Finding", "examine"]


def examine(now: datetime) -> Iterator[Finding]:
    """Everything that is wrong, the gravest kinds first; nothing is changed."""
    yield from machine_troubles()
    yield from text_troubles()
    yield from stuck_work(now)
    yield from broken_invariants(now)
