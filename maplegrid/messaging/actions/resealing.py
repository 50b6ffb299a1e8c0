"""After a key rotation: every stored contact is opened with its old key and sealed with the newest."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from maplegrid.audit.actions import record
from maplegrid.kit.crypto import keyring
from maplegrid.messaging.models import Message

BATCH = 500


def reseal_contacts(*, actor: str, now: datetime) -> int:
    """Seal anew what is not under the newest key, batch by batch; can be stopped and run again."""
    done = 0
    while batch := _old_ones():
        with transaction.atomic():
            Message.objects.bulk_update(batch, ["contact_name", "contact_phone"])
            record(
                actor=actor, action="keys.resealed", subject="messages", now=now, detail={"count": len(batch)}
            )
        done += len(batch)
    return done


def _old_ones() -> list[Message]:
    """Messages with a contact sealed under an older key (compared as stored text)."""
    newest = f"{keyring().newest}:"
    return list(
        Message.objects.extra(
            where=[
                "(contact_phone <> '' AND NOT starts_with(contact_phone, %s))"
                " OR (contact_name <> '' AND NOT starts_with(contact_name, %s))"
            ],
            params=[newest, newest],
        ).filter(~Q(pk=None))[:BATCH]
    )
