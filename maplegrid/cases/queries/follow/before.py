"""What is known before a resident sends anything: who would answer, by when, and what was already said here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.clocks import rule_of
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Case
from maplegrid.cases.words import person_words
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import ClockEvent, compute
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.routing import PRIVATE_PROFILES
from maplegrid.territory.models import Building
from maplegrid.territory.queries import NobodyAnswers, who_answers

ORDINARY = "P3"
SHOWN = 4


def joinable_in(building: Building) -> QuerySet[Case]:
    """Open matters of a building that a neighbour may know of: not sealed, not confidential, without any flag."""
    known = Case.objects.filter(building=building, status__in=OPEN, sealed=False, flags=[])
    return known.exclude(category__flags__contains=["CONFIDENTIAL"]).exclude(profile__in=PRIVATE_PROFILES)


def open_matters_in(building: Building) -> list[Case]:
    """The latest of them, to be shown by kind and time only."""
    return list(joinable_in(building).select_related("category").order_by("-received_at")[:SHOWN])


@dataclass(frozen=True)
class Promise:
    """What will happen after sending: who (empty while the place is unknown), and by when the first contact."""

    who: str
    first_contact: datetime | None


def promise_for(unit_id: int | None, now: datetime) -> Promise:
    """Who would answer for a place, and the first-contact limit of an ordinary matter (profile P3)."""
    return Promise(_who(unit_id, now), _first_contact(now))


def _who(unit_id: int | None, now: datetime) -> str:
    try:
        person_id = who_answers(unit_id, now=now).person_id if unit_id else 0
        return person_words(Person.objects.get(pk=person_id)) if person_id else ""
    except NobodyAnswers:
        return ""


def _first_contact(now: datetime) -> datetime | None:
    row = next((m for m in catalogue().milestones.get(ORDINARY, []) if m.name == "first_contact"), None)
    return compute(rule_of(row), [ClockEvent("start", now)], default_calendar()).due if row else None
