"""The link a grid worker drops into a group, and relaying with the author's consent. No chat history is taken."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import record
from maplegrid.messaging.models import RelayLink
from maplegrid.territory.models import Building, Unit

VALID_FOR = timedelta(days=30)


def make_relay(
    *, person: Person, unit: Unit, building: Building | None, group_name: str, now: datetime
) -> RelayLink:
    """One tap: a link for one group, valid thirty days."""
    with transaction.atomic():
        link = RelayLink.objects.create(
            token=secrets.token_urlsafe(12),
            person=person,
            unit=unit,
            building=building,
            group_name=group_name[:80],
            created_at=now,
            expires_at=now + VALID_FOR,
        )
        record(actor=f"person:{person.pk}", action="relay.made", subject=f"relay:{link.pk}", now=now)
    return link


def read_relay(token: str, now: datetime) -> RelayLink | None:
    """The link if it exists and has not expired."""
    return (
        RelayLink.objects.filter(token=token, expires_at__gt=now)
        .select_related("person", "unit", "building")
        .first()
    )


def looks_like_chat_log(text: str) -> bool:
    """Several speakers pasted together: a relayed message is one person's words, never a group's history."""
    speakers = {
        line.split("：")[0].split(":")[0].strip()
        for line in text.splitlines()
        if "：" in line[:20] or ":" in line[:20]
    }
    return len(speakers) >= 3
