"""Sending a delivery, signed, until the receiver says 2xx; each attempt asks again whether it may still be told.

Nothing is sent twice on purpose, but a receiver can get the same delivery again (its answer was lost, a worker was
killed between sending and noting): it knows it by the delivery's id.
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from maplegrid.audit.actions import record
from maplegrid.cases.models import Delivery
from maplegrid.cases.queries.webhooks import may_know
from maplegrid.kit.moment import now as moment
from maplegrid.kit.outward import Unreached, post
from maplegrid.messaging.actions import queue_notice
from maplegrid.rules.vocabulary import N_, Role
from maplegrid.territory.queries import people_with

# Growing pauses after a failure; after the last one the delivery is given up: about a day and a half.
PAUSES = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 6 * 3600, 12 * 3600, 16 * 3600))
BEHIND = -10  # whatever residents wait for goes first
GIVEN_UP = N_("“{name}”的推送多次没有送到，已停发。请到“接口推送”看原因")


@app.task(name="cases.deliver", queue="webhooks", priority=BEHIND)
def deliver(delivery_id: int) -> None:
    """One attempt. A repeat of a finished delivery does nothing."""
    now = moment()
    delivery = Delivery.objects.select_related("webhook__key").filter(pk=delivery_id).first()
    if delivery is None or delivery.state != Delivery.State.WAITING:
        return
    if not may_know(delivery.webhook, delivery.subject, now):
        _note(delivery, {"state": Delivery.State.WITHHELD, "next_at": None})
        return
    trouble = _send(delivery, now)
    if trouble:
        _try_later(delivery, trouble, moment())
    else:
        done = {"state": Delivery.State.DELIVERED, "delivered_at": moment(), "next_at": None, "trouble": ""}
        _note(delivery, done)


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over `timestamp.body`, hex: the time is signed too, so an old call cannot be played again."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _send(delivery: Delivery, now: datetime) -> str:
    """Why it did not arrive; empty when it did."""
    body = json.dumps({"delivery": str(delivery.uuid), **delivery.body}, ensure_ascii=False).encode()
    timestamp = int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "MapleGrid",
        "MapleGrid-Delivery": str(delivery.uuid),
        "MapleGrid-Event": delivery.event,
        "MapleGrid-Timestamp": str(timestamp),
        "MapleGrid-Signature": f"v1={signature(delivery.webhook.secret, timestamp, body)}",
    }
    try:
        status = post(delivery.webhook.url, body, headers, trusted=settings.WEBHOOK_HOSTS)
    except Unreached as error:
        return error.code
    return "" if 200 <= status < 300 else f"http {status}"


def _try_later(delivery: Delivery, trouble: str, now: datetime) -> None:
    if delivery.attempts >= len(PAUSES):
        with transaction.atomic():
            if _note(delivery, {"state": Delivery.State.GIVEN_UP, "trouble": trouble, "next_at": None}):
                _tell_administrators(delivery, trouble, now)
        return
    at = now + PAUSES[delivery.attempts]
    with transaction.atomic():
        if _note(delivery, {"trouble": trouble, "next_at": at}):
            deliver.configure(schedule_at=at).defer(delivery_id=delivery.pk)


def _note(delivery: Delivery, fields: dict[str, object]) -> bool:
    """Write the attempt down if nobody else did: of two jobs for one delivery only one goes on."""
    same = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, attempts=delivery.attempts)
    return bool(same.update(attempts=delivery.attempts + 1, **fields))


def _tell_administrators(delivery: Delivery, trouble: str, now: datetime) -> None:
    """One note a day for each address, however many deliveries it missed."""
    webhook = delivery.webhook
    record(
        actor="system",
        action="webhook.given_up",
        subject=f"webhook:{webhook.pk}",
        now=now,
        detail={"delivery": str(delivery.uuid), "trouble": trouble},
    )
    for person in people_with(Role.SYSTEM_ADMIN, now):
        queue_notice(
            key=f"webhook.given_up:{webhook.pk}:{now:%Y-%m-%d}:{person.pk}",
            body=GIVEN_UP.format(name=webhook.key.name),
            words={"sentence": GIVEN_UP, "name": webhook.key.name},
            subject=f"webhook:{webhook.pk}",
            excluding=[],
            now=now,
            person_id=person.pk,
        )


def resend(*, delivery: Delivery, actor: str, now: datetime) -> bool:
    """Send once more what has ended, from the first pause on. False when it waits already."""
    ended = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.WAITING)
    with transaction.atomic():
        if not ended.update(state=Delivery.State.WAITING, attempts=0, next_at=now):
            return False
        record(
            actor=actor,
            action="webhook.resent",
            subject=f"webhook:{delivery.webhook_id}",
            now=now,
            detail={"delivery": str(delivery.uuid)},
        )
        deliver.defer(delivery_id=delivery.pk)
    return True
