"""Telling the writer and the staff of one letter, never anybody it is about, and keeping its timeline."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, override

from maplegrid.audit.actions import record
from maplegrid.cases.actions.change import PLAIN, Change, Doer, without_words, write_step
from maplegrid.messaging.actions import queue_notice
from maplegrid.rules.access import Actor
from maplegrid.rules.notices import Kind
from maplegrid.secretary.models import Audience
from maplegrid.secretary.queries.scope import barred_from
from maplegrid.secretary.words import SMS, STAFF, clock_words


def doer_of(actor: Actor) -> Doer:
    """Staff as the one who did it."""
    return Doer(f"person:{actor.person_id}", actor.words, actor.person_id)


def tell_writer(audience: Audience, what: str, key: str, now: datetime, at: datetime | None = None) -> None:
    """A text message to the writer, in the language they wrote from."""
    message = audience.appeal.message
    with override(message.language or "zh-hans"):
        body = gettext(SMS[what]).format(number=message.number, when=clock_words(at) if at else "")
    queue_notice(
        key=f"{what}:audience{audience.pk}:{key}",
        body=body,
        subject=f"case:{audience.case_id}",
        excluding=[],
        now=now,
        message=message,
    )


def tell_one(
    audience: Audience, what: str, person_id: int | None, key: str, now: datetime, at: datetime | None = None
) -> None:
    """A note on one person's screen (None: nobody's), withheld from whom the letter must not reach."""
    if person_id is None:
        return
    blanks = {"number": audience.case.number}
    if at:
        blanks["when"] = clock_words(at)
    queue_notice(
        key=f"{what}:audience{audience.pk}:{key}:{person_id}",
        kind=Kind.LETTER,
        body=STAFF[what].format(**blanks),
        words={"sentence": STAFF[what], **blanks},
        subject=f"case:{audience.case_id}",
        excluding=[f"person:{pk}" for pk in sorted(barred_from(audience))],
        now=now,
        person_id=person_id,
    )


def note(
    audience: Audience,
    what: str,
    doer: Doer,
    now: datetime,
    *,
    text: str = "",
    public: str = "",
    words: dict[str, str] | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """One entry in the case's timeline and one in the audit."""
    detail = {**(detail or {}), "audience": audience.pk}
    change = Change(
        text=text, public_text=public, detail={**detail, "words": words or PLAIN} if public else detail
    )
    step = write_step(audience.case, f"audience_{what}", doer, now, change, audience.case.status)
    record(
        actor=doer.reference,
        action=f"audience.{what}",
        subject=f"case:{audience.case_id}",
        now=now,
        detail={"number": audience.case.number, "stage": str(audience.stage), **without_words(step)},
    )
