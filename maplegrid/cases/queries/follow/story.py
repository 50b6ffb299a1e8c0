"""The timeline of one reporter: the course of the matter, their own words, and nobody else's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from maplegrid.cases.models import Appeal, Case, Step
from maplegrid.cases.words import public_words
from maplegrid.kit.moment import CHINA
from maplegrid.kit.words import when
from maplegrid.messaging.models import Attachment
from maplegrid.rules.lifecycle import Action

# What a reporter did themselves: shown to that reporter only.
OWN = frozenset({"resident_added", "resident_answered", "rated", Action.WITHDRAW.value})
# Addressed to the reporters of that moment: not shown to whoever joined later.
TO_REPORTERS = frozenset({Action.CONTACT.value, Action.ASK_RESIDENT.value, Action.TELL_RESIDENT.value})
# Blanks that hold names of units and roles, never somebody's own words.
NAMES_ONLY = frozenset({"_", "unit", "above", "person", "number"})


@dataclass(frozen=True)
class Told:
    """One line of the timeline."""

    words: str
    when: str


@dataclass(frozen=True)
class Part:
    """A case in which the appeal stood from `since` on (None: from its beginning)."""

    case: Case
    since: datetime | None
    joined: bool = False


def parts_of(appeal: Appeal) -> list[Part]:
    """The reporter's own case, then the ones it was merged into; for a "me too", the case that was joined."""
    case = Case.objects.select_related("merged_into").filter(number=appeal.message.number).first()
    if case is None:
        return [Part(appeal.case, appeal.message.opened_at, joined=True)]
    parts = [Part(case, None)]
    while case.pk != appeal.case_id and case.merged_into is not None:
        parts.append(Part(case.merged_into, case.closed_at))
        case = case.merged_into
    return parts


def story_of(appeal: Appeal, parts: Iterable[Part], now: datetime) -> list[Told]:
    """What happened, oldest first; the day is said once."""
    told, day = [], None
    for at, words in _lines(appeal, parts):
        at = at.astimezone(CHINA)
        told.append(Told(words, f"{at:%H:%M}" if at.date() == day else when(at, now)))
        day = at.date()
    return told


def _lines(appeal: Appeal, parts: Iterable[Part]) -> Iterator[tuple[datetime, str]]:
    for part in parts:
        alone = part.case.appeals.count() == 1 and not part.joined
        for step in part.case.steps.exclude(public_text="").order_by("at", "id"):
            if _concerns(step, appeal, part, alone):
                yield step.at, _words(step, appeal, part)


def _concerns(step: Step, appeal: Appeal, part: Part, alone: bool) -> bool:
    if step.action in OWN:
        return is_of(step, appeal) or (alone and "appeal" not in step.detail)
    if part.since is None or step.at >= part.since:
        return True
    return part.joined and _is_public_course(step)


def is_of(step: Step, appeal: Appeal) -> bool:
    """Whether this reporter did it."""
    return step.detail.get("appeal") == appeal.pk


def _is_public_course(step: Step) -> bool:
    """Our own sentence about the matter itself, without anybody's words in its blanks."""
    words = step.detail.get("words")
    return step.action not in TO_REPORTERS and isinstance(words, dict) and set(words) <= NAMES_ONLY


def _words(step: Step, appeal: Appeal, part: Part) -> str:
    if part.joined and step.action == "received":
        return _("有人先说了这件事")
    if part.joined and step.action == "joined" and step.at == part.since:
        return _("收到您的反映，和这件事一起办")
    if step.action == Action.CONTACT and part.case.households > 1:
        return _("联系了反映的住户")
    return public_words(step)


def promise_to(part: Part) -> str:
    """The last words staff gave the reporters, if this one already was among them."""
    if not part.case.promise or part.since is None:
        return part.case.promise
    heard = part.case.steps.filter(action=Action.TELL_RESIDENT, at__gte=part.since)
    return part.case.promise if heard.exists() else ""


def own_photos(appeal: Appeal, parts: Iterable[Part]) -> list[Attachment]:
    """Photos of the message itself and those the reporter added later, in that order."""
    cases = [part.case.pk for part in parts]
    added = Step.objects.filter(case_id__in=cases, action="resident_added")
    mine = [step.pk for step in added if is_of(step, appeal)]
    later = Attachment.objects.filter(steps__in=mine).order_by("id").distinct()
    return [*appeal.message.attachments.order_by("id"), *later]
