"""Requests as anybody may see them: category, place, open or closed. The key that sent one also sees its words.

No sealed case, no flagged one, none that names somebody or waits for the police, and no type that is not public is
ever listed, not even to the key that sent it (`rules.publishing`).
"""

import re
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from maplegrid.accounts.models import ApiKey
from maplegrid.cases.models import Case, CaseSubject, Clock, Handover, Step
from maplegrid.cases.open311.errors import Fault, Wrong
from maplegrid.cases.open311.reading import Asked
from maplegrid.cases.open311.services import public_categories
from maplegrid.cases.words import category_words, unit_words
from maplegrid.kit.moment import CHINA
from maplegrid.kit.words import in_language, translated
from maplegrid.messaging.models import Message
from maplegrid.rules.lifecycle import STATUS_NAMES, Status
from maplegrid.rules.publishing import OPEN311_CLOSED, OPEN311_OPEN, STATUSES, open311_status
from maplegrid.rules.routing import PRIVATE_PROFILES
from maplegrid.rules.vocabulary import N_, Channel
from maplegrid.territory.queries import tower

NUMBER = re.compile(r"[0-9]{4}-[0-9]{1,12}", re.ASCII)
PUBLIC_DEGREES = 3  # others see a point to about a hundred metres: a home is not published
DESCRIPTION_AT_MOST = 4000


def requests_for(key: ApiKey | None, asked: Asked) -> list[dict[str, Any]]:
    """GET requests, newest first."""
    found = _shown(key)
    if asked.numbers:
        numbers = [number for number in asked.numbers if NUMBER.fullmatch(number)]
        found = found.filter(number__in=numbers)
    else:
        found = _narrowed(found, asked)
    first = (asked.page - 1) * asked.page_size
    rows = _with_names(found).order_by("-received_at", "-pk")[first : first + asked.page_size]
    return [_record(row, key) for row in rows]


def request_for(key: ApiKey | None, number: str) -> dict[str, Any]:
    """GET requests/[service_request_id]; Wrong 404 for a stranger's, a hidden and a missing one alike."""
    row = _with_names(_shown(key)).filter(number=number).first() if NUMBER.fullmatch(number) else None
    if row is None:
        raise Wrong(Fault(404, translated(N_("没有这个编号：{number}"), number=number[:40])))
    return _record(row, key)


def _shown(key: ApiKey | None) -> QuerySet[Message]:
    """Messages whose cases are public, and what this key sent a moment ago and nobody has read yet."""
    own = Q(api_key=key) if key else Q(pk__in=[])
    placed = Q(appeal__case__in=_public_cases())
    settled = ~Q(appeal__case__status=Status.TRIAGE)  # before a person has looked, the type is a guess
    waiting = own & Q(opened_at=None, channel=Channel.OPEN311)
    return Message.objects.filter((placed & (settled | own)) | waiting)


def _public_cases() -> QuerySet[Case]:
    ids = [category.pk for category in public_categories().values()]
    about = CaseSubject.objects.filter(case=OuterRef("pk"))
    police = Handover.objects.filter(case=OuterRef("pk"), kind=Handover.Kind.POLICE)
    return Case.objects.filter(
        ~Exists(about), ~Exists(police), sealed=False, flags__len=0, category_id__in=ids
    ).exclude(profile__in=PRIVATE_PROFILES)


def _narrowed(found: QuerySet[Message], asked: Asked) -> QuerySet[Message]:
    found = found.filter(received_at__gte=asked.start, received_at__lte=asked.end)
    if asked.service_codes:
        codes = [code for code in asked.service_codes if code in public_categories()]
        by_case = Q(appeal__case__category__code__in=codes)
        found = found.filter(by_case | Q(appeal=None, category_hint__in=codes))
    if asked.statuses:
        found = found.filter(_of_status(asked.statuses))
    return found


def _of_status(statuses: tuple[str, ...]) -> Q:
    wanted = Q(pk__in=[])
    if OPEN311_OPEN in statuses:
        here = Q(appeal__case__status__in=STATUSES[OPEN311_OPEN], appeal__withdrawn_at=None)
        wanted |= here | Q(appeal=None)
    if OPEN311_CLOSED in statuses:
        ended = Q(appeal__case__status__in=STATUSES[OPEN311_CLOSED])
        wanted |= ended | Q(appeal__withdrawn_at__isnull=False)
    return wanted


