"""Keeping a message: one transaction for the row, its number, the audit entry and the job that opens its case."""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from maplegrid.audit.actions import record
from maplegrid.engines.geodesy import Datum, OutOfRange, to_reference
from maplegrid.kit.crypto import keyring
from maplegrid.kit.events import emit
from maplegrid.messaging.actions.notices import in_language_of, queue_notice
from maplegrid.messaging.models import Attachment, Message
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.vocabulary import N_

# No 0 O 1 I L: a code is read aloud and typed on old phones.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6
RECEIPT = N_("【枫格】已收到，编号{number}，查询码{code}。凭编号和查询码看进展。")


@dataclass(frozen=True)
class Received:
    """The kept message; `code` is shown once and only its keyed digest is stored. None for a repeat."""

    message: Message
    code: str | None
    repeat: bool


def receive_message(*, raw: RawMessage, actor: str, now: datetime) -> Received:
    """Keep one message whatever it holds. A repeat of channel + external id returns the first, unchanged."""
    known = _known(raw)
    if known:
        return Received(known, None, True)
    try:
        return _keep(raw, actor, now)
    except IntegrityError:
        known = _known(raw)  # the same message came in at the same moment through another request
        if known is None:
            raise
        return Received(known, None, True)


def _keep(raw: RawMessage, actor: str, now: datetime) -> Received:
    with transaction.atomic():
        code = new_code()
        message = build_message(raw, _next_numbers(now.year, 1)[0], code, now)
        message.save(force_insert=True)
        Attachment.everything.filter(pk__in=raw.photos, message=None).update(message=message)
        _audit(message, actor, now)
        _acknowledge(message, code, now)
        emit("message.received", message_id=message.pk)
    return Received(message, code, False)


def _known(raw: RawMessage) -> Message | None:
    return Message.objects.filter(channel=raw.channel, external_id=raw.external_id[:120]).first()


def build_message(raw: RawMessage, number: str, code: str, now: datetime) -> Message:
    """A row from what a door gave; whatever cannot be stored in its field is kept in `raw` with the reason."""
    lon, lat, datum, trouble = _point(raw)
    phone = "" if raw.anonymous else normal_phone(raw.contact_phone)
    extra = {"lon": raw.lon, "lat": raw.lat, "datum": raw.datum} if trouble else {}
    return Message(
        channel=raw.channel,
        external_id=raw.external_id[:120],
        number=number,
        code_digest=code_digest(number, code),
        received_at=now,
        sent_at=raw.sent_at,
        title=clean(raw.title)[:200],
        text=clean(raw.text),
        anonymous=raw.anonymous,
        contact_name="" if raw.anonymous else clean(raw.contact_name)[:80],
        contact_phone=phone,
        phone_index=keyring().index(phone) if phone else "",
        place_words=clean(raw.place_words)[:200],
        lon=lon,
        lat=lat,
        datum=datum,
        accuracy_m=raw.accuracy_m,
        building_id=raw.building_id,
        door_id=raw.door_id,
        unit_hint_id=raw.unit_hint_id,
        relay_id=raw.relay_id,
        registered_by_id=raw.registered_by_id,
        api_key_id=raw.api_key_id,
        category_hint=raw.category_hint[:8],
        consent=raw.consent,
        me_too_of=raw.me_too_of[:20],
        language=raw.language[:10],
        raw={**raw.raw, **extra},
        trouble=trouble,
    )


def clean(words: str) -> str:
    """PostgreSQL text holds neither NUL nor half a surrogate pair; everything else stays as it was sent."""
    return words.replace("\x00", "�").encode("utf-8", "replace").decode().strip()


def normal_phone(words: str) -> str:
    """Digits only, without +86; empty when nothing is left."""
    digits = re.sub(r"\D", "", words)
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits[:20]


