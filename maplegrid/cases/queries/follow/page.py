"""One resident's page, read as a whole."""

from dataclasses import dataclass, field
from datetime import datetime

from maplegrid.cases.models import Appeal, Case, Handover, Question
from maplegrid.cases.queries.follow.ahead import (
    NextStep,
    Reach,
    diversion_of,
    next_step,
    reach_of,
    still_to_come,
    who_holds,
)
from maplegrid.cases.queries.follow.story import Part, Told, own_photos, parts_of, promise_to, story_of
from maplegrid.cases.words import category_words, unit_words
from maplegrid.messaging.models import Attachment, Message
from maplegrid.rules.lifecycle import ENDED, OPEN, Status
from maplegrid.rules.vocabulary import POLICE_FIRST_FLAGS, Flag, Level


@dataclass(frozen=True)
class FollowPage:
    """What one reporter sees. `case` is None for the moment before the worker has opened it."""

    message: Message
    appeal: Appeal | None = None
    case: Case | None = None
    title: str = ""
    place: str = ""
    merged: bool = False
    others: int = 0
    next: NextStep | None = None
    answers: str = ""
    reach: Reach | None = None
    story: list[Told] = field(default_factory=list)
    coming: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)
    diversion: Handover | None = None
    call_first: bool = False
    talk_first: bool = False
    can_add: bool = False
    can_rate: bool = False
    can_reopen: bool = False
    can_withdraw: bool = False

    @property
    def key(self) -> str:
        """Changes whenever the page offers something else, so that a reader of an old one can be told."""
        can = (self.can_add, self.can_rate, self.can_reopen, self.can_withdraw)
        return "-".join(["".join("01"[may] for may in can), *(str(q.pk) for q in self.questions)])


def follow_page(message: Message, now: datetime) -> FollowPage:
    """Read the page."""
    appeal = (
        Appeal.objects.filter(message=message)
        .select_related("message", "case__area", "case__building", "case__unit", "case__body")
        .select_related("case__category", "case__assignee", "case__accountable")
        .first()
    )
    if appeal is None:
        return FollowPage(message, photos=list(message.attachments.order_by("id")))
    case, parts = appeal.case, parts_of(appeal)
    closed, gone = case.status == Status.CLOSED, appeal.withdrawn_at is not None
    flags = set(case.flags) if case.status in OPEN else set()
    return FollowPage(
        message=message,
        appeal=appeal,
        case=case,
        title=_title(parts),
        place=_place(case, message),
        merged=len(parts) > 1,
        others=0 if gone else max(0, case.households - 1),
        next=next_step(case, appeal, promise_to(parts[-1]), now),
        answers=who_holds(case),
        reach=reach_of(case, now),
        story=story_of(appeal, parts, now),
        coming=still_to_come(case, appeal),
        questions=[] if gone else list(appeal.questions.filter(answered_at=None).order_by("id")),
        photos=own_photos(appeal, parts),
        diversion=diversion_of(case),
        call_first=bool(flags & POLICE_FIRST_FLAGS),
        talk_first=Flag.SELF_HARM in flags,
        can_add=case.status in OPEN and not gone,
        can_rate=closed and appeal.rated_at is None and not gone,
        can_reopen=closed and not gone,
        can_withdraw=case.status not in ENDED and not gone,
    )


def _place(case: Case, message: Message) -> str:
    """The building, else the unit; while only the district is known, what the resident wrote."""
    if case.building:
        return case.building.name
    return message.place_words if case.area.level == Level.DISTRICT else unit_words(case.area)


def _title(parts: list[Part]) -> str:
    """One's own matter by its title; a matter one joined by its kind, because its title is another's words."""
    first = parts[0]
    return category_words(first.case.category) if first.joined else first.case.title
