"""A letter arrives: profile, clocks met by receipts only, the level proposed and confirmed."""

import pytest
from django.test import Client

from maplegrid.cases.actions.intake import open_case
from maplegrid.cases.actions.ticking import tick
from maplegrid.cases.models import Case, Hold
from maplegrid.cases.queries.follow import joinable_in
from maplegrid.cases.queries.scope import view_of, visible_to
from maplegrid.messaging.actions.notices import send_notice
from maplegrid.messaging.models import Notice
from maplegrid.rules.access import why_not_see
from maplegrid.rules.secretary.life import Stage
from maplegrid.secretary.actions.asking import take_up
from maplegrid.secretary.actions.receipts import hear_receipt
from maplegrid.secretary.actions.seating import set_level
from maplegrid.secretary.actions.sweeping import sweep
from maplegrid.secretary.models import Audience, LevelRule
from tests.builders import DRAIN, receive, story_building
from tests.cast import CAST, NOON, actor
from tests.secretary.letters import (
    ONE,
    THREE,
    TWO,
    WAGES,
    at,
    clock,
    deliver,
    letter,
    levelled,
    notices,
    refused,
)

pytestmark = pytest.mark.django_db


def test_a_letter_opens_a_case_with_the_secretarys_clocks_at_the_streets_desk():
    audience = letter()
    case = audience.case
    assert (case.profile, case.status, case.unit.level) == ("SEC", "triage", "street")
    assert clock(audience, "acknowledged").due_at == at(10)
    assert clock(audience, "appointment").due_at == at(30)
    assert (audience.stage, audience.proposed_level, audience.level) == (Stage.ASKED, TWO, None)
    assert Hold.objects.filter(case=case, kind="secretary", released_at=None).exists()


def test_what_danger_demands_goes_on_beside():
    audience = letter("邻居拿刀威胁要杀我，现在就在门口砍门，救命")
    assert audience.case.profile == "SEC"
    assert set(audience.case.kept_profile.split()) & {"P0", "P1"}
    assert audience.case.clocks.filter(milestone="first_contact").exists()
    assert audience.proposed_level == ONE


def test_told_twice_it_is_one_letter_and_a_report_that_is_none_begins_nothing(run_jobs):
    audience = letter()
    assert take_up(case_id=audience.case_id, now=at(1)).pk == audience.pk
    receive(DRAIN)
    run_jobs()
    assert Audience.objects.count() == 1


def test_through_the_jobs_the_letter_is_taken_up_and_the_receipt_stops_the_clock(run_jobs, held_clock):
    held_clock(NOON)
    receive(WAGES, contact_phone="13800001111", raw={"asks": "secretary", "wish": "room"})
    held_clock(at(2))
    run_jobs()
    audience = Audience.objects.get()
    assert audience.acknowledged_at == at(2)
    assert clock(audience, "acknowledged").stopped_at == at(2)


def test_sent_is_not_delivered():
    audience = letter()
    notices(audience, "received:").update(state=Notice.State.SENT, sent_at=at(1))
    sweep(now=at(3))
    assert clock(audience, "acknowledged").running
    notices(audience, "received:").update(state=Notice.State.FAILED)
    sweep(now=at(4))
    assert clock(audience, "acknowledged").running
    assert Audience.objects.get().acknowledged_at is None


def test_a_receipt_that_was_in_time_takes_a_breach_back_that_was_marked_before_we_heard_of_it():
    audience = letter()
    deliver(notices(audience, "received:").get(), at(9))
    tick(now=at(11))
    assert Case.objects.get().breached_at == at(11)
    hear_receipt(notice_id=notices(audience, "received:").get().pk, now=at(12))
    met = clock(audience, "acknowledged")
    assert (met.stopped_at, met.breached_at) == (at(9), None)
    assert Case.objects.get().breached_at is None


def test_a_late_receipt_leaves_the_breach_where_it_is():
    audience = letter()
    tick(now=at(11))
    deliver(notices(audience, "received:").get(), at(14))
    hear_receipt(notice_id=notices(audience, "received:").get().pk, now=at(14))
    late = clock(audience, "acknowledged")
    assert (late.stopped_at, late.breached_at) == (at(14), at(11))


def test_the_job_that_sends_tells_of_the_delivery_only_where_a_clock_waits(run_jobs):
    from django.db import connection

    plain = receive(DRAIN, contact_phone="13800002222")
    asked = receive(WAGES, contact_phone="13800001111", raw={"asks": "secretary"})
    for received in (plain, asked):
        send_notice(f"received:{received.message.pk}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE '%notice_delivered%'")
        assert cursor.fetchone() == (1,)