def _point(raw: RawMessage) -> tuple[float | None, float | None, str, str]:
    """Reference coordinates and the datum they came in; a point that cannot be right is kept aside with a reason."""
    if raw.lon is None or raw.lat is None:
        return None, None, "", ""
    try:
        datum = Datum((raw.datum or Datum.WGS84).lower())
        lon, lat = to_reference(raw.lon, raw.lat, datum)
    except (ValueError, OutOfRange) as error:
        return None, None, "", str(error)[:200]
    return lon, lat, datum.value, ""


def new_code() -> str:
    """Six characters that cannot be mistaken for each other."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def code_digest(number: str, code: str) -> str:
    """Keyed digest of a follow code; the code itself is stored nowhere."""
    return keyring().index(f"{number}:{code.strip().upper()}")


def _next_numbers(year: int, count: int) -> list[str]:
    """Reserve running numbers of a year with one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_numberrange (year, used) VALUES (%s, %s)"
            " ON CONFLICT (year) DO UPDATE SET used = messaging_numberrange.used + EXCLUDED.used RETURNING used",
            [year, count],
        )
        last = cursor.fetchone()[0]
    return [f"{year}-{number:06d}" for number in range(last - count + 1, last + 1)]


def _audit(message: Message, actor: str, now: datetime) -> None:
    record(
        actor=actor,
        action="message.received",
        subject=f"message:{message.pk}",
        now=now,
        detail={"number": message.number, "channel": message.channel},
    )


def _acknowledge(message: Message, code: str, now: datetime) -> None:
    """An SMS with number and code to whoever left a phone. No matter is named in it."""
    if message.contact_phone:
        queue_notice(
            key=f"received:{message.pk}",
            body=in_language_of(message, RECEIPT).format(number=message.number, code=code),
            subject=f"message:{message.pk}",
            excluding=[],
            now=now,
            message=message,
        )


BATCH = 500


def receive_many(*, raws: Iterable[RawMessage], actor: str, now: datetime) -> tuple[int, int]:
    """Keep many messages of a file, batch by batch, each batch whole. Returns (taken, repeated).

    No receipts are sent: these people wrote to another system, which has answered them.
    """
    taken = repeated = 0
    batch: list[RawMessage] = []
    for raw in raws:
        batch.append(raw)
        if len(batch) == BATCH:
            fresh = _receive_batch(batch, actor, now)
            taken, repeated, batch = taken + fresh, repeated + len(batch) - fresh, []
    fresh = _receive_batch(batch, actor, now)
    return taken + fresh, repeated + len(batch) - fresh


def _receive_batch(batch: Sequence[RawMessage], actor: str, now: datetime) -> int:
    if not batch:
        return 0
    with transaction.atomic():
        unknown = _without_known(batch)
        numbers = _next_numbers(now.year, len(unknown)) if unknown else []
        rows = [
            build_message(raw, number, new_code(), now) for raw, number in zip(unknown, numbers, strict=True)
        ]
        Message.objects.bulk_create(rows, ignore_conflicts=True)
        kept = list(Message.objects.filter(number__in=numbers).only("pk", "number", "channel").order_by("pk"))
        detail = {
            "count": len(kept),
            "first": numbers[0] if numbers else "",
            "last": numbers[-1] if numbers else "",
        }
        if kept:
            record(actor=actor, action="message.imported", subject="messages", now=now, detail=detail)
        for message in kept:
            emit("message.received", message_id=message.pk)
    return len(kept)


def _without_known(batch: Sequence[RawMessage]) -> list[RawMessage]:
    """Rows not kept yet; of two with the same id in one batch, the first."""
    ids = {raw.external_id[:120] for raw in batch}
    known = set(Message.objects.filter(external_id__in=ids).values_list("channel", "external_id"))
    fresh: dict[tuple[str, str], RawMessage] = {}
    for raw in batch:
        key = (str(raw.channel), raw.external_id[:120])
        if key not in known:
            fresh.setdefault(key, raw)
    return list(fresh.values())
