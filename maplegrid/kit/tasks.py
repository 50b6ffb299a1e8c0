"""Lets the worker find the event job."""

from maplegrid.kit.events import hear

__all__ = ["hear"]
