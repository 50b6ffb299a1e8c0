"""Why a text message may not leave: no approved wording, no mobile number, too many to one number, too many of a kind."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from maplegrid.kit.moment import CHINA
from maplegrid.messaging.sms.tables import SmsAttempt, SmsTemplate
from maplegrid.rules.text_messages import fillings

NO_WORDING, NO_MOBILE, NUMBER_FULL, WORDING_FULL = "no_wording", "no_mobile", "number_full", "wording_full"
FOR_EVERY_GATEWAY = frozenset({NO_MOBILE, NUMBER_FULL})


def approved(gateway: str, body: str) -> tuple[SmsTemplate, dict[str, str]] | None:
    """The registered wording this text is, letter by letter, and what fills its blanks."""
    for template in SmsTemplate.objects.filter(gateway=gateway, active=True):
        found = fillings(template.wording, body)
        if found is not None:
            return template, found
    return None


def why_full(attempt: SmsAttempt, template: SmsTemplate, now: datetime, *, staff: bool = False) -> str:
    """The code of the limit that is reached, or "". Whoever asks holds the number and the wording until they commit.

    Staff are told with pauses of their own (rules/notices.py): a day's limit of a resident does not hold for them.
    """
    _hold(f"sms:{attempt.phone_index}")
    earlier = SmsAttempt.objects.exclude(pk=attempt.pk)
    mine = earlier.filter(phone_index=attempt.phone_index)
    for most, span in (
        (settings.SMS_NUMBER_HOUR, timedelta(hours=1)),
        (settings.SMS_NUMBER_DAY, timedelta(days=1)),
    ):
        if staff and span > timedelta(hours=1):
            continue
        if mine.filter(sent_at__gt=now - span).count() >= most:
            return NUMBER_FULL
    if template.a_day is not None:
        _hold(f"sms template {template.pk}")
        midnight = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        if earlier.filter(template=template, sent_at__gte=midnight).count() >= template.a_day:
            return WORDING_FULL
    return ""


def _hold(name: str) -> None:
    """Others who ask about the same wait until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
