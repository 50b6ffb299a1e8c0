"""What a resident does after the first message: add, answer, withdraw, rate once, ask to re-open."""

from datetime import datetime

from django.db import transaction

from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import PLAIN, RESIDENT, Change, Refused, apply_change
from maplegrid.cases.actions.orders import cancel_orders
from maplegrid.cases.actions.steps.after import after_reopened
from maplegrid.cases.actions.steps.working import reopened
from maplegrid.cases.actions.telling import tell_staff
from maplegrid.cases.models import Appeal, Case, Question
from maplegrid.kit.events import emit
from maplegrid.messaging.models import Attachment
from maplegrid.rules.lifecycle import ENDED, OPEN, Action, Status, why_not_from
from maplegrid.rules.vocabulary import N_, Refusal

ENDED_ALREADY = Refusal("ended", N_("这件事已经结束了。如果没有解决，可以要求重新办理"))
GONE_ALREADY = Refusal("gone", N_("您已经撤回了这件事。还有事的话，请重新反映"))
RATED_ALREADY = Refusal("rated", N_("您已经评价过了，谢谢。评价只能说一次"))
NOT_CLOSED = Refusal("not_closed", N_("还没有办完，办完再请您说"))
MAX_REOPENINGS = 3


def _held(appeal_id: int) -> tuple[Appeal, Case]:
    """The appeal and its case, locked: a resident's click waits its turn instead of failing."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("assignee", "accountable")
        .get(appeals__pk=appeal_id)
    )
    appeal = Appeal.objects.select_related("message").get(pk=appeal_id)
    if appeal.withdrawn_at:
        raise Refused(GONE_ALREADY)
    return appeal, case


def add_words(*, appeal_id: int, text: str, photos: list[Attachment], now: datetime) -> Case:
    """More words or photos to an open case."""
    with transaction.atomic():
        appeal, case = _held(appeal_id)
        if case.status in ENDED:
            raise Refused(ENDED_ALREADY)
        if not text and not photos:
            raise Refused(Refusal("no_words", N_("请写一句，或者加一张照片")))
        public = N_("您补充了：{text}") if text else N_("您补了照片")
        change = Change(
            text=text,
            public_text=public,
            words={"text": text},
            photos=photos,
            detail={"appeal": appeal.pk},
        )
        apply_change(case=case, action="resident_added", doer=RESIDENT, now=now, change=change)
        tell_staff(case=case, what="added", now=now)
    return case


def answer_question(*, appeal_id: int, question_id: int, text: str, now: datetime) -> Case:
    """Answer something staff asked back; a question is answered once."""
    with transaction.atomic():
        appeal, case = _held(appeal_id)
        if not text:
            raise Refused(Refusal("no_words", N_("请写一句，或者加一张照片")))
        open_ones = Question.objects.filter(pk=question_id, appeal=appeal, answered_at=None)
        if not open_ones.update(answered_at=now, answer=text):
            raise Refused(Refusal("answered", N_("这个问题已经答过了")))
        change = Change(
            text=text,
            public_text=N_("您回答了：{text}"),
            words={"text": text},
            detail={"appeal": appeal.pk},
        )
        apply_change(case=case, action="resident_answered", doer=RESIDENT, now=now, change=change)
        tell_staff(case=case, what="answered", now=now)
    return case


def withdraw(*, appeal_id: int, reason: str, now: datetime) -> Case:
    """One reporter leaves; the case ends only when the last one does. A withdrawal never counts as resolved."""
    with transaction.atomic():
        appeal, case = _held(appeal_id)
        if case.status in ENDED:
            raise Refused(ENDED_ALREADY)
        appeal.withdrawn_at = now
        appeal.save(update_fields=["withdrawn_at"])
        left = case.appeals.filter(withdrawn_at=None).count()
        fields = {"households": left} if left else {"status": Status.WITHDRAWN, "closed_at": now}
        change = Change(
            dict(fields),
            text=reason,
            public_text=N_("您撤回了这件事"),
            words=PLAIN,
            detail={"appeal": appeal.pk, "left": left},
        )
        apply_change(case=case, action=Action.WITHDRAW, doer=RESIDENT, now=now, change=change)
        if not left:
            clocks.stop_all(case=case, at=now, by=RESIDENT.reference, reason="withdrawn")
            cancel_orders(case=case, by=RESIDENT.reference, now=now, reason=reason)
            emit("case.withdrawn", case_id=case.pk, version=case.version)
        tell_staff(case=case, what="withdrawn", now=now)
    return case


def rate(*, appeal_id: int, solved: bool, satisfied: int | None, words: str, now: datetime) -> Case:
    """Once, after closing: is it solved, and how satisfied (1–5)? It cannot be changed or asked for twice."""
    with transaction.atomic():
        appeal, case = _held(appeal_id)
        if case.status != Status.CLOSED:
            raise Refused(NOT_CLOSED)
        once = Appeal.objects.filter(pk=appeal.pk, rated_at=None)
        if not once.update(solved=solved, satisfied=satisfied, rating_words=words[:500], rated_at=now):
            raise Refused(RATED_ALREADY)
        answer = N_("您说：解决了") if solved else N_("您说：还没有解决")
        change = Change(
            text=words,
            public_text=answer,
            words=PLAIN,
            detail={"appeal": appeal.pk, "solved": solved, "satisfied": satisfied},
        )
        apply_change(case=case, action="rated", doer=RESIDENT, now=now, change=change)
        clocks.stop_named(case=case, names=("follow_up",), at=now, by=RESIDENT.reference)
    return case


def ask_reopen(*, appeal_id: int, reason: str, now: datetime) -> Case:
    """Not solved: the case goes back to the one who closed it, with the reason."""
    with transaction.atomic():
        appeal, case = _held(appeal_id)
        refusal = why_not_from(Action.REOPEN, Status(case.status)) and NOT_CLOSED
        if not refusal and not reason:
            refusal = Refusal("no_words", N_("请写一句哪里没有解决"))
        if not refusal and case.reopened >= MAX_REOPENINGS:
            refusal = Refusal(
                "often",
                N_("已经重新办理过 {times} 次，请打 12345 或到大厅，由上一级来看"),
                {"times": str(case.reopened)},
            )
        if refusal:
            raise Refused(refusal)
        Appeal.objects.filter(pk=appeal.pk).update(reopen_asked_at=now, reopen_reason=reason[:500])
        change = reopened(case, reason, now)
        change.fields["status"] = Status.REOPENED
        step = apply_change(case=case, action=Action.REOPEN, doer=RESIDENT, now=now, change=change)
        after_reopened(case, RESIDENT, now, step.pk, reason)
    return case


def open_status(case: Case) -> bool:
    """Whether anything can still be added."""
    return case.status in OPEN
