"""Who listens, and what became of what was sent."""

import time
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from maplegrid.accounts.models import ApiKey
from maplegrid.accounts.queries import in_force
from maplegrid.accounts.scopes import Scope
from maplegrid.cases.models import Case, Delivery, Order, Webhook
from maplegrid.cases.queries.orders import orders_visible_to
from maplegrid.cases.queries.scope import visible_to
from maplegrid.territory.actors import actor_of

ASK_AGAIN_S = 1.0
_asked_at, _answer = 0.0, False


def anybody_listens() -> bool:
    """Is there any webhook? Asked at most once a second per process, because every case opened asks it."""
    global _asked_at, _answer
    if time.monotonic() - _asked_at > ASK_AGAIN_S:
        _answer, _asked_at = Webhook.objects.filter(ended_at=None).exists(), time.monotonic()
    return _answer


def forget_listeners() -> None:
    """Ask anew at the next event."""
    global _asked_at
    _asked_at = 0.0


def listeners_of(event: str) -> QuerySet[Webhook]:
    """Live webhooks that asked for this event."""
    return Webhook.objects.filter(ended_at=None, events__contains=[event]).select_related("key__person")


def may_know(webhook: Webhook, subject: str, now: datetime) -> bool:
    """May the key's person see at this moment what the event is about? Asked again before every attempt."""
    key = in_force(now).filter(pk=webhook.key_id).first()
    if key is None or Scope.CASES_READ not in key.scopes or Webhook.objects.get(pk=webhook.pk).ended_at:
        return False
    return _sees(key, subject, now)


def _sees(key: ApiKey, subject: str, now: datetime) -> bool:
    kind, _colon, number = subject.partition(":")
    if key.person is None:
        return False
    actor = actor_of(key.person, now)
    if kind == "case":
        return visible_to(actor).filter(pk=int(number)).exists()
    if kind == "order":
        return orders_visible_to(actor).filter(pk=int(number)).exists()
    return kind == "trial"


def body_of(event: str, subject: str, now: datetime, address: str) -> dict[str, Any]:
    """What is sent: which event, of which number, when, and where to read on. No word of the matter, no person."""
    kind, _colon, number = subject.partition(":")
    base = {"event": event, "at": now.isoformat()}
    if kind == "case":
        case_number = Case.objects.values_list("number", flat=True).get(pk=int(number))
        return base | {"case": case_number, "link": f"{address}/api/v1/cases/{case_number}"}
    if kind == "order":
        case_number = Order.objects.values_list("case__number", flat=True).get(pk=int(number))
        return base | {
            "case": case_number,
            "order": int(number),
            "link": f"{address}/api/v1/orders/{number}",
        }
    return base | {"link": f"{address}/api/v1/webhooks"}


def deliveries(state: str = "") -> QuerySet[Delivery]:
    """The log, newest first."""
    rows = Delivery.objects.select_related("webhook__key").order_by("-id")
    return rows.filter(Q(state=state) if state else Q())
