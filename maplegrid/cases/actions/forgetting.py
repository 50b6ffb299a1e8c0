"""What the interface need not remember any longer."""

from datetime import datetime, timedelta

from django.db import transaction

from maplegrid.cases.models import Delivery, KeptReply

REPLIES_FOR = timedelta(days=7)
DELIVERIES_FOR = timedelta(days=90)


def forget_interface(*, now: datetime) -> tuple[int, int]:
    """Drop kept answers after a week and ended deliveries after 90 days. What still waits stays."""
    with transaction.atomic():
        replies, _each = KeptReply.objects.filter(kept_at__lt=now - REPLIES_FOR).delete()
        ended = Delivery.objects.filter(queued_at__lt=now - DELIVERIES_FOR)
        sent, _each = ended.exclude(state=Delivery.State.WAITING).delete()
    return replies, sent
