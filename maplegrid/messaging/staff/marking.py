"""What somebody has read, and how they want to be told."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from maplegrid.accounts.models import Person
from maplegrid.audit.actions import record
from maplegrid.messaging.models import Notice
from maplegrid.messaging.staff.listing import notices_of
from maplegrid.messaging.staff.tables import NoticeWish
from maplegrid.rules.notices import Wish, why_not_wish
from maplegrid.rules.text_messages import is_mobile
from maplegrid.rules.vocabulary import N_, Refusal

NO_NUMBER = Refusal("no_number", N_("要发短信，请写您的手机号码，十一位数字"))


class NotKept(Exception):
    """The wish cannot be kept; `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal))
        self.refusal = refusal


def read_notices(
    *, person: Person, now: datetime, kind: str = "", span: int | None = None, notice_id: int | None = None
) -> int:
    """Read: all, those of a kind, of one burst, or one. Says how many were new."""
    mine = notices_of(person.pk, kind=kind, span=span, unread=True)
    return _mark(mine.filter(pk=notice_id) if notice_id else mine, None, now)


def unread_again(*, person: Person, read_at: datetime) -> int:
    """Take back what was marked at that moment."""
    return _mark(notices_of(person.pk), read_at, None)


def _mark(mine: QuerySet[Notice], before: datetime | None, after: datetime | None) -> int:
    ids = mine.filter(read_at=before).values("pk")
    return Notice.objects.filter(pk__in=ids, read_at=before).update(read_at=after)


def keep_wish(*, person: Person, wish: Wish, texts: bool, number: str, now: datetime) -> NoticeWish:
    """How this person is told from now on. What stands on the screen already rings no phone. Raises NotKept."""
    refusal = why_not_wish(wish) or (NO_NUMBER if texts and not is_mobile(number) else None)
    if refusal:
        raise NotKept(refusal)
    with transaction.atomic():
        row, _ = NoticeWish.objects.select_for_update().get_or_create(person=person)
        known = row.keep(wish) | {"texts": texts}
        if texts and not row.texts:
            known["told_until"] = notices_of(person.pk).aggregate(last=Max("pk"))["last"] or 0
        NoticeWish.objects.filter(pk=row.pk).update(**known)
        if number != person.phone:
            person.phone = number
            person.save(update_fields=["phone"])
        _record(person, wish, texts, now)
    row.refresh_from_db()
    return row


def _record(person: Person, wish: Wish, texts: bool, now: datetime) -> None:
    detail = {"texts": texts, "how": {str(kind): str(way) for kind, way in wish.how.items()}}
    record(
        actor=f"person:{person.pk}",
        action="notices.wished",
        subject=f"person:{person.pk}",
        now=now,
        detail=detail,
    )
