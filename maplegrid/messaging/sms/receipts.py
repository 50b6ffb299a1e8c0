"""Receipts: what a gateway says became of a message. Twice, late or out of turn, they do no harm."""

import logging
from datetime import datetime

from django.db import transaction

from maplegrid.kit.crypto import keyring
from maplegrid.messaging.actions.notices import tell_of_delivery
from maplegrid.messaging.models import Notice
from maplegrid.messaging.sms.calls import settle_arrived
from maplegrid.messaging.sms.gateway import DELIVERED, WAITING, Receipt
from maplegrid.messaging.sms.sending import SETTLED, State, held_notice, move_on
from maplegrid.messaging.sms.tables import SmsAttempt

log = logging.getLogger(__name__)
LIVE = (State.SENT, State.ACCEPTED)


def take_receipt(*, gateway: str, receipt: Receipt, now: datetime) -> bool:
    """Note one receipt; True when it told something new.

    Delivered is the last word, also after a failure or when another gateway was tried meanwhile; a failure only counts
    while nothing else is known. A receipt that names another number than the message had is not believed.
    """
    attempt = _attempt_of(gateway, receipt)
    if attempt is None or receipt.outcome == WAITING:
        return False
    with transaction.atomic():
        notice = held_notice(attempt.pk)
        at = _bounded(receipt.at, attempt.sent_at or now, now)
        if not _settle(attempt.pk, receipt, at):
            return False
        _keep(attempt.pk, notice, receipt, now)
        if notice is not None and receipt.outcome == DELIVERED:
            _arrived(notice, at, now)
        elif notice is not None:
            move_on(notice, now)
    return True


def _attempt_of(gateway: str, receipt: Receipt) -> SmsAttempt | None:
    mine = SmsAttempt.objects.filter(gateway=gateway).exclude(sent_at=None)
    found = mine.filter(external_id=receipt.external_id).first() if receipt.external_id else None
    if found is None and receipt.reference.isdecimal() and len(receipt.reference) < 18:
        found = mine.filter(pk=int(receipt.reference), external_id__in=("", receipt.external_id)).first()
    if found is None or (receipt.source != "asked" and not _is_number_of(found, receipt.number)):
        log.warning("a receipt of %s fits no text message", gateway)
        return None
    return found


def _is_number_of(attempt: SmsAttempt, number: str) -> bool:
    return bool(attempt.phone_index) and keyring().index(number) == attempt.phone_index


def _settle(attempt_id: int, receipt: Receipt, at: datetime) -> bool:
    delivered = receipt.outcome == DELIVERED
    before = (*LIVE, State.FAILED) if delivered else LIVE
    return bool(
        SmsAttempt.objects.filter(pk=attempt_id, state__in=before).update(
            state=State.DELIVERED if delivered else State.FAILED,
            code=receipt.code[:80],
            settled_at=at,
            **SETTLED,
        )
    )


def _keep(attempt_id: int, notice: Notice | None, receipt: Receipt, now: datetime) -> None:
    """The receipt as evidence, without the number."""
    attempt = SmsAttempt.objects.get(pk=attempt_id)
    said = {
        "at": now.isoformat(),
        "outcome": receipt.outcome,
        "told_at": receipt.at.isoformat() if receipt.at else "",
        "code": receipt.code[:80],
        "source": receipt.source,
    }
    attempt.receipts = [*attempt.receipts, said]
    attempt.save(update_fields=["receipts"])
    if notice is not None:
        evidence = {"gateway": attempt.gateway, "id": attempt.external_id, **said}
        notice.receipts = [*notice.receipts, evidence]
        notice.save(update_fields=["receipts"])


def _arrived(notice: Notice, at: datetime, now: datetime) -> None:
    if notice.state in (Notice.State.DELIVERED, Notice.State.WITHHELD):
        return
    notice.state, notice.delivered_at = Notice.State.DELIVERED, at
    notice.save(update_fields=["state", "delivered_at"])
    SmsAttempt.objects.filter(notice=notice, state=State.QUEUED).update(
        state=State.FAILED, code="not_needed", settled_at=now, **SETTLED
    )
    SmsAttempt.objects.filter(notice=notice).update(patience_until=None)
    settle_arrived(notice, now)
    tell_of_delivery(notice)


def _bounded(told: datetime | None, sent_at: datetime, now: datetime) -> datetime:
    """When it arrived: the vendor's time, never before it was sent nor after now."""
    return now if told is None else min(max(told, sent_at), now)
