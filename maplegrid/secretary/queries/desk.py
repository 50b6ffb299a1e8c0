"""What the pages show: lists of letters, a host's day, what is promised, which clocks are at risk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, QuerySet

from maplegrid.accounts.models import Person
from maplegrid.cases.badges import Badge, badge_of_case, badge_of_clock
from maplegrid.cases.models import Clock
from maplegrid.cases.queries.scope import view_of as case_view_of
from maplegrid.kit.moment import CHINA
from maplegrid.rules.access import Actor, why_not_see
from maplegrid.rules.secretary.hosts import LADDER
from maplegrid.rules.secretary.life import BOOKED, LIVE, TABLE, Deed, DeedRow, Stage, why_not_audience
from maplegrid.rules.vocabulary import HANDLING_ROLES, Role
from maplegrid.secretary.actions.booking import AHEAD
from maplegrid.secretary.models import Audience, Call, Commitment, Meeting
from maplegrid.secretary.queries.scope import audiences_visible_to, barred_from, view_of
from maplegrid.territory.actors import actors_of
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import tower, valid_on

VIEWS: dict[str, tuple[Stage, ...]] = {
    "asked": (Stage.ASKED,),
    "waiting": (Stage.WAITING,),
    "booked": BOOKED,
    "answer": (Stage.MET, Stage.WRITING),
    "answered": (Stage.ANSWERED,),
    "ended": (Stage.ENDED,),
}
SOON = timedelta(hours=24)


def letters_of(actor: Actor, view: str) -> QuerySet[Audience]:
    """One list, whoever waited longest first; what has ended newest first."""
    rows = audiences_visible_to(actor).filter(stage__in=VIEWS[view]).prefetch_related(_ahead())
    return rows.order_by("-ended_at", "-pk") if view == "ended" else rows.order_by("received_at", "pk")


def _ahead() -> "Prefetch[str]":
    ahead = Meeting.objects.filter(state__in=AHEAD).select_related("room")
    return Prefetch("meetings", queryset=ahead, to_attr="ahead")


def count_letters(actor: Actor) -> dict[str, int]:
    """How many in each list."""
    stages = list(audiences_visible_to(actor).values_list("stage", flat=True))
    return {view: sum(stage in wanted for stage in stages) for view, wanted in VIEWS.items()}


@dataclass(frozen=True)
class Line:
    """A letter in a list with its next clock."""

    audience: Audience
    badge: Badge
    meeting: Meeting | None


def lines_of(audiences: Iterable[Audience], now: datetime) -> list[Line]:
    return [
        Line(a, badge_of_case(a.case, now), next(iter(a.ahead), None))  # type: ignore[attr-defined]
        for a in audiences
    ]


@dataclass(frozen=True)
class Today:
    """The secretary's page for the phone."""

    today: list[Meeting]
    later: list[Meeting]
    unrecorded: list[Meeting]
    at_risk: list[Line]
    to_write: list[Audience]
    promises: list[Commitment]
    calls: list[Call]


def today_of(actor: Actor, now: datetime) -> Today:
    """Meetings of today and after, clocks that run out within a day, promises that are open. A fixed number of reads."""
    mine = audiences_visible_to(actor)
    people = sorted(actor.person_ids)
    ahead = list(
        Meeting.objects.filter(host_id__in=people, state__in=AHEAD, audience__in=mine)
        .select_related("audience__case", "audience__appeal__message", "room")
        .order_by("starts_at")
    )
    day = now.astimezone(CHINA).date()
    own = mine.filter(host_id__in=people, stage__in=LIVE)
    late = own.filter(case__next_at__lte=now + SOON).prefetch_related(_ahead()).order_by("case__next_at")
    return Today(
        today=[m for m in ahead if m.ends_at > now and m.starts_at.astimezone(CHINA).date() == day],
        later=[m for m in ahead if m.starts_at.astimezone(CHINA).date() > day],
        unrecorded=[m for m in ahead if m.ends_at <= now],
        at_risk=lines_of(late, now),
        to_write=list(own.filter(stage__in=(Stage.MET, Stage.WRITING)).order_by("received_at")),
        promises=open_promises(actor),
        calls=open_calls(actor),
    )


