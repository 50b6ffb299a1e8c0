"""What a caller asked for, read strictly: every fault is named, nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from maplegrid.cases.open311.errors import Fault, Wrong
from maplegrid.kit.words import translated
from maplegrid.rules.publishing import STATUSES
from maplegrid.rules.vocabulary import N_

SPAN = timedelta(days=90)  # the specification's widest range, and its default
AT_MOST = 1000  # the specification's default volume
YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Asked:
    """A query for several requests. `numbers` overrides all else. Times are aware; the end is inclusive."""

    start: datetime
    end: datetime
    numbers: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    page: int = 1
    page_size: int = AT_MOST


def read_query(query: Mapping[str, str], now: datetime) -> Asked:
    """Raises Wrong 400 for a date, status or page that cannot be meant."""
    start, end = _range(query, now)
    return Asked(
        start=start,
        end=end,
        numbers=_listed(query.get("service_request_id", ""))[:AT_MOST],
        service_codes=_listed(query.get("service_code", "")),
        statuses=_statuses(query.get("status", "")),
        page=_whole(query, "page", 1, 1_000_000),
        page_size=_whole(query, "page_size", AT_MOST, AT_MOST),
    )


def _listed(words: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in words.split(",") if part.strip())


def _statuses(words: str) -> tuple[str, ...]:
    asked = _listed(words)
    for status in asked:
        if status not in STATUSES:
            raise Wrong(Fault(400, translated(N_("status 只能是 open 或 closed"))))
    return asked


def _whole(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    words = query.get(name, "").strip()
    if not words:
        return default
    if not (words.isascii() and words.isdigit() and len(words) < 9 and 1 <= int(words) <= most):
        raise Wrong(Fault(400, translated(N_("{name} 要是 1 到 {most} 的整数"), name=name, most=most)))
    return int(words)


def _range(query: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    start, end = _moment(query, "start_date"), _moment(query, "end_date")
    if start is None and end is None:
        return now - SPAN, now
    if start is None:
        return end - SPAN, end  # type: ignore[operator,return-value]
    if end is None:
        return start, start + SPAN
    if end < start or end - start > SPAN:
        raise Wrong(Fault(400, translated(N_("start_date 要早于 end_date，相差不超过 90 天"))))
    return start, end


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    """W3C date and time with its zone. A `+` that nobody encoded arrives as a space and is taken back."""
    words = query.get(name, "").strip()
    if not words:
        return None
    try:
        moment = parse_datetime(words.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise Wrong(
            Fault(400, translated(N_("{name} 要写成带时区的时间，例如 2026-01-01T00:00:00Z"), name=name))
        )
    return moment
