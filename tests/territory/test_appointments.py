"""Who is appointed where; who may appoint whom; who stands in."""

from datetime import timedelta

import pytest

from maplegrid.accounts.models import Delegation
from maplegrid.accounts.queries import deputy_of, stand_ins
from maplegrid.audit.models import Entry
from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.actions import (
    OPERATOR,
    Refused,
    appoint,
    end_absence,
    end_appointment,
    set_portfolio,
    stand_in,
)
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import NobodyAnswers, leaders_in_charge, vacancies, who_answers
from tests.territory.towers import NOW, add_person

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def refusal_code(call, **known) -> str | None:
    try:
        call(**known)
    except Refused as refused:
        return refused.refusal.code
    return None


def test_an_appointment_begins_on_its_day_and_is_in_the_audit(tiny):
    person = add_person("info.new")
    appoint(
        person=person,
        role=Role.INFO_POST,
        unit=tiny.sub_grid04,
        on=TODAY + DAY,
        actor=tiny.actor(tiny.grid_centre),
        now=NOW,
        reason="新招录",
    )
    assert tiny.actor(person, NOW).seats == ()
    assert tiny.actor(person, NOW + DAY).holds(Role.INFO_POST)
    entry = Entry.objects.get(action="territory.appointed")
    assert (entry.actor, entry.subject) == (f"person:{tiny.grid_centre.pk}", f"person:{person.pk}")
    assert (entry.detail["role"], entry.detail["unit"]) == ("info_post", "440311002001F04")


@pytest.mark.parametrize(
    ("who", "role", "where", "code"),
    [
        ("nobody", Role.INFO_POST, "sub_grid04", None),
        ("nobody", Role.SUBGRID_CHIEF, "sub_grid04", "seats_full"),
        ("nobody", Role.SUBGRID_CHIEF, "community", "wrong_level"),
        ("nobody", Role.STREET_DESK, "district", "wrong_level"),
        ("nobody", Role.DEPARTMENT_DESK, "district", "needs_body"),
        ("chief04", Role.SUBGRID_CHIEF, "sub_grid04", "has_seat"),
        ("chief04", Role.SYSTEM_ADMIN, "district", "admin_by_admin"),
        ("grid_centre", Role.SUBGRID_CHIEF, "sub_grid03", "own_appointment"),
        ("security_admin", Role.INFO_POST, "sub_grid04", "admin_handles"),
    ],
)
def test_an_appointment_is_refused_with_the_reason(tiny, who, role, where, code):
    found = refusal_code(
        appoint,
        person=getattr(tiny, who),
        role=role,
        unit=getattr(tiny, where),
        on=TODAY,
        actor=tiny.actor(tiny.grid_centre),
        now=NOW,
    )
    assert found == code


def test_the_three_administrators_are_three_people(tiny):
    found = refusal_code(
        appoint,
        person=tiny.security_admin,
        role=Role.AUDIT_ADMIN,
        unit=tiny.district,
        on=TODAY,
        actor=tiny.actor(tiny.system_admin),
        now=NOW,
    )
    assert found == "three_admins"


def test_a_role_that_begins_later_clashes_already_now(tiny):
    Assignment.objects.create(
        person=tiny.nobody, role=Role.AUDIT_ADMIN, unit=tiny.district, valid_from=TODAY + 30 * DAY
    )
    found = refusal_code(
        appoint,
        person=tiny.nobody,
        role=Role.INFO_POST,
        unit=tiny.sub_grid04,
        on=TODAY,
        actor=tiny.actor(tiny.grid_centre),
        now=NOW,
    )
    assert found == "admin_handles"


@pytest.mark.parametrize(
    "name", ["chief04", "other_chief", "street_desk", "auditor", "water_clerk", "nobody"]
)
def test_strangers_and_colleagues_do_not_appoint(tiny, name):
    known = {"person": tiny.nobody, "role": Role.INFO_POST, "unit": tiny.sub_grid04, "on": TODAY, "now": NOW}
    assert refusal_code(appoint, actor=tiny.actor(getattr(tiny, name)), **known) == "not_keeper"
    seat = Assignment.objects.get(person=tiny.chief04)
    known = {"assignment": seat, "on": TODAY, "now": NOW}
    assert refusal_code(end_appointment, actor=tiny.actor(getattr(tiny, name)), **known) == "not_keeper"


