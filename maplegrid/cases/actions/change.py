"""How every change to a case is written: one conditional update, one step, one audit entry, all or nothing."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from maplegrid.audit.actions import record
from maplegrid.cases.models import Case, Step
from maplegrid.kit.crypto import sm3
from maplegrid.messaging.models import Attachment
from maplegrid.rules.vocabulary import N_, Refusal


class Refused(Exception):
    """A rule said no; `refusal` is the sentence to show."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


class Faster(Exception):
    """Somebody changed the case first. Nothing of this attempt was written."""


@dataclass(frozen=True)
class Doer:
    """Who acts: a person (their role first), the resident, or the system."""

    reference: str
    words: str
    person_id: int | None = None


# Marks a sentence without placeholders as ours to translate.
PLAIN = {"_": ""}
RESIDENT = Doer("resident", N_("居民"))
SYSTEM = Doer("system", N_("系统"))


@dataclass
class Change:
    """What one action does to one case: new field values and what the timeline says.

    With `words`, `public_text` is a msgid with named placeholders, translated where it is read; without, it is
    somebody's own words. `text` always is.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    public_text: str = ""
    words: dict[str, str] = field(default_factory=dict)
    detail: dict[str, Any] = field(default_factory=dict)
    photos: list[Attachment] = field(default_factory=list)


def apply_change(*, case: Case, action: str, doer: Doer, now: datetime, change: Change) -> Step:
    """Write the change if nobody was faster; the case object is brought up to date in place."""
    before = case.status
    if change.words:
        change.detail = {**change.detail, "words": change.words}
    fields = {**change.fields, "version": case.version + 1}
    if not Case.objects.filter(pk=case.pk, version=case.version).update(**fields):
        raise Faster
    for name, value in fields.items():
        setattr(case, name, value)
    step = write_step(case, action, doer, now, change, before)
    facts = {"number": case.number, "from": before, "to": case.status}
    record(
        actor=doer.reference,
        action=f"case.{action}",
        subject=f"case:{case.pk}",
        now=now,
        reason=change.text[:500] if action in REASON_IS_EVIDENCE else "",
        detail={**facts, **without_words(step)},
    )
    return step


# Why somebody opened a resident's contact is told for as long as the audit lasts.
REASON_IS_EVIDENCE = frozenset({"open_contact"})


def without_words(step: Step) -> dict[str, Any]:
    """What the audit keeps of a step: its numbers, and a digest that proves its words while they last.

    The audit can never be changed, so nobody's words may be in it. The digest is salted, and the salt lies beside
    the words: once both are erased it tells nothing.
    """
    kept = {name: fact for name, fact in step.detail.items() if name not in SAID and not _is_words(fact)}
    return {**kept, "said": said_digest(step)} if step.text else kept


SAID = frozenset({"words", "salt", "lon", "lat", "accuracy_m"})


def _is_words(fact: Any) -> bool:
    """Codes are plain letters; whatever else is text may have been said by somebody."""
    return isinstance(fact, str) and not fact.isascii()


def said_digest(step: Step) -> str:
    """SM3 over salt and words of a step."""
    return sm3(f"{step.detail['salt']}{step.text}".encode())


def write_step(case: Case, action: str, doer: Doer, now: datetime, change: Change, before: str) -> Step:
    """One entry of the timeline."""
    step = Step.objects.create(
        case=case,
        at=now,
        action=action,
        actor_id=doer.person_id,
        actor_words=doer.words,
        text=change.text,
        public_text=change.public_text,
        from_status=before,
        to_status=case.status,
        detail={**change.detail, "salt": secrets.token_hex(16)} if change.text else change.detail,
    )
    if change.photos:
        step.photos.set(change.photos)
    return step
