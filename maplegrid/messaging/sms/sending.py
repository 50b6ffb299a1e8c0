"""One notice through one gateway after another. Each attempt is claimed before it leaves, and never leaves twice.

queued → sent → accepted → delivered or failed. The claim is committed before the gateway is called: a worker that dies
in between leaves an attempt that may have left, and patience with it runs out like with any other. The notice is
locked before its attempts, always.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from maplegrid.audit.actions import record
from maplegrid.kit.crypto import keyring
from maplegrid.kit.events import emit
from maplegrid.kit.moment import now as moment
from maplegrid.messaging.models import Notice
from maplegrid.messaging.sms.calls import ask_to_call
from maplegrid.messaging.sms.choosing import NoSuchGateway, gateways_in_order, price_of, real_gateway
from maplegrid.messaging.sms.gateway import UNREACHED, Gateway, Refused, Taken, Text, Unsure
from maplegrid.messaging.sms.limits import (
    FOR_EVERY_GATEWAY,
    NO_MOBILE,
    NO_WORDING,
    approved,
    why_full,
)
from maplegrid.messaging.sms.tables import SmsAttempt, SmsTemplate
from maplegrid.rules.text_messages import is_mobile, masked_number, parts_of, without_sign

PATIENCE = timedelta(minutes=3)
FIRST_QUESTION = timedelta(seconds=20)
LOOK = "messaging.look_at_text"
NOT_SENT, NOT_NEEDED, NOT_SET_UP = "not_sent", "not_needed", "not_set_up"
State = SmsAttempt.State
SETTLED = {"patience_until": None, "ask_at": None}
log = logging.getLogger(__name__)


def begin(notice: Notice, now: datetime) -> None:
    """The first attempt of a queued notice, in the caller's transaction that holds the notice."""
    if not notice.attempts.exists():
        move_on(notice, now)


def move_on(notice: Notice, now: datetime) -> None:
    """The next gateway, or a phone call when none is left; nothing while an attempt is still waited for."""
    made = list(notice.attempts.order_by("turn"))
    over = notice.state in (Notice.State.DELIVERED, Notice.State.WITHHELD, Notice.State.FAILED)
    if over or any(attempt.patience_until for attempt in made):
        return
    name = next_gateway(made)
    if name is None:
        _give_up(notice, now)
        return
    number = notice.number
    attempt = SmsAttempt.objects.create(
        notice=notice,
        turn=len(made) + 1,
        gateway=name,
        phone_index=keyring().index(number) if number else "",
        phone_shown=masked_number(number),
        queued_at=now,
        patience_until=now + PATIENCE,
    )
    send_text.defer(attempt_id=attempt.pk)


def next_gateway(made: list[SmsAttempt]) -> str | None:
    """Each gateway once, in order; a single one that could not be reached gets a second try."""
    names = gateways_in_order()
    if made and made[-1].code in FOR_EVERY_GATEWAY:
        return None
    if len(made) < len(names):
        return names[len(made)]
    again = len(names) == 1 and len(made) == 1 and made[0].code == UNREACHED
    return names[0] if again else None


def _give_up(notice: Notice, now: datetime) -> None:
    Notice.objects.filter(pk=notice.pk).update(state=Notice.State.FAILED)
    notice.state = Notice.State.FAILED
    ask_to_call(notice, now)
    emit("notice.undelivered", notice_id=notice.pk)
    record(
        actor="system",
        action="notice.undelivered",
        subject=f"message:{notice.message_id}" if notice.message_id else f"person:{notice.person_id}",
        now=now,
        detail={"key": notice.key},
    )


def send_attempt(*, attempt_id: int, now: datetime) -> None:
    """Claim and hand over; whoever comes second does nothing."""
    claimed = _claim(attempt_id, now)
    if claimed is None:
        return
    gateway, text = claimed
    try:
        taken = gateway.send(text)
    except Refused as no:
        log.warning("sms attempt %s: %s refused: %s", attempt_id, gateway.name, no.code)
        fail(attempt_id=attempt_id, code=no.code, now=moment())
    except Unsure as lost:
        log.warning("sms attempt %s: no clear answer of %s (%s)", attempt_id, gateway.name, lost)
    else:
        _note_taken(attempt_id, gateway, text, taken, moment())