def test_an_ended_appointment_frees_the_seat_and_the_scope(tiny):
    centre = tiny.actor(tiny.grid_centre)
    seat = Assignment.objects.get(person=tiny.chief04)
    end_appointment(assignment=seat, on=TODAY, actor=centre, now=NOW, reason="调离")
    assert tiny.actor(tiny.chief04).areas == ()
    assert tiny.actor(tiny.chief04, NOW - DAY).areas == (tiny.sub_grid04.path,)
    assert Role.SUBGRID_CHIEF in {post.role for post in vacancies(tiny.sub_grid04.path, TODAY)}
    appoint(
        person=tiny.nobody, role=Role.SUBGRID_CHIEF, unit=tiny.sub_grid04, on=TODAY, actor=centre, now=NOW
    )
    assert who_answers(tiny.sub_grid04.pk, now=NOW).person_id == tiny.nobody.pk
    known = {"assignment": seat, "on": TODAY, "actor": centre, "now": NOW}
    assert refusal_code(end_appointment, **known) == "ended"


def test_the_last_duty_officer_of_the_district_stays(tiny):
    seat = Assignment.objects.get(person=tiny.district_command)
    known = {"assignment": seat, "on": TODAY, "actor": OPERATOR, "now": NOW}
    assert refusal_code(end_appointment, **known) == "last_command"
    add_person("second", Role.DISTRICT_COMMAND, tiny.district)
    assert refusal_code(end_appointment, **known) is None


def test_a_portfolio_replaces_the_one_before_and_decides_who_leads(tiny):
    seat = Assignment.objects.get(person=tiny.street_deputy)
    assert tiny.street_deputy in leaders_in_charge(tiny.sub_grid04.pk, "01", NOW)
    assert tiny.street_deputy not in leaders_in_charge(tiny.sub_grid04.pk, "05", NOW)
    set_portfolio(assignment=seat, categories=["05"], on=TODAY, actor=tiny.actor(tiny.grid_centre), now=NOW)
    assert tiny.street_deputy not in leaders_in_charge(tiny.sub_grid04.pk, "01", NOW)
    assert tiny.street_deputy in leaders_in_charge(tiny.sub_grid04.pk, "05", NOW)
    assert tiny.street_deputy in leaders_in_charge(tiny.sub_grid04.pk, "01", NOW - DAY)


def test_leaders_come_from_the_nearest_upward(tiny):
    leaders = leaders_in_charge(tiny.sub_grid04.pk, "01", NOW)
    assert leaders[0] == tiny.community_secretary
    assert set(leaders[1:3]) == {tiny.street_deputy, tiny.street_secretary}
    assert leaders[-1] == tiny.district_command


def away(tiny, person, deputy, start=NOW, end=NOW + DAY, actor: Actor | None = None) -> Delegation:
    return stand_in(
        person=person,
        deputy=deputy,
        start=start,
        end=end,
        actor=actor or tiny.actor(person),
        now=NOW,
        reason="休假",
    )


def test_a_deputy_answers_and_holds_the_seat_only_while_the_other_is_away(tiny):
    away(tiny, tiny.chief04, tiny.service04, start=NOW + HOUR)
    assert who_answers(tiny.sub_grid04.pk, now=NOW).person_id == tiny.chief04.pk
    answering = who_answers(tiny.sub_grid04.pk, now=NOW + 2 * HOUR)
    assert (answering.person_id, answering.deputy) == (tiny.service04.pk, True)
    assert tiny.chief04.pk in tiny.actor(tiny.service04, NOW + 2 * HOUR).person_ids
    assert tiny.chief04.pk not in tiny.actor(tiny.service04, NOW + 2 * DAY).person_ids
    assert who_answers(tiny.sub_grid04.pk, now=NOW + 2 * DAY).person_id == tiny.chief04.pk


def test_back_early_ends_it_now(tiny):
    absence = away(tiny, tiny.chief04, tiny.service04, start=NOW - HOUR)
    end_absence(absence=absence, actor=tiny.actor(tiny.chief04), now=NOW)
    assert deputy_of(tiny.chief04.pk, NOW) is None
    assert [e.action for e in Entry.objects.filter(action__startswith="absence.").order_by("at", "id")] == [
        "absence.set",
        "absence.ended",
    ]
    known = {"absence": absence, "actor": tiny.actor(tiny.chief04), "now": NOW}
    assert refusal_code(end_absence, **known) == "absence_over"


def test_an_absence_not_begun_is_taken_back(tiny):
    absence = away(tiny, tiny.chief04, tiny.service04, start=NOW + HOUR)
    end_absence(absence=absence, actor=tiny.actor(tiny.chief04), now=NOW)
    assert not Delegation.objects.exists()


