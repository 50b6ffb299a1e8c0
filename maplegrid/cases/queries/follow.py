"""What a resident sees of their own matter, and nothing of anybody else's."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from maplegrid.cases.badges import Badge, badge_of_case
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Appeal, Case, Question, Step
from maplegrid.cases.words import public_words
from maplegrid.kit.words import when
from maplegrid.messaging.actions.receiving import code_digest
from maplegrid.messaging.models import Attachment, Message
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import ClockEvent, compute
from maplegrid.rules.lifecycle import ENDED, OPEN, Status
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.models import Building
from maplegrid.territory.queries import NobodyAnswers, tower, who_answers

NEXT_WORDS = {
    Status.TRIAGE: N_("正在看该由谁来办"),
    Status.REGISTERED: N_("等负责的人接下"),
    Status.DISPATCHED: N_("等负责的人接下"),
    Status.HANDLING: N_("正在办"),
    Status.CHECKING: N_("办好了，正在核查"),
    Status.RETURNED: N_("正在换合适的人来办"),
    Status.SUSPENDED: N_("先停一下，等条件到了继续"),
    Status.REOPENED: N_("重新办理"),
    Status.CLOSED: N_("办完了"),
    Status.MERGED: N_("和另一件事合在一起办"),
    Status.WITHDRAWN: N_("您撤回了"),
    Status.DIVERTED: N_("已依法转到别的渠道"),
}


def message_with_code(number: str, code: str) -> Message | None:
    """The message of this number if the code (or the last four digits of its phone) is right."""
    message = Message.objects.filter(number=number.strip()).first()
    given = code.strip().upper()
    if message is None or len(given) < 4:
        return None
    if message.code_digest and hmac.compare_digest(message.code_digest, code_digest(message.number, given)):
        return message
    tail = (message.contact_phone or "")[-4:]
    return message if len(tail) == 4 and hmac.compare_digest(tail, given) else None


@dataclass(frozen=True)
class FollowPage:
    """One resident's page."""

    message: Message
    appeal: Appeal | None
    case: Case | None
    badge: Badge | None
    next_words: str
    answers: str
    others: int
    steps: list[dict[str, object]]
    questions: list[Question]
    photos: list[Attachment]
    can_add: bool
    can_rate: bool
    can_reopen: bool
    can_withdraw: bool


def follow_page(message: Message, now: datetime) -> FollowPage:
    """Read the page. Before the worker has opened the case, it says so."""
    appeal = (
        Appeal.objects.filter(message=message)
        .select_related("case__area", "case__building", "case__unit")
        .first()
    )
    if appeal is None:
        return FollowPage(message, None, None, None, "", "", 0, [], [], [], False, False, False, False)
    case = appeal.case
    closed, gone = case.status == Status.CLOSED, appeal.withdrawn_at is not None
    return FollowPage(
        message=message,
        appeal=appeal,
        case=case,
        badge=badge_of_case(case, now) if case.status in OPEN else None,
        next_words=case.promise or _(NEXT_WORDS[Status(case.status)]),
        answers=who_holds(case),
        others=max(0, case.households - 1),
        steps=[
            {"words": public_words(step), "when": when(step.at, now)} for step in public_steps(case, appeal)
        ],
        questions=list(appeal.questions.filter(answered_at=None).order_by("id")),
        photos=list(message.attachments.all()),
        can_add=case.status in OPEN and not gone,
        can_rate=closed and appeal.rated_at is None and not gone,
        can_reopen=closed and not gone,
        can_withdraw=case.status not in ENDED and not gone,
    )


def public_steps(case: Case, appeal: Appeal) -> list[Step]:
    """Steps with words for residents, oldest first; what another reporter added stays theirs."""
    own = ("resident_added", "resident_answered", "rated", "withdraw")
    steps = case.steps.exclude(public_text="").order_by("at", "id")
    return list(steps) if not appeal.joined and case.households == 1 else list(steps.exclude(action__in=own))


def who_holds(case: Case) -> str:
    """Who answers for it, by role: the person, else the body or unit."""
    if case.assignee_id:
        return str(case.assignee)
    if case.body_id:
        return str(case.body)
    return str(case.accountable or case.unit or "")


def open_matters_in(building: Building) -> list[Case]:
    """Open, not sealed, not confidential matters of a building, for "me too"; titles by type only."""
    return list(
        Case.objects.filter(building=building, status__in=OPEN, sealed=False, flags=[])
        .exclude(category__flags__contains=["CONFIDENTIAL"])
        .select_related("category")
        .order_by("-received_at")[:4]
    )


@dataclass(frozen=True)
class Promise:
    """What will happen after sending: who, and by when the first contact."""

    who: str
    first_contact: datetime | None


def promise_for(unit_id: int | None, now: datetime) -> Promise:
    """Who would answer for a place, and the first-contact limit of an ordinary matter (profile P3)."""
    try:
        who = who_answers(unit_id or tower().root.pk, now=now).person_words if unit_id else ""
    except (NobodyAnswers, StopIteration):
        who = ""
    return Promise(who, _first_contact(now))


def _first_contact(now: datetime) -> datetime | None:
    from maplegrid.cases.actions.clocks import rule_of

    row = next((m for m in catalogue().milestones.get("P3", []) if m.name == "first_contact"), None)
    return compute(rule_of(row), [ClockEvent("start", now)], default_calendar()).due if row else None