def open_promises(actor: Actor) -> list[Commitment]:
    """What this person (or whom they stand in for) still has to do, or has to see done as the host."""
    mine = Commitment.objects.filter(done_at=None, audience__in=audiences_visible_to(actor))
    owned = mine.filter(owner_id__in=sorted(actor.person_ids))
    hosted = mine.filter(audience__host_id__in=sorted(actor.person_ids))
    return list((owned | hosted).select_related("audience__case", "owner").order_by("due_on", "pk")[:100])


def open_calls(actor: Actor) -> list[Call]:
    """Calls this person is asked to make."""
    rows = Call.objects.filter(done_at=None, audience__in=audiences_visible_to(actor))
    return list(
        rows.filter(person_id__in=sorted(actor.person_ids))
        .select_related("audience__case", "audience__appeal__message", "notice")
        .order_by("asked_at")[:50]
    )


@dataclass(frozen=True)
class LetterPage:
    """One letter as one person sees it."""

    audience: Audience
    clocks: list[Badge]
    deeds: list[DeedRow]
    ahead: Meeting | None
    meetings: list[Meeting]
    promises: list[Commitment]


# The one solid button of the page: what usually comes next at each stage.
USUAL: dict[Stage, Deed] = {
    Stage.ASKED: Deed.SET_LEVEL,
    Stage.WAITING: Deed.OFFER,
    Stage.OFFERED: Deed.RECORD,
    Stage.AGREED: Deed.RECORD,
    Stage.WRITING: Deed.ANSWER,
    Stage.MET: Deed.ANSWER,
    Stage.ANSWERED: Deed.CLOSE,
}
HIDDEN_DEEDS = frozenset({Deed.AGREE, Deed.MOVE, Deed.NAME_CONFLICT})


def letter_page(actor: Actor, audience: Audience, now: datetime) -> LetterPage:
    """Read the page. `audience` must come from `audiences_visible_to(actor)`."""
    view = view_of(audience)
    possible = [
        row
        for row in TABLE
        if row.deed not in HIDDEN_DEEDS and why_not_audience(row.deed, actor, view) is None
    ]
    clocks = Clock.objects.filter(case_id=audience.case_id, order=None).order_by("due_at", "id")
    meetings = list(audience.meetings.select_related("host", "room").order_by("-pk"))
    return LetterPage(
        audience=audience,
        clocks=[badge_of_clock(clock, now) for clock in clocks],
        deeds=sorted(possible, key=lambda row: row.deed is not USUAL.get(view.stage)),
        ahead=next((m for m in meetings if m.state in AHEAD), None),
        meetings=[m for m in meetings if m.state not in AHEAD],
        promises=list(audience.commitments.select_related("owner")),
    )


def people_to_promise(audience: Audience, now: datetime) -> list[Person]:
    """Who may be given a promise: the host, and whoever of its community and street may see the letter."""
    units = list(tower().lineage(audience.unit_id))
    rows = Assignment.objects.filter(
        valid_on(now.date()), unit_id__in=units, role__in=sorted(HANDLING_ROLES), person__is_active=True
    )
    ids = sorted({*rows.values_list("person_id", flat=True), *filter(None, [audience.host_id])})
    view, barred = case_view_of(audience.case), barred_from(audience)
    able = [
        pk for pk, one in actors_of(ids, now).items() if pk not in barred and why_not_see(one, view) is None
    ]
    return list(Person.objects.filter(pk__in=able).order_by("pk"))


def people_to_bar(audience: Audience, now: datetime) -> list[Person]:
    """Desks and hosts above the place, for noting whom the letter is about."""
    rows = Assignment.objects.filter(
        valid_on(now.date()),
        unit_id__in=list(tower().lineage(audience.unit_id)),
        role__in=sorted(HANDLING_ROLES),
    )
    people = Person.objects.filter(pk__in=rows.values("person_id"), is_active=True)
    return list(people.exclude(pk__in=barred_from(audience)).order_by("pk"))


def people_for_district(audience: Audience, now: datetime) -> list[Person]:
    """Whom the district may name: leaders of the district and of any street, who are not barred."""
    rows = Assignment.objects.filter(
        valid_on(now.date()), role__in=sorted({*LADDER[1:], Role.DISTRICT_COMMAND}), person__is_active=True
    )
    people = Person.objects.filter(pk__in=rows.values("person_id"))
    return list(people.exclude(pk__in=barred_from(audience)).order_by("pk"))
