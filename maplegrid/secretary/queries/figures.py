"""Indicators of 书记在线 by level and host; every figure opens to the letters behind it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from maplegrid.accounts.models import Person
from maplegrid.cases.models import Clock
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.figures import Figure, Timed, figure_of, in_time
from maplegrid.secretary.models import Audience
from maplegrid.secretary.queries.scope import audiences_visible_to

# What is counted, the moment that meets it, the clock that says how long, and its usual length in minutes.
KINDS = {"acknowledged": ("acknowledged_at", 10), "appointment": ("offered_at", 30)}


@dataclass(frozen=True)
class Asked:
    """A period by day of receipt, both days included, and whose letters."""

    first: date
    last: date
    level: str = ""
    host: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the table: all, a level, or a host, with both figures."""

    group: str
    key: str
    person: Person | None
    letters: int
    acknowledged: Figure
    appointment: Figure


def letters_in(actor: Actor, asked: Asked) -> QuerySet[Audience]:
    """The letters a figure is about."""
    rows = audiences_visible_to(actor).filter(
        received_at__gte=datetime.combine(asked.first, time(), CHINA),
        received_at__lt=datetime.combine(asked.last + timedelta(days=1), time(), CHINA),
    )
    if asked.level:
        rows = rows.filter(level=None if asked.level == "0" else int(asked.level))
    if asked.host:
        rows = rows.filter(host_id=int(asked.host) or None)
    return rows.order_by("received_at", "pk")


def figures(actor: Actor, asked: Asked, now: datetime) -> list[Row]:
    """All letters first, then by level, then by host."""
    letters = list(letters_in(actor, asked))
    limits = _limits(letters)
    groups: list[tuple[str, str, Person | None, list[Audience]]] = [("all", "", None, letters)]
    for level in sorted({one.level or 0 for one in letters}):
        groups.append(("level", str(level), None, [one for one in letters if (one.level or 0) == level]))
    hosts = {one.host_id: one.host for one in letters if one.host_id}
    for pk, person in sorted(hosts.items(), key=lambda pair: str(pair[1])):
        groups.append(("host", str(pk), person, [one for one in letters if one.host_id == pk]))
    return [
        Row(group, key, person, len(mine), *(figure_of(_timed(mine, kind, limits), now) for kind in KINDS))
        for group, key, person, mine in groups
    ]


def _limits(letters: list[Audience]) -> dict[tuple[int, str], int]:
    """(case, milestone) → minutes, as the clock of each letter was started; a district may have changed them."""
    clocks = Clock.objects.filter(case__in=[one.case_id for one in letters], order=None, milestone__in=KINDS)
    minutes = {"minute": 1, "hour": 60}
    return {
        (clock.case_id, clock.milestone): clock.amount * minutes[clock.unit]
        for clock in clocks
        if clock.unit in minutes
    }


def counts(letter: Audience, kind: str) -> bool:
    """Whoever only wanted an answer in writing is owed no appointment; what ended before its limit owes nothing."""
    field, usual = KINDS[kind]
    if getattr(letter, field) is not None:
        return True
    gone = letter.ended_at is not None and letter.ended_at <= letter.received_at + timedelta(minutes=usual)
    return not gone and not (kind == "appointment" and letter.written)


def _timed(letters: list[Audience], kind: str, limits: dict[tuple[int, str], int]) -> list[Timed]:
    field, usual = KINDS[kind]
    return [
        Timed(one.received_at, getattr(one, field), limits.get((one.case_id, kind), usual))
        for one in letters
        if counts(one, kind)
    ]


def letters_behind(actor: Actor, asked: Asked, kind: str, which: str, now: datetime) -> list[Audience]:
    """The very letters of one figure: `in`, `late`, or `all` that it counts."""
    letters = list(letters_in(actor, asked))
    if kind not in KINDS:
        return letters
    limits = _limits(letters)
    out = []
    for one in letters:
        said = [in_time(timed, now) for timed in _timed([one], kind, limits)]
        if said and said[0] is not None and which in ("all", "in" if said[0] else "late"):
            out.append(one)
    return out
