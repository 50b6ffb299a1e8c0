"""A key's own webhooks."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router
from ninja import Status as Answer

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.actions.webhooks import end_webhook, queue_trial, subscribe
from maplegrid.cases.api.finding import missing
from maplegrid.cases.api.keys import Caller, KeyWith, caller_in
from maplegrid.cases.api.repeats import RepeatKey, Reply, once
from maplegrid.cases.api.routes import PROBLEMS
from maplegrid.cases.api.shapes.basics import Id
from maplegrid.cases.api.shapes.webhooks import (
    DeliveriesOut,
    DeliveryOut,
    WebhookIn,
    WebhookOut,
    WebhooksOut,
)
from maplegrid.cases.models import Delivery, Webhook

router = Router(tags=["webhooks"])
MANAGE = KeyWith(Scope.WEBHOOKS_MANAGE)
WebhookId = Annotated[Id, Path()]
SHOWN = 100


@router.get("/webhooks", response={200: WebhooksOut, **PROBLEMS}, auth=MANAGE)
def webhooks(request: HttpRequest) -> Any:
    """The key's webhooks in use."""
    rows = Webhook.objects.filter(key=caller_in(request).key, ended_at=None).order_by("pk")
    return {"items": [_row(webhook) for webhook in rows]}


@router.post("/webhooks", response={201: WebhookOut, **PROBLEMS}, auth=MANAGE)
def add_webhook(request: HttpRequest, asked: WebhookIn, repeat_key: RepeatKey = None) -> Any:
    """Send these events to this address, as far as the key's person may see them. The secret is said once."""
    caller = caller_in(request)

    def do() -> Reply:
        events = [event.value for event in asked.events]
        made = subscribe(key=caller.key, url=asked.url, events=events, actor=caller.reference, now=caller.now)
        row = _row(made.webhook)
        return Answer(201, {**row, "created_at": row["created_at"].isoformat(), "secret": made.secret})

    return once(request, do, unsaid=("secret",))


@router.delete("/webhooks/{webhook_id}", response={204: None, **PROBLEMS}, auth=MANAGE)
def remove_webhook(request: HttpRequest, webhook_id: WebhookId) -> Any:
    """Send nothing more there, not even what waits."""
    caller = caller_in(request)
    end_webhook(webhook=_webhook(caller, webhook_id), actor=caller.reference, now=caller.now)
    return Answer(204, None)


@router.post("/webhooks/{webhook_id}/trial", response={201: DeliveryOut, **PROBLEMS}, auth=MANAGE)
def try_webhook(request: HttpRequest, webhook_id: WebhookId) -> Any:
    """Send an event about nothing, signed like any other, to try the receiver with."""
    caller = caller_in(request)
    return Answer(201, _delivery(queue_trial(webhook=_webhook(caller, webhook_id), now=caller.now)))


@router.get("/webhooks/{webhook_id}/deliveries", response={200: DeliveriesOut, **PROBLEMS}, auth=MANAGE)
def webhook_deliveries(request: HttpRequest, webhook_id: WebhookId) -> Any:
    """What became of the last hundred events."""
    webhook = _webhook(caller_in(request), webhook_id)
    return {"items": [_delivery(row) for row in webhook.deliveries.order_by("-pk")[:SHOWN]]}


def _webhook(caller: Caller, webhook_id: int) -> Webhook:
    """One of this key's own. Raises NotDone 404."""
    found = Webhook.objects.filter(pk=webhook_id, key=caller.key, ended_at=None).first()
    if found is None:
        raise missing()
    return found


def _row(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.pk,
        "url": webhook.url,
        "events": webhook.events,
        "created_at": webhook.created_at,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    names = ("event", "state", "attempts", "trouble", "queued_at", "next_at", "delivered_at")
    return {"delivery": str(row.uuid), **{name: getattr(row, name) for name in names}}
