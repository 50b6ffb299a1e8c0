"""What people ask about their own data, and the desk's answer (个人信息保护法 Art. 45–47, 50)."""

from datetime import datetime

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.erasing import Ground, erase_message
from maplegrid.cases.models import Case, Preservation, RightsRequest
from maplegrid.messaging.models import Message
from maplegrid.rules.access import Actor
from maplegrid.rules.retention import ANSWER_WITHIN, RequestKind, RequestState
from maplegrid.rules.vocabulary import N_, Refusal, Role

DECIDES = (Role.DISTRICT_COMMAND,)
NOT_YOURS = Refusal("not_yours", N_("这由区指挥中心决定"))
NO_REASON = Refusal("no_reason", N_("请写明理由"))


def ask(*, message: Message, kind: RequestKind, words: str, now: datetime) -> RightsRequest:
    """Whoever holds number and code asks. The same request twice is one; for a correction it must say what is wrong."""
    if kind is RequestKind.CORRECTION and not words.strip():
        raise Refused(Refusal("no_words", N_("请写一句哪里不对，应该是什么")))
    with transaction.atomic():
        asked, fresh = RightsRequest.objects.get_or_create(
            message=message,
            kind=kind.value,
            state=RequestState.OPEN.value,
            defaults={"words": words[:2000], "asked_at": now, "due_at": now + ANSWER_WITHIN},
        )
        if fresh:
            _tell("asked", asked, "resident", now)
    return asked


def decide(*, request_id: int, granted: bool, answer: str, actor: Actor, now: datetime) -> RightsRequest:
    """Grant or refuse, once, with words to the resident. A granted erasure is carried out in the same moment."""
    if not actor.holds(*DECIDES):
        raise Refused(NOT_YOURS)
    if not granted and not answer.strip():
        raise Refused(NO_REASON)
    with transaction.atomic():
        asked = RightsRequest.objects.select_for_update().select_related("message").get(pk=request_id)
        if asked.state != RequestState.OPEN:
            raise Refused(Refusal("decided", N_("刚才已经有人答复了")))
        if granted and asked.kind == RequestKind.ERASURE:
            _carry_out(asked, actor, now)
        asked.state = (RequestState.GRANTED if granted else RequestState.REFUSED).value
        asked.answer, asked.decided_at, asked.decided_by_id = answer[:2000], now, actor.person_id
        asked.save(update_fields=["state", "answer", "decided_at", "decided_by", "words"])
        _tell(asked.state, asked, f"person:{actor.person_id}", now)
    return asked


def _carry_out(asked: RightsRequest, actor: Actor, now: datetime) -> None:
    ground = Ground("request", "个人信息保护法 47 条", f"person:{actor.person_id}")
    made = erase_message(message_id=asked.message_id, ground=ground, now=now)
    if isinstance(made, Refusal):
        raise Refused(made)
    asked.words = ""


def _tell(what: str, asked: RightsRequest, by: str, now: datetime) -> None:
    detail = {"kind": asked.kind, "number": asked.message.number}
    record(actor=by, action=f"rights.{what}", subject=f"message:{asked.message_id}", now=now, detail=detail)


def preserve(*, number: str, reason: str, actor: Actor, now: datetime) -> Preservation:
    """Keep a case as evidence, by name and with a reason."""
    if not actor.holds(*DECIDES):
        raise Refused(NOT_YOURS)
    if not reason.strip():
        raise Refused(NO_REASON)
    case = Case.objects.filter(number=number.strip(), erased_at=None).first()
    if case is None:
        raise Refused(Refusal("no_case", N_("没有这个编号的案件，或者已经删除了")))
    with transaction.atomic():
        kept, fresh = Preservation.objects.get_or_create(
            case=case,
            lifted_at=None,
            defaults={"reason": reason[:300], "placed_at": now, "placed_by_id": actor.person_id},
        )
        if fresh:
            _note(kept, "preserved", actor, now)
    return kept


def lift(*, preservation_id: int, actor: Actor, now: datetime) -> bool:
    """It need not be kept any longer. False when it was lifted before."""
    if not actor.holds(*DECIDES):
        raise Refused(NOT_YOURS)
    with transaction.atomic():
        held = Preservation.objects.filter(pk=preservation_id, lifted_at=None)
        if not held.update(lifted_at=now, lifted_by_id=actor.person_id):
            return False
        _note(Preservation.objects.get(pk=preservation_id), "lifted", actor, now)
    return True


def _note(kept: Preservation, what: str, actor: Actor, now: datetime) -> None:
    record(
        actor=f"person:{actor.person_id}",
        action=f"case.{what}",
        subject=f"case:{kept.case_id}",
        now=now,
        reason=kept.reason,
    )
