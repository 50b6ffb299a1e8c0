"""Waiting for receipts: asking the gateway, and losing patience after three minutes."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from procrastinate.contrib.django import app

from maplegrid.kit.moment import now as moment
from maplegrid.messaging.sms.choosing import NoSuchGateway, real_gateway
from maplegrid.messaging.sms.gateway import WAITING, Asked, Refused, Unsure
from maplegrid.messaging.sms.receipts import take_receipt
from maplegrid.messaging.sms.sending import LOOK, NOT_SENT, State, fail, held_notice, move_on
from maplegrid.messaging.sms.tables import SmsAttempt

# Seconds after sending at which the gateway is asked, one after the other; a day later nobody asks any more.
QUESTIONS = (20, 60, 120, 170, 600, 3600, 6 * 3600, 24 * 3600)
BATCH = 500
log = logging.getLogger(__name__)


def look_after_texts(*, now: datetime) -> dict[str, int]:
    """Everything that is due, each claimed by a conditional update; says how many."""
    asked = SmsAttempt.objects.filter(ask_at__lte=now).order_by("ask_at")
    late = SmsAttempt.objects.filter(patience_until__lte=now).order_by("patience_until")
    return {
        "asked": sum(ask_about(attempt_id=pk, now=now) for pk in _ids(asked)),
        "late": sum(lose_patience(attempt_id=pk, now=now) for pk in _ids(late)),
    }


def look_at(*, attempt_id: int, now: datetime) -> None:
    """One attempt, for the jobs that were set for its moments."""
    ask_about(attempt_id=attempt_id, now=now)
    lose_patience(attempt_id=attempt_id, now=now)


@app.task(name=LOOK, queue="messaging")
def look_at_text(attempt_id: int) -> None:
    """Ask what became of it, or lose patience, if that is due."""
    look_at(attempt_id=attempt_id, now=moment())


def _ids(attempts: QuerySet[SmsAttempt]) -> list[int]:
    return list(attempts.values_list("pk", flat=True)[:BATCH])


def lose_patience(*, attempt_id: int, now: datetime) -> bool:
    """No receipt in time: on to the next gateway. The attempt itself may still be proved by a late receipt."""
    with transaction.atomic():
        notice = held_notice(attempt_id)
        due = SmsAttempt.objects.filter(pk=attempt_id, patience_until__lte=now)
        if due.filter(state=State.QUEUED).exists():
            return fail(attempt_id=attempt_id, code=NOT_SENT, now=now)
        if not due.update(patience_until=None):
            return False
        if notice is not None:
            move_on(notice, now)
    return True


def ask_about(*, attempt_id: int, now: datetime) -> bool:
    """Ask the gateway once, if a question is due; whoever comes second does not ask."""
    attempt = (
        SmsAttempt.objects.select_related("notice__message", "notice__person")
        .filter(pk=attempt_id, ask_at__lte=now)
        .first()
    )
    if attempt is None or not _claim_question(attempt, now):
        return False
    number = attempt.notice.number if attempt.notice else ""
    if not number or attempt.sent_at is None:
        return False
    asked = Asked(attempt.external_id, str(attempt.pk), number, attempt.sent_at)
    try:
        receipt = real_gateway(attempt.gateway).ask(asked)
    except (Refused, Unsure, NoSuchGateway) as trouble:
        log.warning("sms attempt %s: asking %s: %s", attempt.pk, attempt.gateway, trouble)
        return True
    if receipt.outcome != WAITING:
        take_receipt(gateway=attempt.gateway, receipt=receipt, now=moment())
    return True


def _claim_question(attempt: SmsAttempt, now: datetime) -> bool:
    later = [seconds for seconds in QUESTIONS if _at(attempt, seconds) > now]
    next_at = _at(attempt, later[0]) if later else None
    mine = SmsAttempt.objects.filter(pk=attempt.pk, ask_at=attempt.ask_at)
    return bool(mine.update(ask_at=next_at, asked=F("asked") + 1))


def _at(attempt: SmsAttempt, seconds: int) -> datetime:
    return (attempt.sent_at or attempt.queued_at) + timedelta(seconds=seconds)