def test_a_deputy_away_too_hands_on_and_a_circle_answers_nobody(tiny):
    for person, deputy in (("chief04", "service04"), ("service04", "patrol04")):
        Delegation.objects.create(
            person=getattr(tiny, person), deputy=getattr(tiny, deputy), valid_from=NOW, valid_to=NOW + DAY
        )
    assert stand_ins(NOW)[tiny.chief04.pk] == tiny.patrol04
    Delegation.objects.create(person=tiny.patrol04, deputy=tiny.chief04, valid_from=NOW, valid_to=NOW + DAY)
    assert set(stand_ins(NOW).values()) == {None}
    assert who_answers(tiny.sub_grid04.pk, now=NOW).unit_id == tiny.community.pk


def test_a_deputy_whose_account_is_closed_does_not_answer(tiny):
    away(tiny, tiny.chief04, tiny.patrol04)
    tiny.patrol04.is_active = False
    tiny.patrol04.save()
    assert who_answers(tiny.sub_grid04.pk, now=NOW).person_id == tiny.service04.pk


@pytest.mark.parametrize(
    ("deputy", "code"),
    [
        ("service04", None),
        ("chief03", None),
        ("community_desk", None),
        ("chief04", "own_deputy"),
        ("other_chief", "far_deputy"),
        ("stranger_street_desk", "far_deputy"),
        ("water_clerk", "far_deputy"),
        ("security_admin", "admin_handles"),
    ],
)
def test_only_somebody_near_may_stand_in(tiny, deputy, code):
    known = {"person": tiny.chief04, "start": NOW, "end": NOW + DAY, "now": NOW}
    actor = tiny.actor(tiny.chief04)
    assert refusal_code(stand_in, deputy=getattr(tiny, deputy), actor=actor, **known) == code


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ("chief04", None),
        ("community_desk", None),
        ("street_desk", None),
        ("district_command", None),
        ("service04", "not_their_absence"),
        ("other_community_desk", "not_their_absence"),
        ("stranger_street_desk", "not_their_absence"),
        ("auditor", "not_their_absence"),
    ],
)
def test_an_absence_is_set_by_oneself_or_a_desk_above(tiny, who, code):
    known = {"person": tiny.chief04, "deputy": tiny.chief03, "start": NOW, "end": NOW + DAY, "now": NOW}
    assert refusal_code(stand_in, actor=tiny.actor(getattr(tiny, who)), **known) == code


def test_nobody_has_two_deputies_at_once_and_no_deputy_is_away_too(tiny):
    away(tiny, tiny.chief04, tiny.service04)
    known = {"start": NOW + HOUR, "end": NOW + 2 * DAY, "now": NOW}
    me = tiny.actor(tiny.chief04)
    assert (
        refusal_code(stand_in, person=tiny.chief04, deputy=tiny.patrol04, actor=me, **known)
        == "absent_already"
    )
    desk = tiny.actor(tiny.community_desk)
    assert (
        refusal_code(stand_in, person=tiny.chief03, deputy=tiny.chief04, actor=desk, **known) == "deputy_away"
    )


def test_without_a_command_desk_nobody_answers(tiny):
    Assignment.objects.filter(role__in=["district_command", "grid_centre"]).delete()
    Assignment.objects.filter(unit__in=[tiny.street, tiny.community, tiny.sub_grid04]).delete()
    with pytest.raises(NobodyAnswers):
        who_answers(tiny.sub_grid04.pk, now=NOW)


def test_who_is_excluded_does_not_answer_and_neither_does_their_deputy(tiny):
    away(tiny, tiny.chief04, tiny.patrol04)
    answering = who_answers(tiny.sub_grid04.pk, now=NOW, excluding={tiny.chief04.pk})
    assert answering.person_id == tiny.service04.pk
    all_here = {tiny.chief04.pk, tiny.service04.pk, tiny.patrol04.pk}
    assert who_answers(tiny.sub_grid04.pk, now=NOW, excluding=all_here).person_id == tiny.community_desk.pk


def test_an_absence_in_the_past_is_refused(tiny):
    known = {"person": tiny.chief04, "deputy": tiny.service04, "now": NOW, "actor": tiny.actor(tiny.chief04)}
    assert refusal_code(stand_in, start=NOW - DAY, end=NOW - HOUR, **known) == "absence_over"
