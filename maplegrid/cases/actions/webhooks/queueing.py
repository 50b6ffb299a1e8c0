"""From an event to one delivery per address, written once however often the event is heard."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from maplegrid.cases.actions.webhooks.sending import deliver
from maplegrid.cases.models import Delivery, Webhook
from maplegrid.cases.queries.webhooks import body_of, listeners_of, may_know

TRIAL = "webhook.trial"


def queue_deliveries(*, event: str, facts: dict[str, Any], now: datetime) -> int:
    """One delivery for each address that asked and may know; says how many are new."""
    kind = "order" if "order_id" in facts else "case"
    subject = f"{kind}:{facts[f'{kind}_id']}"
    occurrence = ":".join(f"{name}={facts[name]}" for name in sorted(facts))
    with transaction.atomic():
        told = [webhook for webhook in listeners_of(event) if may_know(webhook, subject, now)]
        return sum(_queue(webhook, event, occurrence, subject, now) for webhook in told)


def queue_trial(*, webhook: Webhook, now: datetime) -> Delivery:
    """Something to try the receiver with; it is about nothing."""
    mark = uuid.uuid4()
    with transaction.atomic():
        _queue(webhook, TRIAL, str(mark), f"trial:{webhook.pk}", now)
    return Delivery.objects.get(webhook=webhook, occurrence=f"{TRIAL}:{mark}")


def _queue(webhook: Webhook, event: str, occurrence: str, subject: str, now: datetime) -> bool:
    delivery, fresh = Delivery.objects.get_or_create(
        webhook=webhook,
        occurrence=f"{event}:{occurrence}"[:120],
        defaults={
            "uuid": uuid.uuid4(),
            "event": event,
            "subject": subject,
            "body": body_of(event, subject, now, settings.PUBLIC_ADDRESS),
            "queued_at": now,
            "next_at": now,
        },
    )
    if fresh:
        deliver.defer(delivery_id=delivery.pk)
    return fresh
