"""Whatever arrives ends in a queue that somebody owns."""

from datetime import timedelta

import pytest

from maplegrid.audit.queries import verify
from maplegrid.cases.actions.intake import open_case
from maplegrid.cases.models import Appeal, Case, Clock, Handover
from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Message, Notice
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.vocabulary import Channel
from tests.builders import DRAIN, drain_case, receive, story_building
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def test_a_report_by_door_code_lands_with_the_chief_of_its_sub_grid():
    case = drain_case()
    assert case.unit.name == "公明社区04小分格"
    assert case.accountable == person(CAST.chief)
    assert case.status == Status.DISPATCHED
    assert case.category.code == "1201"
    assert case.building == story_building()


def test_a_place_named_in_words_is_found():
    received = receive("公明社区富豪花园C区1栋楼下路灯坏了三天没人修")
    case = open_case(message_id=received.message.pk, now=NOON)
    assert case.unit.name == "公明社区04小分格"


def test_a_point_on_the_map_is_enough():
    building = story_building()
    received = receive("路灯坏了", lon=building.lon, lat=building.lat, datum="cgcs2000")
    case = open_case(message_id=received.message.pk, now=NOON)
    assert case.unit.name == "公明社区04小分格"


def test_gcj02_points_are_converted_before_they_are_located():
    from maplegrid.engines.geodesy import Datum, from_reference

    building = story_building()
    lon, lat = from_reference(building.lon, building.lat, Datum.GCJ02)
    received = receive("路灯坏了", lon=lon, lat=lat, datum="gcj02")
    assert received.message.lon == pytest.approx(building.lon, abs=1e-6)
    assert open_case(message_id=received.message.pk, now=NOON).unit.name == "公明社区04小分格"


def test_what_cannot_be_read_or_located_waits_at_the_district_triage_desk():
    case = open_case(message_id=receive("？？？").message.pk, now=NOON)
    assert case.status == Status.TRIAGE
    assert case.unit.level == "district"
    assert case.accountable is not None


def test_a_reader_that_fails_loses_nothing(monkeypatch):
    from maplegrid.cases import reading

    monkeypatch.setattr(reading, "reader", lambda: (_ for _ in ()).throw(RuntimeError("broken")))
    monkeypatch.setattr(reading.log, "exception", lambda *args: None)
    case = open_case(message_id=receive("地漏返水").message.pk, now=NOON)
    assert case.status == Status.TRIAGE
    assert case.appeals.get().message.text == "地漏返水"


def test_opening_twice_changes_nothing():
    message = receive().message
    first = open_case(message_id=message.pk, now=NOON)
    again = open_case(message_id=message.pk, now=NOON + timedelta(minutes=5))
    assert first == again
    assert Case.objects.count() == 1
    assert Appeal.objects.count() == 1


def test_me_too_joins_the_open_case_and_gets_its_own_appeal():
    case = drain_case()
    other = receive("我家也堵了", building_id=story_building().pk, me_too_of=case.number)
    joined = open_case(message_id=other.message.pk, now=NOON)
    assert joined == case
    case.refresh_from_db()
    assert case.households == 2
    assert Appeal.objects.filter(case=case, joined=True).count() == 1


def test_me_too_of_a_closed_case_opens_a_new_one():
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(status=Status.CLOSED)
    other = receive("我家也堵了", building_id=story_building().pk, me_too_of=case.number)
    assert open_case(message_id=other.message.pk, now=NOON) != case


def test_violence_at_home_drafts_a_police_hand_over_and_is_urgent():
    case = drain_case("隔壁男人天天打老婆，孩子在哭")
    assert case.profile == "P0"
    assert case.handovers.get().kind == Handover.Kind.POLICE
    assert case.handovers.get().state == Handover.State.DRAFTED
    assert case.handovers.get().body is not None


def test_a_report_against_a_community_secretary_is_sealed_and_never_seen_there():
    case = open_case(message_id=receive("举报公明社区书记收钱不作为").message.pk, now=NOON)
    assert case.sealed
    assert case.unit.level == "district"
    assert case in visible_to(actor(CAST.district))
    for username in (CAST.community, CAST.chief, CAST.street, "gm.secretary"):
        assert case not in visible_to(actor(username)), username
    told = set(Notice.objects.filter(subject=f"case:{case.pk}").values_list("person__username", flat=True))
    assert told <= {"district.duty1"}


def test_a_report_against_a_department_keeps_its_clerks_out():
    case = open_case(message_id=receive("富豪花园C区1栋停水，举报区水务局收钱不作为").message.pk, now=NOON)
    assert {s.body.code for s in case.subjects.all() if s.body} == {"water"}
    assert case not in visible_to(actor(CAST.water))


def test_clocks_start_from_receipt_and_from_acceptance():
    case = drain_case(now=NOON)
    clocks = {clock.milestone: clock for clock in Clock.objects.filter(case=case)}
    assert clocks["dispatch"].stopped_at is not None
    assert clocks["first_contact"].due_at == NOON + timedelta(hours=2)
    assert case.next_at == NOON + timedelta(hours=2)
    assert case.next_milestone == "first_contact"


def test_intake_costs_a_bounded_number_of_statements(django_assert_max_num_queries):
    drain_case()
    message = receive(DRAIN, building_id=story_building().pk).message
    with django_assert_max_num_queries(9):
        open_case(message_id=message.pk, now=NOON)


def test_the_worker_opens_what_a_door_kept(run_jobs):
    received = receive(DRAIN, building_id=story_building().pk, channel=Channel.HALL)
    assert not Case.objects.exists()
    run_jobs()
    assert Case.objects.get().number == received.message.number
    assert Message.objects.get().opened_at is not None
    assert verify().fault is None


def test_a_report_with_a_phone_costs_a_fixed_small_number_of_statements(django_assert_max_num_queries):
    """Kept, numbered, audited and acknowledged; then located, routed, clocked, audited and told (savepoints count)."""
    drain_case(contact_phone="13800001234")
    building = story_building().pk
    with django_assert_max_num_queries(10):
        received = receive(channel=Channel.QR_BUILDING, building_id=building, contact_phone="13800001234")
    with django_assert_max_num_queries(8):
        open_case(message_id=received.message.pk, now=NOON)


def test_opening_the_same_message_again_changes_nothing():
    received = receive(building_id=story_building().pk)
    first = open_case(message_id=received.message.pk, now=NOON)
    assert open_case(message_id=received.message.pk, now=NOON + timedelta(minutes=1)) == first
    assert first.steps.count() == 2
