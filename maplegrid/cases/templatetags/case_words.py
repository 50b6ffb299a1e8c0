"""Words of cases for templates: names of steps, refusals, statuses, and when things happened."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext

from maplegrid.accounts.models import Body
from maplegrid.cases.models import Case, Category, Step
from maplegrid.cases.names import milestone_name as milestone_words
from maplegrid.cases.names import step_name as step_words
from maplegrid.cases.queries.page import CasePage
from maplegrid.cases.words import body_words, category_words, holder_words, place_words, status_words
from maplegrid.cases.words import public_words as words_for_residents
from maplegrid.kit.words import named
from maplegrid.kit.words import when as when_words
from maplegrid.rules.triage import URGENCY_NAMES, Reason, Urgency
from maplegrid.rules.vocabulary import CHANNEL_NAMES, FLAG_NAMES, Channel, Flag, Refusal
from maplegrid.territory.words import sentence_of

register = template.Library()


@register.filter
def said(msgid: str) -> str:
    """A word of the rules in the reader's language."""
    return gettext(msgid) if msgid else ""


@register.filter
def sentence(refusal: Refusal) -> str:
    """A refusal as a sentence."""
    return sentence_of(refusal)


@register.filter
def reason_words(reason: dict[str, Any]) -> str:
    """Why the reader thought so, in the language of whoever reads it."""
    return Reason.of(reason).told(gettext) if reason else ""


@register.filter
def step_text(step: Step) -> str:
    """What somebody wrote; the door it came by and the routing's reason in the reader's language."""
    return said(step.text) if step.action in ("received", "routed") else step.text


@register.filter
def escalation(page: CasePage) -> Step | None:
    """The step since which the person who answers now does so by escalation; None when it was not one."""
    moved = next((step for step in page.steps if step.action == "escalated"), None)
    return moved if moved and moved.detail["now"] == page.case.accountable_id else None


@register.filter
def doer_words(step: Step) -> str:
    """Who did it, by role: as they are called now, else as it was written."""
    return named(step.actor) if step.actor else said(step.actor_words)


@register.filter
def step_name(step: Step) -> str:
    return step_words(step.action)


@register.filter
def milestone_name(code: str) -> str:
    return milestone_words(code)


@register.filter
def public_words(step: Step) -> str:
    return words_for_residents(step)


@register.filter
def staff_detail(step: Step) -> str:
    """What the resident reads, where it says more than the step's name (to whom, by whom)."""
    words = step.detail.get("words") or {}
    return words_for_residents(step) if set(words) - {"_"} else ""


@register.filter
def status_name(case: Case) -> str:
    return status_words(case)


@register.filter
def urgency_name(case: Case) -> str:
    return gettext(URGENCY_NAMES[Urgency(case.urgency)])


@register.filter
def category_name(category: Category) -> str:
    return category_words(category)


@register.filter
def body_name(body: Body) -> str:
    return body_words(body)


@register.filter
def flag_name(code: str) -> str:
    return gettext(FLAG_NAMES[Flag(code)])


@register.filter
def channel_name(code: str) -> str:
    return gettext(CHANNEL_NAMES[Channel(code)])


@register.filter
def when(at: datetime, now: datetime) -> str:
    """今天 13:02 · 昨天 22:40 · 周六 17:44 · 2026-10-09 08:00."""
    return when_words(at, now) if at else ""


@register.filter
def holder(case: Case) -> str:
    """Who has it: the person by role, else the body or unit."""
    return holder_words(case)


@register.filter
def place(case: Case) -> str:
    """小分格 · 楼栋, as short as it is clear."""
    return place_words(case)


@register.simple_tag
def address(filters: Any, **changes: Any) -> str:
    """The filters' query string with something changed."""
    return f"?{filters.address(**changes)}"
