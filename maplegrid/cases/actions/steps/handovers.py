"""To the police first, or to a statutory route; a transfer is done when the other side's receipt is recorded."""

from datetime import datetime

from maplegrid.accounts.models import Body
from maplegrid.cases.actions.change import PLAIN, Change, Refused
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.models import Case, CaseSubject, Handover
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import N_, Refusal


def divert(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """To a statutory route, with a receipt to come and a notice to the resident (信访工作条例 Art 31)."""
    body = Body.objects.filter(pk=wish.body_id or 0, active=True).first()
    if body is None:
        raise Refused(Refusal("no_body", N_("请选接收的机构")))
    Handover.objects.create(
        case=case,
        kind=Handover.Kind.DIVERSION,
        state=Handover.State.SENT,
        body=body,
        reason=wish.text,
        basis="信访工作条例 31 条",
        created_at=now,
        sent_at=now,
        sent_by_id=actor.person_id,
    )
    return Change(
        {"closed_at": now, "told_at": now},
        text=wish.text,
        public_text=N_("依法转到{unit}办理：{reason}"),
        words={"unit": body.name, "reason": wish.text},
    )


def name_subject(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """From now on the named person, body or unit neither sees the case nor hears of it."""
    if not (wish.person_id or wish.body_id or wish.unit_id):
        raise Refused(Refusal("no_subject", N_("请选被反映的人、机构或单元")))
    CaseSubject.objects.create(
        case=case, person_id=wish.person_id, body_id=wish.body_id, unit_id=wish.unit_id, words=wish.text[:200]
    )
    return Change(
        text=wish.text, detail={"person": wish.person_id, "body": wish.body_id, "unit": wish.unit_id}
    )


def send_to_police(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """A named person hands it over; the minimum of data goes with it."""
    draft = case.handovers.filter(kind=Handover.Kind.POLICE, state=Handover.State.DRAFTED).first()
    handover = draft or Handover(case=case, kind=Handover.Kind.POLICE, reason=wish.text, created_at=now)
    handover.body_id = wish.body_id or handover.body_id
    handover.state, handover.sent_at, handover.sent_by_id = Handover.State.SENT, now, actor.person_id
    if handover.body_id is None:
        raise Refused(Refusal("no_body", N_("请选接收的机构")))
    handover.save()
    return Change(
        text=wish.text, public_text=N_("已请公安介入"), words=PLAIN, detail={"body": handover.body_id}
    )


def cancel_police(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    drafts = case.handovers.filter(kind=Handover.Kind.POLICE, state=Handover.State.DRAFTED)
    if not drafts.update(state=Handover.State.CANCELLED, answer=wish.text):
        Handover.objects.create(
            case=case,
            kind=Handover.Kind.POLICE,
            state=Handover.State.CANCELLED,
            reason=wish.text,
            created_at=now,
        )
    return Change(text=wish.text)


def record_receipt(case: Case, wish: Wish, actor: Actor, now: datetime) -> Change:
    """The other side has it: its number, its words, kept as theirs."""
    handover = case.handovers.filter(pk=wish.handover_id or 0, state=Handover.State.SENT).first()
    if handover is None:
        raise Refused(Refusal("no_handover", N_("没有等回执的移交")))
    handover.state, handover.received_at = Handover.State.RECEIVED, now
    handover.receipt_number, handover.answer = wish.number[:60], wish.text
    handover.save()
    return Change(
        text=wish.text,
        public_text=N_("{unit}已收到"),
        words={"unit": str(handover.body)},
        detail={"receipt": wish.number},
    )
