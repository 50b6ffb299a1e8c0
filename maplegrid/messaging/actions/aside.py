"""Photos put aside because the scanner did not answer: nobody sees them until it does."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.kit.crypto import sm3
from maplegrid.kit.scanner import Verdict, look_through
from maplegrid.messaging.actions.photos import Picture, read_picture, store
from maplegrid.messaging.models import Attachment

AT_ONCE = 50


def look_again(*, actor: str, now: datetime) -> int:
    """Ask the scanner about what was put aside; clean photos join their message. Returns how many were settled."""
    settled = 0
    for attachment in Attachment.everything.filter(waiting_scan=True).order_by("id")[:AT_ONCE]:
        if not _settle(attachment, actor, now):
            break
        settled += 1
    return settled


def _settle(attachment: Attachment, actor: str, now: datetime) -> bool:
    """False while the scanner is still silent."""
    path = Path(settings.MEDIA_ROOT) / attachment.path
    raw = path.read_bytes() if path.exists() else b""
    verdict = look_through(raw)
    if verdict is Verdict.SILENT:
        return False
    picture = read_picture(raw) if verdict is Verdict.CLEAN else None
    outcome = "shown" if picture else "infected" if verdict is Verdict.INFECTED else "no_photo"
    with transaction.atomic():
        subject = f"attachment:{attachment.pk}"
        record(actor=actor, action="photo.looked_at", subject=subject, now=now, detail={"outcome": outcome})
        if picture:
            show(attachment, picture)
        else:
            attachment.delete()
    path.unlink(missing_ok=True)
    return True


def show(attachment: Attachment, picture: Picture) -> None:
    """Store the picture and write down what is known of it."""
    attachment.path, attachment.thumb_path = store(picture)
    attachment.mime, attachment.size, attachment.digest = "image/jpeg", len(picture.data), sm3(picture.data)
    attachment.width, attachment.height = picture.width, picture.height
    attachment.taken_at = picture.taken_at
    attachment.taken_lon, attachment.taken_lat = picture.lon, picture.lat
    attachment.waiting_scan = False
    attachment.save()
