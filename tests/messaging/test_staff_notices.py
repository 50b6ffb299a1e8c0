"""The list on the screen, bursts in it, what is read, and the one text that says something waits; each with its cast."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from maplegrid.accounts.models import Person
from maplegrid.audit.models import Entry
from maplegrid.messaging.actions.notices import ForScreen, mark_read, queue_for_screens, send_notice
from maplegrid.messaging.models import Notice, NoticeWish
from maplegrid.messaging.staff.listing import bundled, notices_of, spans_of
from maplegrid.messaging.staff.marking import NotKept, keep_wish
from maplegrid.messaging.staff.telling import tell_staff_what_waits
from maplegrid.rules.notices import PAUSE, How, Kind, Quiet, Wish
from tests.cast import CAST, NOON, person

pytestmark = pytest.mark.django_db
PHONE = "13900001111"


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def told(name: str = CAST.chief, count: int = 1, kind: Kind = Kind.LATE, minutes: float = 0, **known) -> None:
    """`count` notes on somebody's screen."""
    start = Notice.objects.count()
    notes = [
        ForScreen(
            key=f"t{start + turn}", person_id=person(name).pk, body=f"第 {start + turn} 条", subject="",
            excluding=known.get("excluding", []), words={}, kind=kind,
        )
        for turn in range(count)
    ]  # fmt: skip
    with transaction.atomic():
        queue_for_screens(notes, now=at(minutes))


def wishes(
    name: str = CAST.chief, *, wish: Wish | None = None, number: str = PHONE, texts: bool = True
) -> NoticeWish:
    return keep_wish(person=person(name), wish=wish or Wish(), texts=texts, number=number, now=NOON)


def texts_to(name: str = CAST.chief) -> list[str]:
    mine = Notice.objects.filter(person=person(name)).exclude(gateway="screen")
    return list(mine.order_by("pk").values_list("body", flat=True))


def signed_in(name: str = CAST.chief) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def bundles(name: str = CAST.chief, **asked):
    mine = notices_of(person(name).pk, **asked)
    return bundled(mine, list(spans_of(mine)))


class TestTheList:
    def test_a_burst_of_one_kind_is_one_line_with_a_few_of_it(self):
        told(count=23)
        told(count=2, kind=Kind.WORK)
        small, burst = bundles()
        assert (small.kind, small.count, small.more, len(small.notices)) == ("work", 2, 0, 2)
        assert (burst.kind, burst.count, burst.unread, burst.more) == ("late", 23, 23, 20)

    def test_ten_minutes_later_another_line_begins(self):
        told(count=6)
        told(count=6, minutes=11)
        assert [bundle.count for bundle in bundles()] == [6, 6]

    def test_ten_thousand_notices_cost_two_statements_and_nothing_is_lost(self, django_assert_num_queries):
        told(count=10_000)
        mine = notices_of(person(CAST.chief).pk)
        with django_assert_num_queries(2):
            (burst,) = bundled(mine, list(spans_of(mine)))
        assert (burst.count, len(burst.notices)) == (10_000, 3)
        page = signed_in().get(f"/notices?kind=late&span={burst.span}&page=200").text
        assert "第 0 条" in page

    def test_the_page_shows_only_ones_own(self):
        told(CAST.neighbour_chief, count=7)
        assert "还没有消息" in signed_in().get("/notices").text
        assert "一起来了 7 条" in signed_in(CAST.neighbour_chief).get("/notices").text

    def test_what_was_withheld_and_what_went_to_the_phone_is_not_on_the_screen(self):
        told(excluding=[f"person:{person(CAST.chief).pk}"])
        Notice.objects.create(
            key="sms", person=person(CAST.chief), gateway="simulated", body="短信", queued_at=NOON
        )
        assert bundles() == []

    def test_kinds_and_unread_are_filters(self):
        told(count=2)
        told(count=3, kind=Kind.WORK)
        mark_read(person=person(CAST.chief), now=NOON)
        told(count=1)
        assert [bundle.count for bundle in bundles(kind="late")] == [3]
        assert [bundle.count for bundle in bundles(unread=True)] == [1]
        assert signed_in().get("/notices?kind=nonsense&span=x&unread=7&page=99").status_code == 200

    def test_one_burst_is_read_and_taken_back(self):
        told(count=6)
        told(count=6, kind=Kind.WORK)
        span = bundles()[0].span
        page = signed_in().post("/notices/read", {"kind": "late", "span": span}, follow=True)
        assert "6 条标为看过了" in page.text
        assert {bundle.kind: bundle.unread for bundle in bundles()} == {"work": 6, "late": 0}
        moment = Notice.objects.exclude(read_at=None).first().read_at
        assert (
            "6 条又标为没看过"
            in signed_in().post("/notices/read", {"undo": moment.isoformat()}, follow=True).text
        )
        assert {bundle.unread for bundle in bundles()} == {6}

    @pytest.mark.parametrize("undo", ["nonsense", "2026-13-01T00:00", "2026-11-23T12:00:00"])
    def test_an_undo_that_is_no_moment_takes_nothing_back(self, undo):
        told()
        signed_in().post("/notices/read", {})
        signed_in().post("/notices/read", {"undo": undo})
        assert bundles()[0].unread == 0

    def test_nobody_reads_for_somebody_else(self):
        told(CAST.neighbour_chief)
        theirs = Notice.objects.get()
        signed_in().post("/notices/read", {"notice": theirs.pk})
        theirs.refresh_from_db()
        assert theirs.read_at is None


