"""Supervision (督办): placed and settled by a leader, answered by whoever has the case. It holds the case meanwhile."""

from datetime import datetime, timedelta

from django.db import transaction

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import Change, Doer, Refused, without_words, write_step
from maplegrid.cases.actions.holds import place_hold, release_hold
from maplegrid.cases.actions.telling import tell_staff
from maplegrid.cases.models import Case, Supervision
from maplegrid.cases.queries.scope import view_of
from maplegrid.rules.access import Actor
from maplegrid.rules.supervision import Colour, above, grades, why_not_answer, why_not_supervise
from maplegrid.rules.vocabulary import N_, Refusal

HOLD = "supervision"
NO_WORDS = Refusal("no_words", N_("请写明原因"))
SETTLED = Refusal("settled", N_("这次督办已经销号了"))


def supervise(*, case_id: int, colour: Colour, reason: str, actor: Actor, now: datetime) -> Supervision:
    """Place it. One that is not settled yet is raised, never doubled. Raises Refused."""
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=case_id)
        _insist(why_not_supervise(actor, view_of(case)), reason)
        grade = grades()[colour]
        fields = {
            "colour": colour.value, "points": grade.points, "reason": reason[:500], "placed_at": now,
            "placed_by_id": actor.person_id, "answer_by": now + timedelta(days=grade.days), "answer": "",
            "answered_at": None, "answered_by": None, "reminded_at": None,
        }  # fmt: skip
        placed, _ = Supervision.objects.update_or_create(case=case, settled_at=None, defaults=fields)
        hold = {"case_id": case.pk, "kind": HOLD, "key": str(placed.pk)}
        place_hold(**hold, reason=N_("督办还没有销号"), actor=_doer(actor).reference, now=now)  # type: ignore[arg-type]
        _note(placed, "supervise", actor, now, reason)
        tell_staff(case=case, what="supervised", now=now, key=f"{placed.pk}.{now:%s}")
    return placed


def answer_supervision(*, supervision_id: int, words: str, actor: Actor, now: datetime) -> Supervision:
    """What was done. The leader decides whether it is enough."""
    with transaction.atomic():
        placed = _open(supervision_id)
        _insist(why_not_answer(actor, view_of(placed.case)), words)
        placed.answer, placed.answered_at, placed.answered_by_id = words[:2000], now, actor.person_id
        placed.save(update_fields=["answer", "answered_at", "answered_by"])
        _note(placed, "supervise_answer", actor, now, words)
        tell_staff(
            case=placed.case,
            what="supervision_answered",
            now=now,
            person_id=placed.placed_by_id,
            key=f"{placed.pk}.{now:%s}",
        )
    return placed


def settle_supervision(*, supervision_id: int, actor: Actor, now: datetime) -> Supervision:
    """销号: the answer is enough; the case may be closed again."""
    with transaction.atomic():
        placed = _open(supervision_id)
        if refusal := why_not_supervise(actor, view_of(placed.case)):
            raise Refused(refusal)
        if placed.answered_at is None:
            raise Refused(Refusal("unanswered", N_("还没有回复，不能销号")))
        placed.settled_at, placed.settled_by_id = now, actor.person_id
        placed.save(update_fields=["settled_at", "settled_by"])
        release_hold(
            case_id=placed.case_id, kind=HOLD, key=str(placed.pk), actor=_doer(actor).reference, now=now
        )
        _note(placed, "supervise_settle", actor, now, "")
    return placed


def raise_supervision(*, supervision_id: int, reason: str, actor: Actor, now: datetime) -> Supervision:
    """Not answered in time or not enough: the next colour."""
    placed = Supervision.objects.get(pk=supervision_id)
    colour = above(Colour(placed.colour)) or Colour.RED
    return supervise(case_id=placed.case_id, colour=colour, reason=reason, actor=actor, now=now)


def remind_of_late_answers(*, now: datetime) -> int:
    """Once each: whoever has the case and the leader who asked hear that the answer is late. Says how many."""
    late = Supervision.objects.filter(settled_at=None, answered_at=None, reminded_at=None, answer_by__lte=now)
    return sum(_remind(pk, now) for pk in list(late.order_by("answer_by").values_list("pk", flat=True)[:500]))


def _remind(supervision_id: int, now: datetime) -> bool:
    with transaction.atomic():
        mine = Supervision.objects.filter(
            pk=supervision_id, settled_at=None, answered_at=None, reminded_at=None
        )
        if not mine.update(reminded_at=now):
            return False
        placed = Supervision.objects.select_related("case").get(pk=supervision_id)
        key = f"{placed.pk}.{placed.answer_by:%s}"
        tell_staff(case=placed.case, what="supervision_late", now=now, key=key)
        tell_staff(
            case=placed.case,
            what="supervision_late",
            now=now,
            key=f"{key}.asked",
            person_id=placed.placed_by_id,
        )
    return True


def _open(supervision_id: int) -> Supervision:
    placed = Supervision.objects.select_for_update(of=("self",)).select_related("case").get(pk=supervision_id)
    if placed.settled_at is not None:
        raise Refused(SETTLED)
    return placed


def _insist(refusal: Refusal | None, words: str) -> None:
    if refusal or not words.strip():
        raise Refused(refusal or NO_WORDS)


def _doer(actor: Actor) -> Doer:
    return Doer(f"person:{actor.person_id}", actor.words, actor.person_id)


def _note(placed: Supervision, what: str, actor: Actor, now: datetime, text: str) -> None:
    case, doer = placed.case, _doer(actor)
    change = Change(text=text, detail={"supervision": placed.pk, "colour": placed.colour})
    step = write_step(case, what, doer, now, change, case.status)
    detail = {"number": case.number, **without_words(step)}
    record(actor=doer.reference, action=f"case.{what}", subject=f"case:{case.pk}", now=now, detail=detail)
