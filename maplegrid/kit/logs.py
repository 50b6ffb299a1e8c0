"""Logs that can be kept and handed on: one JSON object a line, and nobody's words, numbers or codes in it.

What the code says stays (logger, level, a template's words in English, files and lines of a traceback). Whatever looks
like it came from a person is replaced before anything is written: a telephone or identity number, a code or token, what
stands behind a question mark, Chinese words, and the rows PostgreSQL quotes behind DETAIL.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

GONE = "[…]"
MASKS = (
    re.compile(r"(DETAIL|CONTEXT|HINT):.*", re.DOTALL),
    re.compile(r"1[3-9]\d{9}"),
    re.compile(
        r"(?<![A-Za-z0-9_.-])\+?[\d][\d -]{5,18}[\dXx](?![A-Za-z0-9_-])"
    ),  # telephone, identity and bank numbers
    re.compile(r"\?[^\s'\"<>]+"),  # a query string
    re.compile(r"(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{16,}"),  # a token
    re.compile(r"(?<![\w/])(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z\d]{6}(?![\w/])"),  # a follow code
    re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]+"),
)
# What a request is known by while it is answered: its number, its route, who asked.
asking: ContextVar[dict[str, Any]] = ContextVar("asking", default={})  # noqa: B039 (never changed in place)


def masked(words: str) -> str:
    """The same words without anything that looks like a person's."""
    for mask in MASKS:
        words = mask.sub(GONE, words)
    return words


class MaskedLines(logging.Formatter):
    """Lines for a terminal: everything is said, only numbers of mobile phones are masked (SDKs log addresses)."""

    NUMBER = re.compile(r"(?<!\d)(?:(?:\+|%2B)?86)?(1[3-9]\d)\d{4}(\d{4})(?!\d)")

    def format(self, record: logging.LogRecord) -> str:
        return self.NUMBER.sub(r"\1****\2", super().format(record))


class JsonLines(logging.Formatter):
    """`time`, `level`, `logger`, `says`; of a request its `request`, `route`, `person` (a number); `trace` of a fault."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "says": _said(record),
            **asking.get(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1]:
            line["trace"] = trace_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def _said(record: logging.LogRecord) -> str:
    """Django's own lines about a request name its address, which may hold a code: the route stands beside them."""
    if record.name.startswith("django.") and hasattr(record, "request"):
        return str(getattr(record, "status_code", record.msg.split("%")[0])).strip()
    return masked(record.getMessage())


def trace_of(error: BaseException) -> list[str]:
    """Kind and place of a fault and of what caused it, outermost last; what it says is masked."""
    chain = traceback.TracebackException.from_exception(error, lookup_lines=False)
    lines: list[str] = []
    while True:
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in chain.stack]
        name = chain.exc_type.__name__ if chain.exc_type else "?"
        lines = [*where, f"{name}: {masked(str(chain))}", *lines]
        below = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)
        if below is None:
            return lines
        chain = below
