"""Holds: what must end before a case can close. Leaves place them; the spine only looks."""

from datetime import datetime

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.cases.models import Hold


def place_hold(*, case_id: int, kind: str, key: str, reason: str, actor: str, now: datetime) -> Hold:
    """Put a hold on a case; the same kind and key again is the same hold."""
    with transaction.atomic():
        hold, fresh = Hold.objects.get_or_create(
            case_id=case_id,
            kind=kind,
            key=key,
            defaults={"reason": reason, "placed_at": now, "placed_by": actor},
        )
        if fresh:
            record(actor=actor, action="case.hold", subject=f"case:{case_id}", now=now, reason=reason)
    return hold


def release_hold(*, case_id: int, kind: str, key: str, actor: str, now: datetime) -> bool:
    """Take it off; False if it was not there or already off."""
    with transaction.atomic():
        freed = Hold.objects.filter(case_id=case_id, kind=kind, key=key, released_at=None).update(
            released_at=now, released_by=actor
        )
        if freed:
            record(
                actor=actor, action="case.release", subject=f"case:{case_id}", now=now, detail={"kind": kind}
            )
    return bool(freed)
