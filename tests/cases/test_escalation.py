"""A breached case climbs level by level; somebody answers for it at every moment, never who it is about."""

import random
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from maplegrid.accounts.models import Delegation
from maplegrid.audit.models import Entry
from maplegrid.audit.queries import verify
from maplegrid.cases.actions import clocks
from maplegrid.cases.actions.ticking import tick
from maplegrid.cases.models import Case, CaseSubject, Clock, Step
from maplegrid.config.doctor.invariants import broken_invariants
from maplegrid.messaging.models import Notice
from maplegrid.territory.models import Assignment
from tests.builders import drain_case
from tests.cast import CAST, NOON, PASSWORD, person

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def late(case: Case, milestone: str = "result") -> Clock:
    """Leave one clock, of ten hours, used up at NOON + 10 h."""
    clock = case.clocks.get(milestone=milestone)
    case.clocks.exclude(pk=clock.pk).delete()
    Clock.objects.filter(pk=clock.pk).update(
        started_at=NOON, due_at=NOON + 10 * HOUR, warn_at=NOON + 8 * HOUR
    )
    return clock


def answering(case: Case) -> str:
    case.refresh_from_db()
    return case.accountable.username if case.accountable else ""


def levels(case: Case) -> list[str]:
    steps = Step.objects.filter(case=case, action="escalated").order_by("id")
    return [step.detail["unit_words"] for step in steps]


def away(username: str, deputy: str | None) -> None:
    who = person(username)
    Delegation.objects.create(
        person=who,
        deputy=person(deputy) if deputy else who,
        valid_from=NOON,
        valid_to=NOON + timedelta(days=30),
        reason="出差",
    )


def test_it_climbs_from_sub_grid_to_community_to_street_to_district_and_stops_there():
    case = drain_case()
    late(case)
    assert answering(case) == CAST.chief
    reached = []
    for hours in (8.5, 10.1, 11, 15.2, 20.3, 40, 400):
        tick(now=NOON + hours * HOUR)
        reached.append(answering(case))
    assert reached == [CAST.chief, *[CAST.community] * 2, CAST.street, *[CAST.district] * 3]
    assert len(levels(case)) == 3
    assert Entry.objects.filter(subject=f"case:{case.pk}", action="case.escalated").count() == 3
    assert Notice.objects.filter(key__startswith=f"escalated:{case.pk}:", state="delivered").count() == 3
    assert verify().fault is None


def test_after_downtime_every_level_still_gets_its_time():
    case = drain_case()
    late(case)
    tick(now=NOON + 500 * HOUR)
    tick(now=NOON + 501 * HOUR)
    assert answering(case) == CAST.community
    assert Step.objects.filter(case=case, action="clock_breached").count() == 1


def test_the_deputy_answers_while_the_next_level_is_away():
    case = drain_case()
    late(case)
    away(CAST.community, CAST.chief)
    tick(now=NOON + 11 * HOUR)
    assert answering(case) == CAST.chief
    Delegation.objects.all().delete()
    away(CAST.street, CAST.street_deputy)
    tick(now=NOON + 20 * HOUR)
    assert answering(case) == CAST.street_deputy
    assert case.steps.filter(action="escalated").last().detail["deputy"] is True


def test_an_empty_desk_is_passed_over_by_name_never_silently():
    case = drain_case()
    late(case)
    community = case.unit.parent
    Assignment.objects.filter(unit=community).delete()
    tick(now=NOON + 11 * HOUR)
    assert answering(case) == CAST.street
    assert case.steps.get(action="escalated").detail["passed_over"] == [community.pk]


def test_who_the_report_is_about_neither_answers_nor_is_told():
    case = drain_case()
    late(case)
    CaseSubject.objects.create(case=case, person=person(CAST.community), words="值班员")
    tick(now=NOON + 11 * HOUR)
    assert answering(case) not in {CAST.community, CAST.chief}
    told = Notice.objects.filter(subject=f"case:{case.pk}", person=person(CAST.community), queued_at__gt=NOON)
    assert not told.exclude(state=Notice.State.WITHHELD).exists()


def test_nobody_left_is_said_on_the_case_and_by_the_doctor():
    case = drain_case()
    late(case)
    CaseSubject.objects.bulk_create(
        CaseSubject(case=case, person_id=pk, words="有关人员")
        for pk in Assignment.objects.values_list("person_id", flat=True).distinct()
    )
    tick(now=NOON + 11 * HOUR)
    assert case.steps.filter(action="escalation_stuck").count() == 1
    assert "breached" in {finding.code for finding in broken_invariants(NOON + 11 * HOUR)}


def test_a_paused_or_met_clock_climbs_no_further():
    case = drain_case()
    clock = late(case)
    tick(now=NOON + 11 * HOUR)
    clock.refresh_from_db()
    clock.running = False
    clock.save()
    assert tick(now=NOON + 100 * HOUR)["escalated"] == 0
    assert answering(case) == CAST.community


def test_an_extended_clock_starts_its_climb_anew():
    case = drain_case()
    clock = case.clocks.get(milestone="result")
    tick(now=clock.due_at + HOUR)
    clock.refresh_from_db()
    assert (clock.rung, clock.escalate_at is not None) == (1, True)
    clocks.add_event(clock, "pause", NOON + HOUR, "person:1", "等居民")
    clocks.add_event(clock, "resume", NOON + 3 * HOUR, "person:1")
    assert (clock.rung, clock.escalate_at, clock.breached_at) == (0, None, None)


def test_the_case_page_names_who_answers_now_and_since_when(client):
    case = drain_case()
    late(case)
    tick(now=NOON + 11 * HOUR)
    client.login(username=CAST.community, password=PASSWORD)
    page = client.get(reverse("cases:case", args=[case.number])).content.decode()
    unit = case.unit.parent.name
    assert f"起由{unit}的" in page
    assert f"从这时起由{unit}的" in page


@pytest.mark.parametrize("seed", range(4))
def test_every_breached_open_case_has_one_who_answers_whatever_happens(seed):
    chance = random.Random(seed)
    cases = [drain_case(external_id=f"{seed}-{n}", text=f"管道堵塞{n}") for n in range(3)]
    now: datetime = NOON
    for _ in range(12):
        now += chance.choice([1, 5, 30]) * HOUR
        chance.choice([_somebody_goes, _somebody_is_back, _nothing])(chance, now)
        tick(now=now)
        wrong = {f.code for f in broken_invariants(now)} & {"unanswered", "breached"}
        for case in Case.objects.filter(pk__in=[c.pk for c in cases], breached_at__isnull=False):
            assert case.accountable_id is not None
        assert not wrong - {"unanswered"}
    assert Step.objects.filter(action="escalated").exists()


def _somebody_goes(chance: random.Random, now: datetime) -> None:
    gone, deputy = chance.sample([CAST.community, CAST.street, CAST.street_deputy, CAST.district], 2)
    Delegation.objects.filter(person__username=gone).delete()
    Delegation.objects.create(
        person=person(gone), deputy=person(deputy), valid_from=now, valid_to=now + 50 * HOUR
    )


def _somebody_is_back(chance: random.Random, now: datetime) -> None:
    Delegation.objects.all().delete()


def _nothing(chance: random.Random, now: datetime) -> None:
    """A quiet hour."""