class TestTheText:
    def test_whoever_set_nothing_gets_none(self):
        told()
        assert tell_staff_what_waits(now=at(1)) == 0
        assert texts_to() == []

    def test_one_text_says_how_many_wait_and_nothing_else(self):
        wishes()
        told(count=12)
        assert tell_staff_what_waits(now=at(1)) == 1
        assert texts_to() == ["【枫格】您有12条新消息，请登录查看。"]
        assert tell_staff_what_waits(now=at(2)) == 0

    def test_a_storm_is_one_text_and_after_a_pause_one_more(self):
        wishes()
        for minute in range(10):
            told(count=100, minutes=minute)
            tell_staff_what_waits(now=at(minute))
        assert len(texts_to()) == 1
        tell_staff_what_waits(now=NOON + PAUSE)
        assert texts_to()[1] == "【枫格】您有900条新消息，请登录查看。"

    def test_what_was_read_meanwhile_is_not_told(self):
        wishes()
        told(count=3)
        mark_read(person=person(CAST.chief), now=at(0.5))
        assert tell_staff_what_waits(now=at(1)) == 0

    def test_work_waits_for_the_digest_and_comes_with_whatever_is_told(self):
        wishes()
        told(count=4, kind=Kind.WORK)
        assert tell_staff_what_waits(now=at(1)) == 0
        assert tell_staff_what_waits(now=at(120)) == 1
        assert texts_to() == ["【枫格】您有4条新消息，请登录查看。"]

    def test_at_night_only_the_urgent_rings(self):
        wishes(wish=Wish(quiet=Quiet(time(11), time(13))))
        told(count=2)
        assert tell_staff_what_waits(now=at(1)) == 0
        told(kind=Kind.URGENT, minutes=2)
        assert tell_staff_what_waits(now=at(3)) == 1
        assert texts_to() == ["【枫格】您有3条新消息，请登录查看。"]

    def test_what_stood_there_before_the_wish_rings_no_phone(self):
        told(count=5)
        wishes()
        assert tell_staff_what_waits(now=at(1)) == 0

    def test_whoever_left_gets_none(self):
        wishes()
        told()
        Person.objects.filter(username=CAST.chief).update(is_active=False)
        assert tell_staff_what_waits(now=at(1)) == 0

    def test_the_text_comes_in_the_persons_language(self):
        Person.objects.filter(username=CAST.chief).update(language="en")
        wishes()
        told(count=2)
        tell_staff_what_waits(now=at(1))
        assert "2 new notices" in texts_to()[0]

    def test_it_leaves_by_the_gateway_like_any_other(self):
        wishes()
        told()
        tell_staff_what_waits(now=at(1))
        text = Notice.objects.exclude(gateway="screen").get()
        send_notice(text.key)
        text.refresh_from_db()
        assert (text.state, text.number) == (Notice.State.DELIVERED, PHONE)

    def test_nobody_due_costs_one_query(self, django_assert_num_queries):
        told(count=50)
        with django_assert_num_queries(1):
            tell_staff_what_waits(now=at(1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("district")
def test_two_workers_send_one_text():
    wishes()
    told(count=3)

    def work(_turn: int) -> int:
        try:
            return tell_staff_what_waits(now=at(1))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 1
    assert len(texts_to()) == 1


class TestTheWish:
    GOOD = {"texts": "1", "number": PHONE, "quiet": "1", "quiet_from": "21:30", "quiet_to": "06:30", "digests": "8:00，17:30"}  # fmt: skip

    def test_it_is_kept_and_shown_again(self):
        page = signed_in().post(
            "/notices/wish", self.GOOD | {"how_work": "at_once", "how_late": "digest"}, follow=True
        )
        assert "记下了" in page.text
        row = NoticeWish.objects.get(person=person(CAST.chief))
        assert row.wish.digests == (time(8), time(17, 30))
        assert (row.wish.how_of(Kind.WORK), row.wish.how_of(Kind.LATE)) == (How.AT_ONCE, How.DIGEST)
        assert (row.texts, row.wish.quiet) == (True, Quiet(time(21, 30), time(6, 30)))
        assert person(CAST.chief).phone == PHONE
        assert 'value="08:00 17:30"' in page.text
        assert Entry.objects.filter(action="notices.wished").count() == 1
        assert PHONE not in str(Entry.objects.get(action="notices.wished").detail)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"number": ""}, "请写您的手机号码"),
            ({"number": "075512345678"}, "请写您的手机号码"),
            ({"how_late": "none"}, "一定要告诉您"),
            ({"digests": ""}, "至少写一个"),
            ({"digests": "25:00"}, "09:00 14:00"),
            ({"digests": "1:00 2:00 3:00 4:00 5:00 6:00 7:00"}, "最多六个"),
            ({"quiet_from": "later"}, "22:00 这样"),
            ({"quiet_to": ""}, "免打扰要写"),
            ({"quiet_to": "21:30"}, "不能一样"),
        ],
    )
    def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(self, change, says):
        page = signed_in().post("/notices/wish", self.GOOD | change).text
        assert says in page
        assert not NoticeWish.objects.filter(texts=True).exists()
        assert change.get("number", PHONE) in page

    def test_each_sets_only_their_own(self):
        signed_in().post("/notices/wish", self.GOOD)
        assert not NoticeWish.objects.exclude(person=person(CAST.chief)).exists()
        assert PHONE not in signed_in(CAST.neighbour_chief).get("/notices/wish").text

    def test_a_wish_without_a_number_needs_none_while_no_text_is_wanted(self):
        assert not wishes(number="", texts=False).texts
        with pytest.raises(NotKept):
            wishes(number="", texts=True)
