"""POST requests: one RawMessage through the same door as every other report."""

import math
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from maplegrid.accounts.actions import note_use
from maplegrid.accounts.models import ApiKey
from maplegrid.cases.open311.errors import Fault, Wrong
from maplegrid.cases.open311.requests import DESCRIPTION_AT_MOST
from maplegrid.cases.open311.services import DATUM, public_categories
from maplegrid.engines.geodesy import Datum
from maplegrid.kit.crypto import sm3
from maplegrid.kit.words import translated
from maplegrid.messaging.actions import receive_message
from maplegrid.messaging.actions.receiving import clean
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.vocabulary import N_, Channel
from maplegrid.territory.models import Building

RECEIVED = N_("已收到，正在分到负责的人")


def post_request(
    form: Mapping[str, str], key: ApiKey, now: datetime, repeat_key: str = ""
) -> list[dict[str, Any]]:
    """Keep the request and say its number. Raises Wrong with every fault of the form at once.

    `repeat_key` (the header Idempotency-Key) makes sending the same thing again harmless.
    """
    building, faults = _building(form), _faults(form)
    if form.get("address_id", "").strip() and building is None:
        faults.append(Fault(400, translated(N_("没有这个 address_id"))))
    if faults:
        raise Wrong(*faults)
    raw = _raw(form, key, building, repeat_key)
    received = receive_message(raw=raw, actor=f"key:{key.pk}", now=now)
    note_use(key=key, now=now)
    return [
        {
            "service_request_id": received.message.number,
            "service_notice": translated(RECEIVED),
            "account_id": None,
        }
    ]


def external_id(key: ApiKey, repeat_key: str) -> str:
    """Names the message for ever; two keys never collide."""
    return f"key{key.pk}:{sm3(repeat_key.encode()) if repeat_key else secrets.token_hex(16)}"


def _raw(form: Mapping[str, str], key: ApiKey, building: Building | None, repeat_key: str) -> RawMessage:
    lon, lat = _point(form)
    name = f"{form.get('last_name', '').strip()}{form.get('first_name', '').strip()}"
    return RawMessage(
        channel=Channel.OPEN311,
        external_id=external_id(key, repeat_key),
        text=form.get("description", ""),
        contact_name=name,
        contact_phone=form.get("phone", ""),
        place_words=form.get("address_string", ""),
        lon=lon,
        lat=lat,
        datum=form.get(f"attribute[{DATUM}]", "").strip() or Datum.WGS84,
        building_id=building.pk if building else None,
        api_key_id=key.pk,
        category_hint=form["service_code"].strip(),
        raw={"media_url": clean(form.get("media_url", ""))[:500]},  # kept for staff, never fetched
    )


def _building(form: Mapping[str, str]) -> Building | None:
    code = clean(form.get("address_id", ""))
    return Building.objects.filter(code=code, active=True).first() if code else None


def _point(form: Mapping[str, str]) -> tuple[float | None, float | None]:
    return _number(form.get("long", "")), _number(form.get("lat", ""))


def _number(words: str) -> float | None:
    try:
        number = float(words)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _faults(form: Mapping[str, str]) -> list[Fault]:
    found = [
        _about_service(form),
        _about_place(form),
        _about_point(form),
        _about_words(form),
        _about_datum(form),
    ]
    return [fault for fault in found if fault]


def _about_service(form: Mapping[str, str]) -> Fault | None:
    code = form.get("service_code", "").strip()
    if not code:
        return Fault(400, translated(N_("缺少 service_code")))
    if code not in public_categories():
        return Fault(404, translated(N_("没有这个服务类别：{code}"), code=code[:40]))
    return None


def _about_place(form: Mapping[str, str]) -> Fault | None:
    given = {name for name in ("lat", "long", "address_string", "address_id") if form.get(name, "").strip()}
    if given & {"address_string", "address_id"} or {"lat", "long"} <= given:
        return None
    return Fault(400, translated(N_("缺少地点：请给 lat 和 long，或 address_string，或 address_id")))


def _about_point(form: Mapping[str, str]) -> Fault | None:
    given = [name for name in ("lat", "long") if form.get(name, "").strip()]
    if not given:
        return None
    lon, lat = _point(form)
    if len(given) == 2 and lon is not None and lat is not None and abs(lon) <= 180 and abs(lat) <= 90:
        return None
    return Fault(400, translated(N_("lat 和 long 要一起给，都是度数")))


def _about_words(form: Mapping[str, str]) -> Fault | None:
    if len(form.get("description", "")) <= DESCRIPTION_AT_MOST:
        return None
    return Fault(400, translated(N_("description 最多 {most} 字"), most=DESCRIPTION_AT_MOST))


def _about_datum(form: Mapping[str, str]) -> Fault | None:
    datum = form.get(f"attribute[{DATUM}]", "").strip()
    if not datum or datum in set(Datum):
        return None
    return Fault(400, translated(N_("不认识的坐标系：{datum}"), datum=datum[:20]))
