"""A phone call where no text message arrived: asked of one desk, seen and settled there."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from maplegrid.audit.actions import record
from maplegrid.messaging.models import Message, Notice
from maplegrid.messaging.sms.tables import CallTask
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_, Refusal, Role
from maplegrid.territory.models import Unit
from maplegrid.territory.queries import tower

CALLERS = (Role.HALL_DESK, Role.DISTRICT_COMMAND)
NOT_YOURS = Refusal("not_yours", N_("这通电话不在您的服务台"))
DONE = Refusal("done", N_("已经记过了"))
NO_WORDS = Refusal("no_words", N_("请写一句说明"))


class NotCalled(Exception):
    """The call cannot be settled or its number shown; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def call_desk() -> Unit:
    """Whose hall desk rings: the unit MAPLEGRID_SMS_CALL_DESK names, without it the district."""
    found = tower().by_code.get(settings.SMS_CALL_DESK) if settings.SMS_CALL_DESK else None
    return found or tower().root


def ask_to_call(notice: Notice, now: datetime) -> None:
    """In the caller's transaction. Whoever promised an answer of its own hears `notice.undelivered` and calls itself."""
    message = notice.message
    if message is None or message.raw.get("asks"):
        return
    call, _ = CallTask.objects.get_or_create(
        unit=call_desk(), phone_index=message.phone_index, settled_at=None, defaults={"asked_at": now}
    )
    call.notices.add(notice)


def settle_arrived(notice: Notice, now: datetime) -> None:
    """A late receipt: nobody need ring, unless another notice of the same call is still missing."""
    for call in notice.calls.select_for_update().filter(settled_at=None):
        if not call.notices.exclude(state=Notice.State.DELIVERED).exists():
            CallTask.objects.filter(pk=call.pk, settled_at=None).update(
                settled_at=now, outcome=CallTask.Outcome.ARRIVED
            )


def settle_call(*, call_id: int, reached: bool, words: str, actor: Actor, now: datetime) -> CallTask:
    """Rung, reached or not, and what was said. Raises NotCalled."""
    outcome = CallTask.Outcome.REACHED if reached else CallTask.Outcome.NOT_REACHED
    with transaction.atomic():
        call = _mine(call_id, actor)
        if not words.strip():
            raise NotCalled(NO_WORDS)
        done = CallTask.objects.filter(pk=call_id, settled_at=None).update(
            settled_at=now, settled_by_id=actor.person_id, outcome=outcome, words=words.strip()[:300]
        )
        if not done:
            raise NotCalled(DONE)
        _record(call, "call.settled", actor, now, {"outcome": outcome.value})
    call.refresh_from_db()
    return call


def show_number(*, call_id: int, actor: Actor, now: datetime) -> str:
    """The number to ring; every look is recorded. Raises NotCalled."""
    with transaction.atomic():
        call = _mine(call_id, actor)
        if call.settled_at:
            raise NotCalled(DONE)
        _record(call, "contact.viewed", actor, now, {"call": call.pk})
        messages = Message.objects.filter(notices__calls=call).distinct()
        return next((message.contact_phone for message in messages if message.contact_phone), "")


def _record(call: CallTask, action: str, actor: Actor, now: datetime, detail: dict[str, object]) -> None:
    for message_id in sorted(set(call.notices.values_list("message_id", flat=True))):
        record(
            actor=f"person:{actor.person_id}", action=action, subject=f"message:{message_id}", now=now, detail=detail
        )  # fmt: skip


def _mine(call_id: int, actor: Actor) -> CallTask:
    call = CallTask.objects.select_for_update(of=("self",)).filter(pk=call_id).first()
    if call is None or not is_caller(call, actor):
        raise NotCalled(NOT_YOURS)
    return call


def is_caller(call: CallTask, actor: Actor) -> bool:
    """At the named desk or the district's command, and not one of those the matter is about."""
    at_desk = any(s.role == Role.HALL_DESK and s.unit_id == call.unit_id for s in actor.seats)
    return (at_desk or actor.holds(Role.DISTRICT_COMMAND)) and not _is_barred(call, actor)


def _is_barred(call: CallTask, actor: Actor) -> bool:
    """Any notice of these messages kept this person, or a body they serve, out."""
    theirs = {f"person:{pk}" for pk in actor.person_ids} | {f"body:{pk}" for pk in actor.belongs_to}
    about = Notice.objects.filter(message__notices__calls=call).values_list("excluding", flat=True)
    return any(theirs.intersection(refs) for refs in about)


def open_calls(actor: Actor) -> list[CallTask]:
    """What this person may ring, oldest first."""
    desks = [s.unit_id for s in actor.seats if s.role == Role.HALL_DESK]
    mine = Q() if actor.holds(Role.DISTRICT_COMMAND) else Q(unit_id__in=desks)
    calls = CallTask.objects.filter(mine, settled_at=None).select_related("unit").order_by("asked_at")[:200]
    return [call for call in calls if is_caller(call, actor)]
