"""A key asks to be told of events at an address of its own; the signing secret is said once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from maplegrid.accounts.models import ApiKey
from maplegrid.accounts.scopes import Scope
from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.models import Webhook
from maplegrid.cases.queries.webhooks import forget_listeners
from maplegrid.kit.outward import why_not_call
from maplegrid.rules.vocabulary import N_, Refusal

MOST_PER_KEY = 20
EVENTS = (
    "case.opened", "case.joined", "case.assigned", "case.closed", "case.reopened", "case.withdrawn",
    "case.corrected", "order.applied", "order.closed",
)  # fmt: skip
TOO_MANY = Refusal("too_many_webhooks", N_("一个密钥最多设 {most} 个推送"), {"most": str(MOST_PER_KEY)})
NEEDS_READ = Refusal("needs_read", N_("推送说的是案件，密钥要同时可以“查看案件”"))


@dataclass(frozen=True)
class Subscribed:
    """A new webhook and its signing secret, which is said now and never again."""

    webhook: Webhook
    secret: str


def subscribe(*, key: ApiKey, url: str, events: Collection[str], actor: str, now: datetime) -> Subscribed:
    """From now on `events` are sent to `url`. Raises Refused with the rule's sentence."""
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        ApiKey.objects.select_for_update().get(pk=key.pk)  # two at once do not slip past the limit
        refusal = _why_not(key, url)
        if refusal:
            raise Refused(refusal)
        webhook = Webhook.objects.create(
            key=key, url=url, events=sorted(set(events)), secret=secret, created_at=now
        )
        _audit("webhook.created", webhook, actor, now)
    forget_listeners()
    return Subscribed(webhook, secret)


def _why_not(key: ApiKey, url: str) -> Refusal | None:
    if Scope.CASES_READ not in key.scopes:
        return NEEDS_READ
    if Webhook.objects.filter(key=key, ended_at=None).count() >= MOST_PER_KEY:
        return TOO_MANY
    return why_not_call(url, settings.WEBHOOK_HOSTS)


def end_webhook(*, webhook: Webhook, actor: str, now: datetime) -> bool:
    """Nothing more is sent there, not even what waits. False when it had ended before."""
    with transaction.atomic():
        if not Webhook.objects.filter(pk=webhook.pk, ended_at=None).update(ended_at=now):
            return False
        _audit("webhook.ended", webhook, actor, now)
    return True


def _audit(action: str, webhook: Webhook, actor: str, now: datetime) -> None:
    detail = {"key": webhook.key_id, "url": webhook.url, "events": webhook.events}
    record(actor=actor, action=action, subject=f"webhook:{webhook.pk}", now=now, detail=detail)
