"""Sending: nothing leaves without an explicit list of whom it must not reach."""

import logging
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import record
from maplegrid.kit.moment import now as moment
from maplegrid.messaging.gateways import gateway_named
from maplegrid.messaging.models import Message, Notice

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
    person: Person | None = None,
    gateway: str | None = None,
) -> Notice | None:
    """Queue one notice to a reporter (`message`) or to staff (`person`), in the caller's transaction.

    `excluding` holds references such as `person:12` or `body:3`; a notice to one of them is kept as withheld and
    never sent. The same key again is the same notice. None for a reporter who left no number: the follow page
    is their notice.
    """
    if person is None and (message is None or not message.contact_phone):
        return None
    barred = _is_barred(person, excluding)
    notice, fresh = Notice.objects.get_or_create(
        key=key[:120],
        defaults={
            "message": message,
            "person": person,
            "gateway": gateway or (ON_SCREEN if person else settings.SMS_GATEWAY),
            "subject": subject,
            "body": body,
            "excluding": list(excluding),
            "state": Notice.State.WITHHELD if barred else Notice.State.QUEUED,
            "queued_at": now,
        },
    )
    if fresh:
        _pass_on(notice, barred, now)
    return notice


def _is_barred(person: Person | None, excluding: Sequence[str]) -> bool:
    if person is None:
        return False
    if f"person:{person.pk}" in excluding:
        return True
    bodies = {int(ref[5:]) for ref in excluding if ref.startswith("body:")}
    return bool(bodies) and person.assignments.filter(body_id__in=bodies).exists()


def _pass_on(notice: Notice, barred: bool, now: datetime) -> None:
    if barred:
        subject = notice.subject or f"notice:{notice.pk}"
        record(
            actor="system", action="notice.withheld", subject=subject, now=now, detail={"notice": notice.pk}
        )
    elif notice.gateway == ON_SCREEN:
        Notice.objects.filter(pk=notice.pk).update(
            state=Notice.State.DELIVERED, sent_at=now, delivered_at=now
        )
    else:
        send_notice.defer(notice_id=notice.pk)


@app.task(
    name="messaging.send_notice",
    queue="messaging",
    retry=RetryStrategy(max_attempts=6, exponential_wait=4),
    pass_context=False,
)
def send_notice(notice_id: int) -> None:
    """Hand one notice to its gateway; done once, however often the job runs."""
    now = moment()
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("message").get(pk=notice_id)
        if notice.state != Notice.State.QUEUED or notice.message is None:
            return
        receipt = gateway_named(notice.gateway).send(
            to=notice.message.contact_phone, body=notice.body, key=notice.key
        )
        notice.receipts = [*notice.receipts, {"at": now.isoformat(), **receipt}]
        notice.state = Notice.State.DELIVERED if receipt.get("delivered") else Notice.State.SENT
        notice.sent_at = now
        notice.delivered_at = now if receipt.get("delivered") else None
        notice.save(update_fields=["receipts", "state", "sent_at", "delivered_at"])


def mark_read(*, person: Person, now: datetime, subject: str = "") -> int:
    """Staff has seen its notices (all, or those about one thing)."""
    mine = Notice.objects.filter(person=person, read_at=None)
    return (mine.filter(subject=subject) if subject else mine).update(read_at=now)
