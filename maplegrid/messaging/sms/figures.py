"""What text messages cost and how many arrive, by gateway and month. Counted from the attempts, which hold no number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum

from maplegrid.kit.moment import CHINA
from maplegrid.messaging.sms.tables import SmsAttempt

DELIVERED = Q(state=SmsAttempt.State.DELIVERED)
TRIP = ExpressionWrapper(F("settled_at") - F("sent_at"), output_field=DurationField())


@dataclass(frozen=True)
class MonthOf:
    """`handed_over` reached the gateway; `yuan` is parts times the set price; `seconds` from sending to arrival, mean."""

    gateway: str
    handed_over: int
    delivered: int
    failed: int
    parts: int
    yuan: float
    seconds: float | None

    @property
    def share(self) -> float | None:
        """Delivered of what is settled; None while nothing is."""
        settled = self.delivered + self.failed
        return self.delivered / settled if settled else None


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """The first moment of its month in Asia/Shanghai and of the next."""
    first = moment.astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first, (first + timedelta(days=32)).replace(day=1)


def costs_of(moment: datetime) -> Sequence[MonthOf]:
    """One row a gateway for the month of `moment`."""
    first, last = month_of(moment)
    rows = (
        SmsAttempt.objects.filter(queued_at__gte=first, queued_at__lt=last)
        .values("gateway")
        .annotate(
            handed_over=Count("pk", filter=Q(accepted_at__isnull=False) | DELIVERED),
            delivered=Count("pk", filter=DELIVERED),
            failed=Count("pk", filter=Q(state=SmsAttempt.State.FAILED, sent_at__isnull=False)),
            parts=Sum("parts"),
            li=Sum("cost_li"),
            trip=Avg(TRIP, filter=DELIVERED),
        )
        .order_by("gateway")
    )
    return [
        MonthOf(
            row["gateway"], row["handed_over"], row["delivered"], row["failed"], row["parts"] or 0,
            (row["li"] or 0) / 1000, row["trip"].total_seconds() if row["trip"] else None,
        )
        for row in rows
    ]  # fmt: skip
