"""Duty lists, rosters of shared offices, police grids."""

from datetime import time, timedelta

import pytest

from maplegrid.audit.models import Entry
from maplegrid.rules.vocabulary import Refusal
from maplegrid.territory.actions import Refused, RosterLine, match_police_grids, publish_roster, set_duty
from maplegrid.territory.models import Duty, DutyItem, OfficeDuty, PoliceGridMatch, SharedOffice
from maplegrid.territory.queries import duties_of, is_on_duty_list, police_mismatches
from tests.territory.towers import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


def test_what_is_not_on_the_list_may_be_refused_with_the_rule_cited(tiny):
    assert is_on_duty_list(tiny.sub_grid04.pk, "0102", TODAY) is None
    refusal = is_on_duty_list(tiny.sub_grid04.pk, "0501", TODAY)
    assert isinstance(refusal, Refusal)
    assert "第十七条" in str(refusal)
    assert is_on_duty_list(tiny.sub_grid03.pk, "0501", TODAY) is None  # no list yet: nothing to refuse by


def test_a_duty_is_listed_once_and_taken_off_from_a_day_on(tiny):
    item = DutyItem.objects.create(code="D05", name="欠薪线索上报", categories=["05"])
    known = {"unit": tiny.sub_grid04, "item": item, "actor": tiny.actor(tiny.grid_centre), "now": NOW}
    first = set_duty(listed=True, on=TODAY, **known)
    assert set_duty(listed=True, on=TODAY, **known) == first
    assert is_on_duty_list(tiny.sub_grid04.pk, "0501", TODAY) is None
    set_duty(listed=False, on=TODAY + DAY, **known)
    assert item in {duty.item for duty in duties_of(tiny.sub_grid04.pk, TODAY)}
    assert item not in {duty.item for duty in duties_of(tiny.sub_grid04.pk, TODAY + DAY)}
    assert Entry.objects.filter(action__in=["territory.duty_listed", "territory.duty_unlisted"]).count() == 2


def test_duty_lists_belong_to_sub_grids_and_are_kept_by_the_grid_centre(tiny):
    item = DutyItem.objects.get()
    known = {"item": item, "listed": True, "on": TODAY, "now": NOW}
    with pytest.raises(Refused, match="小分格"):
        set_duty(unit=tiny.community, actor=tiny.actor(tiny.grid_centre), **known)
    for name in ("chief03", "street_desk", "stranger_street_desk", "auditor"):
        with pytest.raises(Refused, match="区网格中心"):
            set_duty(unit=tiny.sub_grid03, actor=tiny.actor(getattr(tiny, name)), **known)
    assert not Duty.objects.filter(unit=tiny.sub_grid03).exists()


def line(tiny, **change) -> RosterLine:
    return RosterLine(
        **{"weekday": 1, "person_id": tiny.chief04.pk, "opens": time(9), "closes": time(12), **change}
    )


def test_a_roster_is_replaced_whole(tiny):
    office = SharedOffice.objects.get()
    lines = [line(tiny), line(tiny, weekday=2, person_id=tiny.legal_adviser.pk)]
    publish_roster(office=office, lines=lines, actor=tiny.actor(tiny.chief04), now=NOW)
    rows = OfficeDuty.objects.filter(office=office).values_list("weekday", "person_id")
    assert list(rows) == [(1, tiny.chief04.pk), (2, tiny.legal_adviser.pk)]


def test_a_wrong_line_leaves_the_old_roster(tiny):
    office, before = SharedOffice.objects.get(), list(OfficeDuty.objects.values_list("pk", flat=True))
    wrong = {
        "weekday": line(tiny, weekday=8),
        "roster_hours": line(tiny, closes=time(9)),
        "not_serving": line(tiny, person_id=tiny.other_chief.pk),
    }
    for code, bad in wrong.items():
        with pytest.raises(Refused) as refused:
            publish_roster(office=office, lines=[line(tiny), bad], actor=tiny.actor(tiny.chief04), now=NOW)
        assert refused.value.refusal.code == code
    assert list(OfficeDuty.objects.values_list("pk", flat=True)) == before


@pytest.mark.parametrize(
    ("name", "may"),
    [("chief04", True), ("community_desk", True), ("street_desk", True), ("grid_centre", True),
     ("chief03", False), ("other_chief", False), ("stranger_street_desk", False), ("auditor", False)],
)  # fmt: skip
def test_a_roster_is_published_by_the_chief_and_those_above(tiny, name, may):
    known = {"office": SharedOffice.objects.get(), "lines": [line(tiny)], "now": NOW}
    actor = tiny.actor(getattr(tiny, name))
    if may:
        assert len(publish_roster(actor=actor, **known)) == 1
    else:
        with pytest.raises(Refused):
            publish_roster(actor=actor, **known)


def test_police_grids_are_matched_by_area_and_what_does_not_match_is_reported(tiny):
    pairs = match_police_grids(actor=tiny.actor(tiny.grid_centre), now=NOW)
    assert pairs == PoliceGridMatch.objects.count() == 5
    report = police_mismatches()
    assert (report.sub_grids, report.matched, report.computed_on) == (4, 3, TODAY)
    [found] = report.mismatches
    assert found.unit == tiny.sub_grid04
    assert {m.police_grid.code: round(m.share_of_unit, 3) for m in found.matches} == {"P1": 0.5, "P2": 0.5}
    assert found.sentence == "分属几个警格"


def test_matching_again_replaces_and_before_it_nothing_matches(tiny):
    assert {row.sentence for row in police_mismatches().mismatches} == {"没有警格"}
    for _ in range(2):
        match_police_grids(actor=tiny.actor(tiny.system_admin), now=NOW)
    assert PoliceGridMatch.objects.count() == 5
    with pytest.raises(Refused):
        match_police_grids(actor=tiny.actor(tiny.street_desk), now=NOW)


def test_the_report_is_of_ones_own_area(tiny):
    match_police_grids(actor=tiny.actor(tiny.grid_centre), now=NOW)
    assert police_mismatches(tiny.other_community.path).mismatches == ()
    assert len(police_mismatches(tiny.community.path).mismatches) == 1