def _with_names(found: QuerySet[Message]) -> QuerySet[Message]:
    steps = Step.objects.filter(case=OuterRef("appeal__case")).order_by("-at")
    results = Clock.objects.filter(case=OuterRef("appeal__case"), milestone="result", running=True)
    return found.select_related(
        "building",
        "appeal__case__category",
        "appeal__case__area",
        "appeal__case__building",
        "appeal__case__unit",
        "appeal__case__body",
    ).annotate(
        changed_at=Subquery(steps.values("at")[:1]),
        expected_at=Subquery(results.order_by("due_at").values("due_at")[:1]),
    )


def _record(message: Message, key: ApiKey | None) -> dict[str, Any]:
    own = key is not None and message.api_key_id == key.pk
    appeal = getattr(message, "appeal", None)
    if appeal is None:
        return _unread(message)
    case, code = appeal.case, appeal.case.category
    status = open311_status(case.status, withdrawn=appeal.withdrawn_at is not None)
    lon, lat = (message.lon, message.lat) if own and message.lon is not None else (case.lon, case.lat)
    return {
        "service_request_id": message.number,
        "status": status,
        "status_notes": gettext(STATUS_NAMES[Status(case.status)]) if own else None,
        "service_name": category_words(code),
        "service_code": code.code,
        "description": message.text[:DESCRIPTION_AT_MOST] if own else None,
        "agency_responsible": _agency(case) if own else None,
        "service_notice": None,
        "requested_datetime": w3(message.received_at),
        "updated_datetime": w3(_updated(message, case, status)),
        "expected_datetime": w3(message.expected_at) if own else None,  # type: ignore[attr-defined]
        "address": _own_address(message, case) if own else _area_words(case),
        "address_id": case.building.code if own and case.building else None,
        "zipcode": None,
        "lat": _degrees(lat, own),
        "long": _degrees(lon, own),
        "media_url": None,
    }


def _unread(message: Message) -> dict[str, Any]:
    """Kept, and not opened yet: a second or two."""
    category = public_categories().get(message.category_hint)
    return {
        "service_request_id": message.number,
        "status": OPEN311_OPEN,
        "status_notes": None,
        "service_name": category_words(category) if category else None,
        "service_code": message.category_hint,
        "description": message.text[:DESCRIPTION_AT_MOST],
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": w3(message.received_at),
        "updated_datetime": w3(message.received_at),
        "expected_datetime": None,
        "address": message.place_words or None,
        "address_id": message.building.code if message.building else None,
        "zipcode": None,
        "lat": message.lat,
        "long": message.lon,
        "media_url": None,
    }


def w3(moment: datetime | None) -> str | None:
    """2026-11-23T12:00:00+08:00, to the second."""
    return moment.astimezone(CHINA).isoformat(timespec="seconds") if moment else None


def _updated(message: Message, case: Case, status: str) -> datetime:
    if status == OPEN311_CLOSED and case.closed_at:
        return case.closed_at
    return message.changed_at or message.received_at  # type: ignore[attr-defined]


def _agency(case: Case) -> str | None:
    holder = case.body or case.unit
    return in_language(holder.name, holder.name_en) if holder else None


def _own_address(message: Message, case: Case) -> str:
    return message.place_words or (case.building.name if case.building else _area_words(case))


def _area_words(case: Case) -> str:
    """From the sub-grid up to the street, never nearer."""
    known = tower()
    ids = [unit_id for unit_id in known.lineage(case.area_id) if unit_id in known.by_id]
    above = [known.by_id[unit_id] for unit_id in reversed(ids[1:])]
    return ", ".join(unit_words(unit) for unit in above if unit.level != "grid") or unit_words(case.area)


def _degrees(value: float | None, own: bool) -> float | None:
    if value is None:
        return None
    return round(value, 6 if own else PUBLIC_DEGREES)
