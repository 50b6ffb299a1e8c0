"""The one door through which staff move a case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.change import Change, Doer, Faster, Refused, apply_change
from maplegrid.cases.actions.steps import dispatching, handovers, working
from maplegrid.cases.actions.steps.after import AFTER
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.models import Case
from maplegrid.cases.queries.scope import view_of
from maplegrid.rules.access import Actor, why_not
from maplegrid.rules.lifecycle import ARROWS, Action
from maplegrid.rules.vocabulary import N_, Refusal

DOING: dict[Action, Callable[[Case, Wish, Actor, datetime], Change]] = {
    Action.REGISTER: dispatching.register,
    Action.ASSIGN: dispatching.assign,
    Action.ACCEPT: dispatching.accept,
    Action.CONTACT: working.contact,
    Action.ARRIVE: working.arrive,
    Action.REPORT_RESULT: working.report_result,
    Action.SEND_BACK: working.send_back,
    Action.CLOSE: working.close,
    Action.RETURN: dispatching.give_back,
    Action.HAND_UP: dispatching.hand_up,
    Action.HAND_OVER: dispatching.hand_over,
    Action.SUSPEND: working.suspend,
    Action.RESUME: working.resume,
    Action.MERGE: dispatching.merge,
    Action.DIVERT: handovers.divert,
    Action.REOPEN: working.reopen,
    Action.COMMENT: working.comment,
    Action.TELL_RESIDENT: working.tell_resident,
    Action.ASK_RESIDENT: working.ask_resident,
    Action.CORRECT: dispatching.correct,
    Action.NAME_SUBJECT: handovers.name_subject,
    Action.SEND_TO_POLICE: handovers.send_to_police,
    Action.CANCEL_POLICE: handovers.cancel_police,
    Action.RECORD_RECEIPT: handovers.record_receipt,
    Action.OPEN_CONTACT: working.open_contact,
}


def take_step(
    *,
    case_id: int,
    action: Action,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    wish: Wish | None = None,
) -> Case:
    """Do one thing to one case as one transaction.

    Raises Refused with the rule's sentence, or Faster when `version` (what the screen showed) is no longer so.
    """
    wish = wish or Wish()
    with transaction.atomic():
        case = _load(case_id)
        if version is not None and version != case.version and action not in REPEATABLE:
            raise Faster
        _ask_the_rules(case, action, actor, wish)
        change = DOING[action](case, wish, actor, now)
        arrow = ARROWS[action]
        if arrow.target is not None:
            change.fields.setdefault("status", arrow.target)
        change.photos = wish.photos
        doer = Doer(f"person:{actor.person_id}", actor.words, actor.person_id)
        step = apply_change(case=case, action=action, doer=doer, now=now, change=change)
        clocks.meet(case=case, action=action, at=now, by=doer.reference)
        after = AFTER.get(action)
        if after:
            after(case, wish, doer, now, step.pk)
    return case


# Adding words never conflicts with what somebody else did meanwhile.
REPEATABLE = frozenset(
    {Action.COMMENT, Action.OPEN_CONTACT, Action.TELL_RESIDENT, Action.ASK_RESIDENT, Action.CONTACT}
)


def _load(case_id: int) -> Case:
    return (
        Case.objects.select_related("unit", "body", "area", "category", "assignee", "accountable", "building")
        .prefetch_related("subjects", "handovers")
        .get(pk=case_id)
    )


def _ask_the_rules(case: Case, action: Action, actor: Actor, wish: Wish) -> None:
    view = view_of(case)
    if action is Action.CLOSE and wish.public_text:
        view = replace(view, told=True)
    if action is Action.REGISTER and (wish.unit_id or wish.building_id):
        view = replace(view, placed=True)
    refusal = why_not(action, actor, view)
    if refusal is None and ARROWS[action].reason_needed and not (wish.text or wish.public_text):
        refusal = Refusal("no_words", N_("请写一句说明，再点“{action}”"), {"action": ARROWS[action].words})
    if refusal:
        raise Refused(refusal)