def held_notice(attempt_id: int) -> Notice | None:
    """The locked notice of an attempt, with whom it is for; None when it was erased."""
    return (
        Notice.objects.select_for_update(of=("self",))
        .select_related("message", "person")
        .filter(attempts__pk=attempt_id)
        .first()
    )


def _claim(attempt_id: int, now: datetime) -> tuple[Gateway, Text] | None:
    with transaction.atomic():
        notice = held_notice(attempt_id)
        attempt = SmsAttempt.objects.filter(pk=attempt_id, state=State.QUEUED).first()
        if attempt is None:
            return None
        ready = _ready(notice, attempt, now)
        if isinstance(ready, str):
            _fail(attempt_id, ready, now)
            if notice is not None:
                move_on(notice, now)
            return None
        gateway, text, template = ready
        mine = SmsAttempt.objects.filter(pk=attempt_id, state=State.QUEUED).update(
            state=State.SENT,
            sent_at=now,
            template=template,
            patience_until=now + PATIENCE,
            ask_at=now + FIRST_QUESTION,
        )
        if not mine:
            return None
        Notice.objects.filter(attempts__pk=attempt_id, state=Notice.State.QUEUED).update(
            state=Notice.State.SENT, sent_at=now
        )
        for later in (FIRST_QUESTION, PATIENCE + timedelta(seconds=1)):
            seconds = int(later.total_seconds())
            app.configure_task(LOOK, queue="messaging", schedule_in={"seconds": seconds}).defer(
                attempt_id=attempt_id
            )
    return gateway, text


def _ready(
    notice: Notice | None, attempt: SmsAttempt, now: datetime
) -> str | tuple[Gateway, Text, SmsTemplate]:
    """The gateway and what it is given; or the code of what stands against it."""
    if notice is None or notice.state == Notice.State.DELIVERED:
        return NOT_NEEDED
    number = notice.number
    if not is_mobile(number):
        return NO_MOBILE
    try:
        gateway = real_gateway(attempt.gateway)
    except NoSuchGateway:
        return NOT_SET_UP
    if gateway.missing():
        return NOT_SET_UP
    found = approved(attempt.gateway, notice.body)
    if found is None:
        return NO_WORDING
    template, blanks = found
    full = why_full(attempt, template, now, staff=notice.person_id is not None)
    if full:
        return full
    body = f"【{gateway.sign}】{without_sign(notice.body)}"
    return gateway, Text(str(attempt.pk), number, template.code, body, blanks, gateway.sign), template


def _note_taken(attempt_id: int, gateway: Gateway, text: Text, taken: Taken, now: datetime) -> None:
    """The gateway's yes. A receipt may have overtaken it: what it settled stays."""
    parts = taken.parts or parts_of(text.body)
    known: dict[str, Any] = {
        "external_id": taken.external_id[:80],
        "accepted_at": now,
        "parts": parts,
        "cost_li": parts * price_of(gateway.name),
    }
    with transaction.atomic():
        held_notice(attempt_id)
        SmsAttempt.objects.filter(pk=attempt_id).update(**known)
        SmsAttempt.objects.filter(pk=attempt_id, state=State.SENT).update(state=State.ACCEPTED)
        Notice.objects.filter(attempts__pk=attempt_id, state=Notice.State.SENT).update(
            state=Notice.State.ACCEPTED
        )


def fail(*, attempt_id: int, code: str, now: datetime) -> bool:
    """It did not arrive; the next gateway at once. False when something else was known already."""
    with transaction.atomic():
        notice = held_notice(attempt_id)
        if not _fail(attempt_id, code, now):
            return False
        if notice is not None:
            move_on(notice, now)
    return True


def _fail(attempt_id: int, code: str, now: datetime) -> bool:
    live = SmsAttempt.objects.filter(pk=attempt_id, state__in=(State.QUEUED, State.SENT, State.ACCEPTED))
    return bool(live.update(state=State.FAILED, code=code[:80], settled_at=now, **SETTLED))


@app.task(name="messaging.send_text", queue="messaging")
def send_text(attempt_id: int) -> None:
    """Hand one attempt to its gateway."""
    send_attempt(attempt_id=attempt_id, now=moment())
