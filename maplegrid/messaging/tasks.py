"""Lets the worker find the sending job."""

from maplegrid.messaging.actions.notices import send_notice

__all__ = ["send_notice"]
