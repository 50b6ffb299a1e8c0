"""Who meets: by level, never whom the letter is about, the next host up, above the street whom the district names."""

from datetime import timedelta

import pytest
from django.test import Client

from maplegrid.accounts.models import Delegation
from maplegrid.audit.queries import verify
from maplegrid.cases.models import CaseSubject
from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Notice
from maplegrid.rules.secretary.life import Stage
from maplegrid.secretary.actions.meeting import record_meeting
from maplegrid.secretary.actions.seating import bar, name_conflict, name_host, recuse
from maplegrid.secretary.actions.sweeping import sweep
from maplegrid.secretary.models import Audience, DistrictHost, HostOfLevel
from maplegrid.secretary.queries.scope import audiences_visible_to
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import tower
from tests.cast import CAST, NOON, actor, person
from tests.secretary.letters import ONE, THREE, TWO, at, letter, levelled, refused

pytestmark = pytest.mark.django_db
SECRETARY, DEPUTY, STREET, LEADER = (
    "gm.secretary",
    "gongming.deputy",
    "gongming.secretary",
    "district.leader1",
)


@pytest.mark.parametrize(
    ("level", "host", "unit"),
    [(ONE, STREET, "street"), (TWO, DEPUTY, "street"), (THREE, SECRETARY, "community")],
)
def test_the_level_decides_the_host_and_the_case_is_in_their_hands(level, host: str, unit: str):
    audience = levelled(letter(), level)
    audience.case.refresh_from_db()
    assert audience.host.username == host
    assert (audience.case.assignee.username, audience.case.accountable.username) == (host, host)
    assert (audience.case.unit.level, audience.case.status) == (unit, "handling")
    assert audience.stage == Stage.OFFERED


def test_the_district_may_decide_otherwise_who_meets_at_a_level():
    HostOfLevel.objects.create(level=3, role="street_deputy")
    assert levelled(letter(), THREE).host.username == DEPUTY


def test_a_deputy_who_is_not_in_charge_of_such_matters_is_passed_over():
    audience = levelled(letter("小区门口的路灯一直不亮，晚上看不见路"), TWO)
    assert audience.case.category.l1_code not in ("01", "02", "03", "04")
    assert audience.host.username == STREET


def about(audience: Audience, *usernames: str) -> None:
    for username in usernames:
        CaseSubject.objects.create(case=audience.case, person=person(username), words="反映的就是他")


@pytest.mark.parametrize(
    ("level", "subjects", "host"),
    [
        (THREE, (SECRETARY,), DEPUTY),
        (THREE, (SECRETARY, DEPUTY), STREET),
        (TWO, (SECRETARY,), DEPUTY),
        (TWO, (DEPUTY,), STREET),
        (ONE, (STREET,), LEADER),
        (THREE, (SECRETARY, DEPUTY, STREET), LEADER),
    ],
)
def test_whom_the_letter_is_about_is_replaced_by_the_next_host_up(level, subjects, host):
    audience = letter()
    about(audience, *subjects)
    done = levelled(audience, level)
    assert done.host.username == host
    for username in subjects:
        assert not audiences_visible_to(actor(username)).exists()
        assert not visible_to(actor(username)).filter(pk=audience.case_id).exists()
        assert (
            not Notice.objects.filter(person=person(username), subject=f"case:{audience.case_id}")
            .exclude(state="withheld")
            .exists()
        )


def test_a_letter_about_the_whole_street_is_met_by_whom_the_district_names():
    audience = letter()
    CaseSubject.objects.create(
        case=audience.case, unit_id=tower().street_of(audience.case.area_id), words="街道不管"
    )
    done = levelled(audience, TWO, who=CAST.district)
    assert (done.host.username, done.host_role) == (LEADER, "")
    assert done.case.unit_id == tower().root.pk


def test_with_nobody_left_the_district_desk_answers_until_it_names_somebody():
    DistrictHost.objects.update(ended_at=NOON)
    audience = letter()
    about(audience, STREET)
    done = levelled(audience, ONE)
    assert (done.stage, done.host) == (Stage.WAITING, None)
    assert done.case.accountable.username == "district.duty1"
    name = {"audience_id": audience.pk, "now": at(8)}
    chosen = person("district.duty2").pk
    assert (
        refused(name_host, **name, person_id=person(STREET).pk, reason="他来", actor=actor(CAST.district))
        == "barred"
    )
    assert refused(name_host, **name, person_id=chosen, reason="", actor=actor(CAST.district)) == "no_words"
    assert refused(name_host, **name, person_id=chosen, reason="他来", actor=actor("gongming.desk1")) in {
        "not_their_turn", "not_yours",
    }  # fmt: skip
    named = name_host(**name, person_id=chosen, reason="分管劳动", actor=actor(CAST.district))
    assert (named.host_id, named.case.assignee_id) == (chosen, chosen)


def test_the_writer_names_a_conflict_and_the_host_loses_sight_of_it_and_his_time_is_free_again():
    audience = levelled(letter(), THREE)
    held = audience.meetings.get()
    done = name_conflict(audience_id=audience.pk, reason="他是老板的亲戚", now=at(20))
    assert done.host.username == DEPUTY
    assert not visible_to(actor(SECRETARY)).filter(pk=audience.case_id).exists()
    assert not audiences_visible_to(actor(SECRETARY)).exists()
    held.refresh_from_db()
    assert (held.state, held.cells.count()) == ("dropped", 0)
    assert done.stage == Stage.OFFERED
    assert done.meetings.get(state="held").host.username == DEPUTY
    told = Notice.objects.filter(person=person(SECRETARY), key__startswith="dropped:").get()
    assert told.state == "withheld"


