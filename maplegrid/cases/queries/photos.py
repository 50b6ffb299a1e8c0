"""Photos of cases one may see."""

from django.db.models import QuerySet

from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Attachment
from maplegrid.rules.access import Actor


def photo_seen_by(actor: Actor, photo_id: int) -> Attachment | None:
    """The photo, if it hangs on a message or step of a case this person may see."""
    seen = visible_to(actor)
    photos: QuerySet[Attachment] = Attachment.objects.filter(pk=photo_id)
    return (
        photos.filter(message__appeal__case__in=seen).first() or photos.filter(steps__case__in=seen).first()
    )
