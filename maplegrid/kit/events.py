"""Down is a call, up or sideways is an event: a deferred job written by the same transaction.

`config/wiring.py` says who hears what; nobody below it knows. Delivery is at least once, so a handler repeats
without harm.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from procrastinate.contrib.django import app

_hearers: dict[str, tuple[str, ...]] = {}


class UnknownEvent(LookupError):
    """An event that the wiring does not list."""


def wire(hearers: dict[str, tuple[str, ...]]) -> None:
    """Take over the whole table: event name → dotted paths of handlers. Called once by the roof."""
    _hearers.clear()
    _hearers.update(hearers)


def emit(event: str, **facts: Any) -> None:
    """Tell every hearer later, through jobs in the present transaction. Facts must be plain JSON values."""
    if event not in _hearers:
        raise UnknownEvent(event)
    for handler in _hearers[event]:
        if _wanted(handler):
            hear.defer(handler=handler, facts=facts)


def _wanted(path: str) -> bool:
    """A hearer may carry a cheap question `wanted`; while it says no, its job is not even written."""
    question: Callable[[], bool] | None = getattr(handler_of(path), "wanted", None)
    return question is None or question()


@app.task(name="kit.hear", queue="events", retry=5)
def hear(handler: str, facts: dict[str, Any]) -> None:
    """Deliver one event to one handler."""
    handler_of(handler)(**facts)


def handler_of(path: str) -> Callable[..., None]:
    """The function a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