def test_conflicts_named_one_after_another_climb_the_whole_ladder():
    audience = levelled(letter(), THREE)
    climbed = [
        name_conflict(audience_id=audience.pk, reason="都有关系", now=at(20 + n)).host for n in range(4)
    ]
    assert [host and host.username for host in climbed] == [DEPUTY, STREET, LEADER, None]
    assert refused(name_conflict, audience_id=audience.pk, reason="", now=at(30)) == "no_host"


def test_a_host_recuses_with_a_reason():
    audience = levelled(letter(), TWO)
    recusal = {"audience_id": audience.pk, "now": at(9)}
    assert refused(recuse, **recusal, reason="", actor=actor(DEPUTY)) == "no_words"
    assert refused(recuse, **recusal, reason="我认识他", actor=actor(STREET)) == "not_their_turn"
    assert recuse(**recusal, reason="我认识老板", actor=actor(DEPUTY)).host.username == STREET
    assert not audiences_visible_to(actor(DEPUTY)).exists()


def test_a_leader_of_the_district_who_steps_aside_no_longer_finds_it_although_he_sees_the_whole_district():
    audience = letter()
    about(audience, STREET)
    levelled(audience, ONE)
    assert audiences_visible_to(actor(LEADER)).exists()
    done = recuse(audience_id=audience.pk, reason="是我的同学", actor=actor(LEADER), now=at(9))
    assert (done.host, done.case.accountable.username) == (None, "district.duty1")
    assert not audiences_visible_to(actor(LEADER)).exists()
    assert audiences_visible_to(actor(CAST.district)).exists()


def test_the_desk_bars_whom_the_letter_is_about_before_it_sets_the_level():
    audience = letter()
    bar(
        audience_id=audience.pk,
        person_id=person(SECRETARY).pk,
        reason="信里写的就是他",
        actor=actor("gongming.desk1"),
        now=at(2),
    )
    assert levelled(audience, THREE).host.username == DEPUTY


def test_a_desk_that_is_itself_named_hands_the_letter_to_the_next_one():
    audience = letter()
    assert audience.case.accountable.username == "gongming.desk1"
    bar(
        audience_id=audience.pk,
        person_id=person("gongming.desk1").pk,
        reason="反映分拨员",
        actor=actor(CAST.district),
        now=at(2),
    )
    audience.case.refresh_from_db()
    assert audience.case.accountable.username == "gongming.desk2"
    assert not audiences_visible_to(actor("gongming.desk1")).exists()


def test_a_host_who_is_away_without_anybody_standing_in_is_passed_over_and_one_with_a_deputy_is_not():
    Assignment.objects.filter(person=person("gm.desk2")).delete()
    away = {
        "person": person(SECRETARY),
        "valid_from": NOON - timedelta(days=1),
        "valid_to": NOON + timedelta(days=9),
    }
    absence = Delegation.objects.create(**away, deputy=person("gm.desk1"))
    audience = levelled(letter(), THREE)
    assert audience.host.username == SECRETARY
    assert audience.meetings.get().starts_at >= away["valid_to"]
    absence.delete()
    deputy = person("gm.desk1")
    deputy.is_active = False
    deputy.save()
    Delegation.objects.create(**away, deputy=deputy)
    assert levelled(letter(), THREE).host.username == DEPUTY


def test_the_story_of_a_letter_keeps_the_audit_whole():
    audience = levelled(letter(), THREE)
    name_conflict(audience_id=audience.pk, reason="亲戚", now=at(20))
    assert verify().fault is None


def leave(username: str) -> None:
    Assignment.objects.filter(person=person(username)).update(valid_to=NOON.date())


def test_a_host_who_leaves_is_replaced_once_and_what_was_said_stays():
    booked, met = levelled(letter(), THREE), levelled(letter(), THREE)
    record_meeting(
        audience_id=met.pk, attended="双方", minutes="谈妥", promises=[], actor=actor(SECRETARY), now=at(1500)
    )  # fmt: skip
    assert sweep(now=at(1501))["reseated"] == 0
    leave(SECRETARY)
    assert sweep(now=at(1502))["reseated"] == 2
    assert sweep(now=at(1503))["reseated"] == 0
    booked.refresh_from_db(), met.refresh_from_db()
    assert (booked.host.username, booked.stage) == (DEPUTY, Stage.OFFERED)
    assert (met.host.username, met.stage, met.case.assignee.username) == (DEPUTY, Stage.MET, DEPUTY)
    assert met.meetings.get().minutes == "谈妥"


def test_a_community_secretary_may_lift_a_promise_by_an_order():
    audience = levelled(letter(wish="written"), THREE)
    client = Client()
    client.force_login(person(SECRETARY))
    assert (
        f"/cases/{audience.case.number}/order"
        in client.get(f"/secretary/letters/{audience.case.number}").content.decode()
    )
    assert client.get(f"/cases/{audience.case.number}/order").status_code == 200
