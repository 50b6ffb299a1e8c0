"""What happens by itself each minute. Every part is repeatable and claims what it does."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from maplegrid.cases.actions.change import SYSTEM
from maplegrid.messaging.models import Notice
from maplegrid.rules.lifecycle import ENDED
from maplegrid.rules.secretary.hosts import HOST_ROLES
from maplegrid.rules.secretary.life import LIVE, Stage
from maplegrid.rules.secretary.slots import REMINDERS, reminder_due
from maplegrid.rules.vocabulary import Role
from maplegrid.secretary.actions.booking import AHEAD, drop_meeting, offer_again
from maplegrid.secretary.actions.doing import held, keep
from maplegrid.secretary.actions.receipts import settle_receipts
from maplegrid.secretary.actions.seating import reseat
from maplegrid.secretary.actions.telling import tell_one, tell_writer
from maplegrid.secretary.models import Audience, Call, Meeting
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import valid_on

# Two gateways have had three minutes each by then.
CALL_AFTER = timedelta(minutes=6)
MAY_HOST = sorted({*HOST_ROLES, Role.DISTRICT_COMMAND})
CALL_ABOUT = ("received:", "offer:audience")
LATEST = timedelta(days=30)


def sweep(*, now: datetime) -> dict[str, int]:
    """Says how many of each."""
    return {
        "ended": sum(_end(pk, now) for pk in _ids(_over())),
        "receipts": sum(_settle(pk, now) for pk in _ids(_unproved(now))),
        "reseated": sum(reseat(audience_id=pk, now=now) for pk in _ids(_without_host(now))),
        "offered": sum(offer_again(audience_id=pk, now=now, doer=SYSTEM) for pk in _ids(_waiting())),
        "reminded": sum(_remind(meeting, now) for meeting in _soon(now)),
        "calls": sum(_ask_to_call(notice, now) for notice in _undelivered(now)),
    }


def _ids(audiences: QuerySet[Audience]) -> list[int]:
    return list(audiences.order_by("pk").values_list("pk", flat=True)[:500])


def _over() -> QuerySet[Audience]:
    """The case was closed, withdrawn, merged or diverted elsewhere: its meeting will not be."""
    return Audience.objects.filter(case__status__in=ENDED).exclude(stage=Stage.ENDED)


def _end(audience_id: int, now: datetime) -> bool:
    with transaction.atomic():
        audience = held(audience_id)
        if audience.stage == Stage.ENDED or audience.case.status not in ENDED:
            return False
        drop_meeting(audience, SYSTEM, now)
        keep(audience, stage=Stage.ENDED, ended_at=now)
    return True


def _unproved(now: datetime) -> QuerySet[Audience]:
    """Receipts that came in a way nobody told of."""
    arrived = Notice.objects.filter(message=OuterRef("appeal__message"), state=Notice.State.DELIVERED)
    acknowledged = Q(acknowledged_at=None) & Exists(arrived.filter(key__startswith=CALL_ABOUT[0]))
    offered = Q(offered_at=None) & Exists(arrived.filter(key__startswith=CALL_ABOUT[1]))
    return Audience.objects.filter(acknowledged | offered, received_at__gte=now - LATEST).exclude(
        stage=Stage.ENDED
    )


def _settle(audience_id: int, now: datetime) -> bool:
    with transaction.atomic():
        audience = held(audience_id)
        before = (audience.acknowledged_at, audience.offered_at)
        settle_receipts(audience, now)
    return before != (audience.acknowledged_at, audience.offered_at)


def _waiting() -> QuerySet[Audience]:
    return Audience.objects.filter(stage=Stage.WAITING, written=False).exclude(host=None)


def _without_host(now: datetime) -> QuerySet[Audience]:
    """Letters whose host has left their post or the district's list since."""
    seats = Assignment.objects.filter(
        valid_on(now.date()), person=OuterRef("host"), role__in=MAY_HOST, person__is_active=True
    )
    return Audience.objects.filter(stage__in=LIVE, level__isnull=False, host__isnull=False).exclude(
        Exists(seats)
    )


def _soon(now: datetime) -> QuerySet[Meeting]:
    """Meetings for which a reminder may be due."""
    ahead = Meeting.objects.filter(state__in=AHEAD, starts_at__gt=now, starts_at__lte=now + max(REMINDERS))
    return ahead.select_related("audience__appeal__message", "audience__case").filter(
        reminders__lt=len(REMINDERS)
    )


def _remind(meeting: Meeting, now: datetime) -> bool:
    number = reminder_due(meeting.starts_at, meeting.agreed_at or meeting.held_at, meeting.reminders, now)
    if number is None:
        return False
    with transaction.atomic():
        mine = Meeting.objects.filter(pk=meeting.pk, state__in=AHEAD, reminders__lt=number)
        if not mine.update(reminders=number):
            return False
        key = f"{meeting.pk}.{meeting.serial}.{number}"
        tell_writer(meeting.audience, "remind", key, now, meeting.starts_at)
    return True


def _undelivered(now: datetime) -> QuerySet[Notice]:
    """Text messages with a limit behind them that no gateway has brought home in time."""
    about = Q()
    for beginning in CALL_ABOUT:
        about |= Q(key__startswith=beginning)
    called = Call.objects.values("notice_id")
    return (
        Notice.objects.filter(about, message__appeal__audience__isnull=False, queued_at__lte=now - CALL_AFTER)
        .filter(queued_at__gte=now - timedelta(days=1))
        .exclude(state__in=(Notice.State.DELIVERED, Notice.State.WITHHELD))
        .exclude(pk__in=called)
        .select_related("message__appeal__audience__case")[:200]
    )


def ask_to_call_about(*, notice_id: int, now: datetime) -> bool:
    """Any text message about a letter that all gateways gave up; False for other notices and repeats."""
    lost = Notice.objects.filter(
        pk=notice_id, state=Notice.State.FAILED, message__appeal__audience__isnull=False
    )
    notice = lost.select_related("message__appeal__audience__case").first()
    return notice is not None and _ask_to_call(notice, now)


def _ask_to_call(notice: Notice, now: datetime) -> bool:
    """A named person rings: whoever answers for the case now. The clock goes on: only a receipt stops it."""
    assert notice.message is not None
    audience = notice.message.appeal.audience
    if audience.stage == Stage.ENDED or audience.case.accountable_id is None:
        return False
    with transaction.atomic():
        call, fresh = Call.objects.get_or_create(
            notice=notice,
            defaults={"audience": audience, "person_id": audience.case.accountable_id, "asked_at": now},
        )
        if fresh:
            tell_one(audience, "call", call.person_id, str(call.pk), now)
    return fresh
