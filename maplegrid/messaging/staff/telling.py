"""One text for everything that waits. Who is due is decided by the rules; whoever claims the person's row sends it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Max, Min, QuerySet
from django.utils.translation import gettext, override

from maplegrid.kit.moment import CHINA
from maplegrid.messaging.actions.notices import ON_SCREEN, queue_notice
from maplegrid.messaging.models import Notice
from maplegrid.messaging.staff.tables import NoticeWish
from maplegrid.rules.calendar import Calendar, CalendarUnknown, default_calendar
from maplegrid.rules.notices import Kind, is_due
from maplegrid.rules.vocabulary import N_

WAITING = N_("【枫格】您有{count}条新消息，请登录查看。")


def tell_staff_what_waits(*, now: datetime) -> int:
    """Everybody who is due gets one text; says how many. Two at once, or one again after a crash, send it once."""
    here = now.astimezone(CHINA)
    works = working_days(default_calendar())
    waiting = _waiting()
    wishes = NoticeWish.objects.filter(pk__in=waiting).select_related("person")
    due = [
        wish
        for wish in wishes
        if is_due(
            _kinds(waiting[wish.pk]), wish=wish.wish, last_told=_here(wish.told_at), works=works, now=here
        )
    ]
    return sum(_tell(wish, waiting[wish.pk], now) for wish in due)


def working_days(calendar: Calendar) -> Callable[[date], bool]:
    """Whether a day is worked; in a year nobody has published, the digest comes every day rather than never."""

    def works(day: date) -> bool:
        try:
            return calendar.is_working_day(day)
        except CalendarUnknown:
            return True

    return works


def unread_of_those_told() -> QuerySet[Notice]:
    """What is on the screens of people who want texts, unread, and not covered by a text yet."""
    return Notice.objects.filter(
        gateway=ON_SCREEN,
        state=Notice.State.DELIVERED,
        read_at=None,
        person__is_active=True,
        person__notice_wish__texts=True,
        pk__gt=F("person__notice_wish__told_until"),
    )


Row = dict[str, Any]


def _here(moment: datetime | None) -> datetime | None:
    """Asia/Shanghai, as the rules want every time."""
    return moment.astimezone(CHINA) if moment else None


def _waiting() -> dict[int, list[Row]]:
    """Wish → its rows (kind, first written, last notice, how many), in one query."""
    rows = unread_of_those_told().values("person__notice_wish", "kind")
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows.annotate(first=Min("queued_at"), last=Max("pk"), n=Count("pk")):
        found[row["person__notice_wish"]].append(dict(row))
    return found


def _kinds(rows: Iterable[Row]) -> list[tuple[Kind, datetime]]:
    return [(Kind(row["kind"]), row["first"].astimezone(CHINA)) for row in rows]


def _tell(wish: NoticeWish, rows: list[Row], now: datetime) -> bool:
    last = max(row["last"] for row in rows)
    number = sum(row["n"] for row in rows)
    with transaction.atomic():
        mine = NoticeWish.objects.filter(pk=wish.pk, told_until=wish.told_until, texts=True)
        if not mine.update(told_until=last, told_at=now):
            return False
        if not wish.person.phone:
            return False
        with override(wish.person.language or settings.LANGUAGE_CODE):
            body = gettext(WAITING).format(count=number)
        queue_notice(
            key=f"waiting:{wish.person_id}:{last}",
            body=body,
            subject=f"person:{wish.person_id}",
            excluding=[],
            now=now,
            person_id=wish.person_id,
            gateway=settings.SMS_GATEWAY,
        )
    return True
