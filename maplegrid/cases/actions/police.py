"""A police station answers what was handed to it: a receipt, or back with a reason. What it says is kept as its own."""

from datetime import datetime

from django.db import transaction

from maplegrid.cases.actions.change import Change, Doer, Refused, apply_change
from maplegrid.cases.actions.telling import tell_staff
from maplegrid.cases.models import Case, Handover
from maplegrid.cases.queries.police import handovers_to
from maplegrid.rules.access import Actor
from maplegrid.rules.police import RECEIVED, RETURNED, why_not_answer
from maplegrid.rules.vocabulary import N_, Refusal

LONGEST_NUMBER = 60
LONGEST_ANSWER = 2_000


def give_receipt(*, handover_id: int, number: str, words: str, actor: Actor, now: datetime) -> Handover:
    """The station has it, under its own number. Refused without a number, for others, and a second time."""
    if not number.strip():
        raise Refused(Refusal("no_number", N_("请写回执编号")))
    return _answer(handover_id, RECEIVED, number, words, actor, now)


def return_handover(*, handover_id: int, reason: str, actor: Actor, now: datetime) -> Handover:
    """Not theirs after all; whoever has the case reads why. Refused without a reason."""
    if not reason.strip():
        raise Refused(Refusal("no_words", N_("请写退回的理由")))
    return _answer(handover_id, RETURNED, "", reason, actor, now)


def _answer(handover_id: int, answer: str, number: str, words: str, actor: Actor, now: datetime) -> Handover:
    with transaction.atomic():
        handover = _locked(handover_id, actor, answer)
        case = Case.objects.select_for_update(of=("self",)).get(pk=handover.case_id)
        handover.state, handover.answer = Handover.State(answer), words.strip()[:LONGEST_ANSWER]
        handover.answered_at, handover.answered_by_id = now, actor.person_id
        if answer == RECEIVED:
            handover.received_at, handover.receipt_number = now, number.strip()[:LONGEST_NUMBER]
        handover.save()
        doer = Doer(f"person:{actor.person_id}", actor.words, actor.person_id)
        apply_change(
            case=case, action=f"police_{answer}", doer=doer, now=now, change=_change(handover, answer)
        )
        tell_staff(case=case, what=f"police_{answer}", now=now)
    return handover


def _locked(handover_id: int, actor: Actor, answer: str) -> Handover:
    """The hand-over as it is now; a stranger's and one that does not exist are refused alike."""
    visible = handovers_to(actor).filter(pk=handover_id).exists()
    found = Handover.objects.select_for_update().filter(pk=handover_id).first() if visible else None
    refusal = why_not_answer(actor, found.body_id if found else None, found.state if found else "", answer)
    if refusal or found is None:
        raise Refused(refusal or Refusal("other_station", ""))
    return found


def _change(handover: Handover, answer: str) -> Change:
    """Residents read that it was received; a return is for staff to deal with first."""
    change = Change(text=handover.answer, detail={"handover": handover.pk, "body": handover.body_id})
    if answer == RECEIVED:
        change.public_text, change.words = N_("{unit}已收到"), {"unit": str(handover.body)}
        change.detail["receipt"] = handover.receipt_number
    return change
