"""What comes next, who does it, by when, and whom one can ring."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from maplegrid.cases.badges import Badge, badge_of_case
from maplegrid.cases.models import Appeal, Case, Handover
from maplegrid.cases.names import milestone_name
from maplegrid.cases.words import person_words, unit_words
from maplegrid.kit.words import in_language, until, when
from maplegrid.rules.lifecycle import ENDED, OPEN, Status
from maplegrid.rules.vocabulary import N_
from maplegrid.territory.models import Station
from maplegrid.territory.queries import tower, valid_on

HOTLINE = "12345"
STANDS = {
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
# What the next limit means to a resident; `{by}` is 今天 17:00 前.
LIMITS = {
    "dispatch": N_("{by}定下由谁来办"),
    "first_contact": N_("{by}联系您"),
    "on_site": N_("{by}到现场看"),
    "progress": N_("{by}告诉您进展"),
    "result": N_("{by}办好"),
    "accept": N_("{by}决定是否受理"),
    "notice": N_("{by}书面告诉您"),
}
TO_BE_FOUND, TO_COME, TO_CHECK, TO_SAY = (
    N_("定下由谁来办"),
    N_("负责的人来办"),
    N_("办好后再看一遍"),
    N_("请您说一句：解决了吗？"),
)
COMING = {
    Status.TRIAGE: (TO_BE_FOUND, TO_COME, TO_CHECK, TO_SAY),
    Status.REGISTERED: (TO_COME, TO_CHECK, TO_SAY),
    Status.DISPATCHED: (TO_COME, TO_CHECK, TO_SAY),
    Status.RETURNED: (TO_COME, TO_CHECK, TO_SAY),
    Status.REOPENED: (TO_COME, TO_CHECK, TO_SAY),
    Status.HANDLING: (TO_CHECK, TO_SAY),
    Status.SUSPENDED: (TO_CHECK, TO_SAY),
    Status.CHECKING: (TO_SAY,),
}


@dataclass(frozen=True)
class NextStep:
    """The card on top: what comes next, where it stands, and the clock beside it."""

    words: str
    detail: str
    badge: Badge | None


def stands_words(case: Case) -> str:
    """Where a case stands, as a resident would say it."""
    return _(STANDS[Status(case.status)])


def next_step(case: Case, appeal: Appeal, promise: str, now: datetime) -> NextStep:
    """What staff promised comes first; else the next limit; else where it stands."""
    stands = stands_words(case)
    if appeal.withdrawn_at is not None:
        return NextStep(_("您撤回了"), _("{when} 撤回").format(when=when(appeal.withdrawn_at, now)), None)
    if case.status in ENDED:
        return NextStep(stands, _ended(case, now), None)
    badge = badge_of_case(case, now)
    limit = _limit(case, now)
    if promise:
        return NextStep(promise, limit or stands, badge)
    return (
        NextStep(limit, stands, badge) if limit and badge.kind != "late" else NextStep(stands, limit, badge)
    )


def _limit(case: Case, now: datetime) -> str:
    """The next limit as a sentence; a late one says so and who answers for it."""
    if case.status == Status.SUSPENDED or case.next_at is None:
        return _("{when}继续").format(when=until(case.resume_at, now)) if case.resume_at else ""
    by = until(case.next_at, now)
    if case.next_at < now:
        return _("本来说好{what}，晚了。现在负责的是{who}").format(
            what=_in_words(case, by), who=who_holds(case)
        )
    return _in_words(case, by)


def _in_words(case: Case, by: str) -> str:
    sentence = LIMITS.get(case.next_milestone)
    return _(sentence).format(by=by) if sentence else f"{by}{milestone_name(case.next_milestone)}"


def _ended(case: Case, now: datetime) -> str:
    return _("{when} 结束").format(when=when(case.closed_at, now)) if case.closed_at else ""


def still_to_come(case: Case, appeal: Appeal) -> list[str]:
    """The steps that usually follow; empty once the matter has ended for this reporter."""
    gone = appeal.withdrawn_at is not None
    return [] if gone or case.status not in OPEN else [_(words) for words in COMING[Status(case.status)]]


def who_holds(case: Case) -> str:
    """Who answers for it, by role: the person, else the body or unit."""
    if case.assignee:
        return person_words(case.assignee)
    if case.body:
        return in_language(case.body.name, case.body.name_en)
    if case.accountable:
        return person_words(case.accountable)
    return unit_words(case.unit) if case.unit else ""


@dataclass(frozen=True)
class Reach:
    """Whom to ring about it."""

    number: str
    words: str


def reach_of(case: Case, now: datetime) -> Reach:
    """The duty phone of the body that has it, else of the hall nearest above the place, else the hotline.

    A sealed matter is only spoken about with the hotline: the nearest hall may be the one it is about.
    """
    if case.sealed:
        return Reach(HOTLINE, "")
    if case.body and case.body.phone:
        return Reach(case.body.phone, in_language(case.body.name, case.body.name_en))
    hall = _hall_above(case.area_id, now)
    return Reach(hall.phone, in_language(hall.name, hall.name_en)) if hall else Reach(HOTLINE, "")


def _hall_above(unit_id: int, now: datetime) -> Station | None:
    lineage = list(tower().lineage(unit_id))
    halls = Station.objects.filter(valid_on(now.date()), unit_id__in=lineage).exclude(phone="")
    found = halls.exclude(tier=Station.Tier.SITE).order_by("code")
    return max(found, key=lambda station: lineage.index(station.unit_id), default=None)


def diversion_of(case: Case) -> Handover | None:
    """The statutory route the matter went to, with its receipt."""
    if case.status != Status.DIVERTED:
        return None
    sent = case.handovers.filter(kind=Handover.Kind.DIVERSION).exclude(state=Handover.State.CANCELLED)
    return sent.select_related("body").order_by("-id").first()