def test_a_text_message_nobody_got_becomes_a_call_on_a_named_desk_once():
    audience = letter()
    assert sweep(now=at(5))["calls"] == 0
    assert sweep(now=at(6))["calls"] == 1
    assert sweep(now=at(7))["calls"] == 0
    call = audience.calls.get()
    assert call.person_id == audience.case.accountable_id
    assert clock(audience, "acknowledged").running


def test_a_text_message_that_arrived_needs_no_call():
    audience = letter()
    deliver(notices(audience, "received:").get(), at(1))
    assert sweep(now=at(7))["calls"] == 0
    assert not audience.calls.exists()


def test_the_level_is_confirmed_by_a_named_person_of_that_street_or_the_district():
    audience = letter()
    for stranger in (CAST.chief, CAST.community, CAST.other_street, CAST.hall, "gongming.deputy"):
        assert refused(
            set_level,
            audience_id=audience.pk,
            level=TWO,
            written=False,
            unit_id=None,
            actor=actor(stranger),
            now=at(3),
        ) in {"not_their_turn", "not_yours"}
    done = levelled(audience, ONE)
    assert (done.level, done.level_by.username, done.level_at) == (ONE, "gongming.desk1", at(5))
    step = done.case.steps.get(action="audience_set_level")
    assert step.detail["proposed"] == TWO
    assert step.detail["as_proposed"] is False


def test_the_districts_own_table_proposes():
    LevelRule.objects.create(place=1, level=3, fact="flag", value="wages", why="工资的事社区先谈")
    assert letter().proposed_level == THREE
    assert letter("小区门口的路灯一直不亮，晚上看不见路").proposed_level == THREE


def test_letters_that_only_suggest_are_answered_in_writing_and_no_appointment_is_owed():
    audience = letter("建议在小区门口多放几张长椅，老人好坐", wish="written")
    done = levelled(audience, THREE)
    assert (done.stage, done.host.username) == (Stage.WRITING, "gm.secretary")
    assert clock(audience, "appointment").stopped_at == at(5)
    assert not done.meetings.exists()
    assert done.offered_at is None


def test_a_writer_who_wrote_twice_before_goes_to_the_street_secretary():
    for _ in range(2):
        letter("小区门口的路灯一直不亮", now=at(-60 * 24))
    third = letter("小区门口的路灯一直不亮")
    assert third.proposed_level == ONE
    assert "九十天" in third.proposed_why


LAMP = "小区门口的路灯一直不亮，晚上看不见路"
EVERYBODY = (
    CAST.chief, CAST.service, CAST.community, "gm.secretary", "gongming.deputy", "gongming.secretary", CAST.street,
    CAST.district, CAST.auditor, CAST.other_street, CAST.hall, CAST.grid_centre, CAST.water, "tj.secretary",
)  # fmt: skip


def who_sees(audience: Audience) -> set[str]:
    """By the query, and by the rule; they must agree."""
    view = view_of(Case.objects.get(pk=audience.case_id))
    seen = {who for who in EVERYBODY if visible_to(actor(who)).filter(pk=audience.case_id).exists()}
    assert seen == {who for who in EVERYBODY if why_not_see(actor(who), view) is None}
    return seen


def test_a_letter_is_in_confidence_before_anybody_has_named_whom_it_is_about():
    audience = letter()
    desks = {CAST.street, CAST.district, CAST.auditor}
    assert who_sees(audience) == desks
    levelled(audience, THREE)
    assert who_sees(audience) == desks | {CAST.community, "gm.secretary"}
    levelled(audience, TWO, minutes=6)
    assert who_sees(audience) == desks | {"gongming.deputy"}


def test_neighbours_at_the_door_and_other_systems_are_not_told_of_a_letter():
    audience = letter(LAMP)
    assert audience.case.building == story_building()
    assert not joinable_in(story_building()).exists()
    case = open_case(
        message_id=receive(DRAIN, building_id=story_building().pk, me_too_of=audience.case.number).message.pk,
        now=at(1),
    )
    assert case.pk != audience.case_id
    plain = open_case(message_id=receive(LAMP, building_id=story_building().pk).message.pk, now=at(1))
    Case.objects.filter(pk=plain.pk).update(status="handling")
    levelled(audience, THREE)
    window = {"start_date": at(-60).isoformat(), "end_date": at(60).isoformat()}
    listed = Client().get("/open311/v2/requests.json", window).content.decode()
    assert plain.number in listed
    assert audience.case.number not in listed
