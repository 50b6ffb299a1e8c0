"""Sending: nothing leaves without an explicit list of whom it must not reach."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import Happened, record, record_many
from maplegrid.kit.events import emit
from maplegrid.kit.moment import now as moment
from maplegrid.messaging.gateways import gateway_named
from maplegrid.messaging.models import Message, Notice
from maplegrid.messaging.sms.choosing import REAL
from maplegrid.messaging.sms.sending import begin
from maplegrid.rules.notices import Kind

log = logging.getLogger(__name__)
ON_SCREEN = "screen"


def queue_notice(
    *,
    key: str,
    body: str,
    subject: str,
    excluding: Sequence[str],
    now: datetime,
    message: Message | None = None,
    person_id: int | None = None,
    gateway: str | None = None,
    words: dict[str, str] | None = None,
    kind: Kind = Kind.NEWS,
) -> None:
    """Queue one notice to a reporter (`message`) or to a member of staff (`person_id`), in the caller's transaction.

    `excluding` holds references such as `person:12` or `body:3`; a notice to one of them is kept as withheld and
    never sent. The same key again is the same notice. A reporter who left no number gets none: the follow page
    is their notice. What is read on the screen is delivered by being written; `words` (a msgid as `sentence`, and
    what fills it) lets each reader have it in their language.
    """
    if person_id is not None or (message is not None and message.contact_phone):
        drawn = drawn_notice(
            key=key,
            body=body,
            subject=subject,
            excluding=excluding,
            now=now,
            message=message,
            person_id=person_id,
            gateway=gateway,
            words=words,
            kind=kind,
        )
        send(drawn, now)


def drawn_notice(
    *,
    key: str,
    body: str,
    subject: str,
    excluding: Sequence[str],
    now: datetime,
    message: Message | None = None,
    person_id: int | None = None,
    gateway: str | None = None,
    words: dict[str, str] | None = None,
    kind: Kind = Kind.NEWS,
) -> Notice:
    """The row of a notice, not written yet: withheld, on the screen already, or waiting for its gateway."""
    notice = Notice(
        key=key[:120],
        message=message,
        person_id=person_id,
        gateway=gateway or (ON_SCREEN if person_id else settings.SMS_GATEWAY),
        kind=kind,
        subject=subject,
        body=body,
        words=words or {},
        excluding=list(excluding),
        state=Notice.State.QUEUED,
        queued_at=now,
    )
    if _is_barred(person_id, excluding):
        notice.state = Notice.State.WITHHELD
    elif notice.gateway == ON_SCREEN:
        notice.state, notice.sent_at, notice.delivered_at = Notice.State.DELIVERED, now, now
    return notice


def send(notice: Notice, now: datetime) -> None:
    """Write a drawn notice, once for its key, and let it leave."""
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    pass_on(notice, now)


@dataclass(frozen=True)
class ForScreen:
    """A note for one member of staff; the words mean what they mean in `queue_notice`."""

    key: str
    person_id: int
    body: str
    subject: str
    excluding: Sequence[str]
    words: dict[str, str]
    kind: Kind = Kind.NEWS


def queue_for_screens(notes: Sequence[ForScreen], *, now: datetime) -> None:
    """Many notes at once, in the caller's transaction; whoever a note excludes never gets it, and that is recorded."""
    notices = [drawn_notice(**vars(note), now=now) for note in notes]
    Notice.objects.bulk_create(notices, ignore_conflicts=True, batch_size=1000)
    withheld = [notice for notice in notices if notice.state == Notice.State.WITHHELD]
    record_many(
        [Happened("system", "notice.withheld", one.subject, detail={"key": one.key}) for one in withheld],
        now=now,
    )


def in_language_of(message: Message, sentence: str) -> str:
    """A sentence in the language its reporter wrote from; Chinese where that is not known."""
    with override(message.language or settings.LANGUAGE_CODE):
        return gettext(sentence)


def _is_barred(person_id: int | None, excluding: Sequence[str]) -> bool:
    if person_id is None or not excluding:
        return False
    if f"person:{person_id}" in excluding:
        return True
    bodies = {int(ref[5:]) for ref in excluding if ref.startswith("body:")}
    serves = Person.objects.filter(pk=person_id, assignments__body_id__in=bodies)
    return bool(bodies) and serves.exists()


def pass_on(notice: Notice, now: datetime) -> None:
    """What follows once a notice is written. A repeat hands the same key to the job again, which sends nothing twice."""
    if notice.state == Notice.State.WITHHELD:
        subject = notice.subject or f"notice:{notice.key}"
        record(actor="system", action="notice.withheld", subject=subject, now=now, detail={"key": notice.key})
    elif notice.state == Notice.State.QUEUED:
        send_notice.defer(key=notice.key)


@app.task(
    name="messaging.send_notice",
    queue="messaging",
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
    pass_context=False,
)
def send_notice(key: str) -> None:
    """Hand one notice to its gateway; done once, however often the job runs."""
    now = moment()
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",)).select_related("message", "person").get(key=key)
        )
        if notice.state != Notice.State.QUEUED or not notice.number:
            return
        if notice.gateway in REAL:
            begin(notice, now)
            return
        receipt = gateway_named(notice.gateway).send(to=notice.number, body=notice.body, key=notice.key)
        notice.receipts = [*notice.receipts, {"at": now.isoformat(), **receipt}]
        notice.state = Notice.State.DELIVERED if receipt.get("delivered") else Notice.State.SENT
        notice.sent_at = now
        notice.delivered_at = now if receipt.get("delivered") else None
        notice.save(update_fields=["receipts", "state", "sent_at", "delivered_at"])
        tell_of_delivery(notice)


def tell_of_delivery(notice: Notice) -> None:
    """Whoever promised an answer within minutes hears that a text message has arrived (or may have)."""
    if notice.state == Notice.State.DELIVERED and notice.message and notice.message.raw.get("asks"):
        emit("notice.delivered", notice_id=notice.pk)


def mark_read(*, person: Person, now: datetime, subject: str = "") -> int:
    """Staff has seen its notices (all, or those about one thing)."""
    mine = Notice.objects.filter(person=person, gateway=ON_SCREEN, read_at=None)
    return (mine.filter(subject=subject) if subject else mine).update(read_at=now)
