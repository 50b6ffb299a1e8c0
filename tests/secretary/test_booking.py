"""Slots held, offered, confirmed, moved, reminded of, and never given twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from maplegrid.cases.actions import resident
from maplegrid.cases.actions.change import SYSTEM
from maplegrid.kit.moment import CHINA
from maplegrid.messaging.models import Notice
from maplegrid.rules.secretary.life import Stage
from maplegrid.secretary.actions.booking import agree, meeting_ahead, move, offer_again
from maplegrid.secretary.actions.doing import held
from maplegrid.secretary.actions.receipts import hear_receipt
from maplegrid.secretary.actions.sweeping import sweep
from maplegrid.secretary.models import ChangedHours, Meeting, Room, Taken, WeeklyHours
from maplegrid.secretary.queries.hours import free_for
from tests.cast import NOON, person
from tests.secretary.crowd import rush, waiting_letters
from tests.secretary.letters import THREE, TWO, at, clock, deliver, letter, levelled, notices, refused

pytestmark = pytest.mark.django_db


def test_with_the_level_a_slot_is_held_and_the_offers_receipt_meets_thirty_minutes():
    audience = levelled(letter(), THREE)
    meeting = meeting_ahead(audience)
    assert (meeting.state, meeting.starts_at) == ("held", NOON.replace(hour=14, minute=30))
    offer = notices(audience, "offer:").get()
    assert "11月23日14:30" in offer.body
    assert "工资" not in offer.body
    assert clock(audience, "appointment").running
    deliver(offer, at(7))
    hear_receipt(notice_id=offer.pk, now=at(7))
    assert clock(audience, "appointment").stopped_at == at(7)
    audience.refresh_from_db()
    assert audience.offered_at == at(7)


def test_the_writer_confirms_and_that_proves_the_offer_without_its_receipt():
    audience = levelled(letter(), THREE)
    done = agree(audience_id=audience.pk, companion="女儿", now=at(12))
    assert (done.stage, done.companion, done.offered_at) == (Stage.AGREED, "女儿", at(12))
    assert clock(audience, "appointment").stopped_at == at(12)
    assert Notice.objects.filter(person=done.host, key__startswith="agreed:").exists()
    assert refused(agree, audience_id=audience.pk, companion="", now=at(13)) == "no_deed"


def test_two_letters_are_never_offered_the_same_time():
    first, second = (levelled(letter(), THREE) for _ in range(2))
    assert meeting_ahead(first).starts_at != meeting_ahead(second).starts_at


def test_moving_frees_the_old_time_and_takes_the_new_one_and_counts_the_invitations():
    audience = levelled(letter(), THREE)
    before = meeting_ahead(audience)
    wanted = free_for(audience, at(10))[3]
    done = move(audience_id=audience.pk, starts_at=wanted.starts, video=False, companion="", now=at(10))
    after = meeting_ahead(done)
    assert (after.pk, after.starts_at, after.serial, after.state) == (
        before.pk,
        wanted.starts,
        before.serial + 1,
        "agreed",
    )
    assert {cell.cell_at for cell in after.cells.filter(kind="host")} == {
        wanted.starts, wanted.starts + timedelta(minutes=15),
    }  # fmt: skip
    assert before.starts_at in {slot.starts for slot in free_for(audience, at(10))}


def test_a_time_somebody_has_or_nobody_offers_is_refused_and_the_own_one_stays():
    first, second = (levelled(letter(), THREE) for _ in range(2))
    wish = {"video": False, "companion": "", "now": at(10)}
    taken = meeting_ahead(first).starts_at
    assert refused(move, audience_id=second.pk, starts_at=taken, **wish) == "taken"
    assert (
        refused(move, audience_id=second.pk, starts_at=taken + timedelta(minutes=7), **wish) == "not_a_slot"
    )
    assert refused(move, audience_id=second.pk, starts_at=NOON - timedelta(days=3), **wish) == "not_a_slot"
    assert meeting_ahead(second).state == "held"


def test_the_database_itself_refuses_a_second_booking_of_a_quarter():
    audience = levelled(letter(), THREE)
    cell = meeting_ahead(audience).cells.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Taken.objects.create(kind=cell.kind, key=cell.key, cell_at=cell.cell_at, meeting=cell.meeting)


def test_one_room_is_not_given_to_two_hosts_at_once():
    first = levelled(letter(), THREE)
    room = meeting_ahead(first).room
    WeeklyHours.objects.filter(host=person("gongming.deputy")).update(
        room=room, opens="14:00", closes="15:00", weekday=1
    )
    second = levelled(letter(), TWO)
    assert meeting_ahead(second).room == room
    assert meeting_ahead(second).starts_at != meeting_ahead(first).starts_at


def test_whoever_needs_a_room_without_steps_gets_one_and_video_needs_none():
    steps = Room.objects.create(
        name="二楼小房间", unit=person("gm.secretary").assignments.get().unit, accessible=False
    )
    flat = WeeklyHours.objects.filter(host=person("gm.secretary")).first().room
    Room.objects.filter(pk=flat.pk).update(accessible=True)
    WeeklyHours.objects.filter(host=person("gm.secretary"), opens="14:00").update(room=steps)
    on_foot, on_wheels = levelled(letter(), THREE), levelled(letter(raw={"accessible": True}), THREE)
    assert (meeting_ahead(on_foot).room, meeting_ahead(on_foot).starts_at) == (
        steps,
        NOON.replace(hour=14, minute=30),
    )
    assert (meeting_ahead(on_wheels).room, meeting_ahead(on_wheels).starts_at.astimezone(CHINA).hour) == (
        flat,
        9,
    )
    call = meeting_ahead(levelled(letter(wish="video"), TWO))
    assert (call.room, bool(call.video_key)) == (None, True)


def test_without_a_free_time_the_writer_is_told_and_the_offer_comes_by_itself_when_there_is_one():
    WeeklyHours.objects.filter(host=person("gm.secretary")).delete()
    audience = levelled(letter(), THREE)
    assert audience.stage == Stage.WAITING
    assert notices(audience, "waiting:").exists()
    assert sweep(now=at(8))["offered"] == 0
    ChangedHours.objects.create(
        host=audience.host, starts_at=at(300), ends_at=at(360), minutes=60, room=Room.objects.first()
    )
    assert sweep(now=at(9))["offered"] == 1
    assert sweep(now=at(10))["offered"] == 0
    audience.refresh_from_db()
    assert (audience.stage, meeting_ahead(audience).starts_at) == (Stage.OFFERED, at(300))


def test_public_holidays_are_closed_and_a_make_up_saturday_is_not_needed():
    holiday = NOON.replace(month=9, day=29)
    audience = levelled(letter(now=holiday), THREE, who="gongming.desk1")
    days = {slot.starts.date() for slot in free_for(audience, holiday)}
    assert not any(day.month == 10 and day.day <= 7 for day in days)
    assert any(day.month == 9 for day in days)


def test_a_reminder_a_day_before_and_one_two_hours_before_each_once():
    audience = levelled(letter(), TWO)
    wanted = next(slot for slot in free_for(audience, NOON) if slot.starts > NOON + timedelta(days=2))
    move(audience_id=audience.pk, starts_at=wanted.starts, video=False, companion="", now=at(10))
    day, hours = wanted.starts - timedelta(hours=24), wanted.starts - timedelta(hours=2)
    counted = [
        sweep(now=when)["reminded"]
        for when in (
            day - timedelta(minutes=1),
            day,
            day,
            hours - timedelta(minutes=1),
            hours,
            hours,
            wanted.ends,
        )
    ]
    assert counted == [0, 1, 0, 0, 1, 0, 0]
    assert notices(audience, "remind:").count() == 2


def test_when_the_writer_withdraws_the_time_is_free_and_the_host_is_told():
    audience = levelled(letter(), THREE)
    resident.withdraw(appeal_id=audience.appeal_id, reason="解决了", now=at(30))
    assert sweep(now=at(31))["ended"] == 1
    audience.refresh_from_db()
    assert (audience.stage, audience.ended_at) == (Stage.ENDED, at(31))
    assert not Taken.objects.filter(meeting__audience=audience).exists()
    assert Notice.objects.filter(person=audience.host, key__startswith="dropped:").exists()
    assert sweep(now=at(32))["ended"] == 0


def test_an_offer_made_twice_is_one():
    audience = levelled(letter(), THREE)
    assert offer_again(audience_id=audience.pk, now=at(9), doer=SYSTEM) is False
    assert Meeting.objects.filter(audience=audience).count() == 1


def test_sixty_residents_who_want_six_times_at_once_get_six_bookings_and_fifty_four_clear_answers(district):
    ids, times = waiting_letters(60, 6, NOON.replace(hour=15))
    answers = rush(ids, times, at(20), threads=8)
    assert answers == {"booked": 6, "taken": 54}
    booked = Meeting.objects.filter(state="agreed")
    assert sorted(booked.values_list("starts_at", flat=True)) == times
    assert Taken.objects.filter(kind="host").count() == 6


def test_two_who_swap_their_times_do_not_wait_for_each_other_for_ever(district):
    ids, times = waiting_letters(2, 3, NOON.replace(hour=15))
    assert dict(rush(ids, times[:2], at(20), threads=2)) == {"booked": 2}
    answers = rush(ids, times[1::-1], at(21), threads=2)
    assert set(answers) <= {"booked", "taken"}
    with transaction.atomic():
        ahead = [meeting_ahead(held(pk)).starts_at for pk in ids]
    assert len(set(ahead)) == 2
