"""Supervision (督办): who may, who answers, what it holds, and who never hears of it."""

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from maplegrid.audit.queries import verify
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.supervising import (
    answer_supervision,
    raise_supervision,
    remind_of_late_answers,
    settle_supervision,
    supervise,
)
from maplegrid.cases.models import Case, Hold, Supervision
from maplegrid.cases.queries.scope import view_of
from maplegrid.cases.queries.supervision import points_of
from maplegrid.messaging.models import Notice
from maplegrid.rules.access import why_not_close
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.supervision import Colour, above, grades
from tests.builders import NOON, drain_case
from tests.cast import CAST, actor, person
from tests.house.test_routes import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return drain_case()


def placed(case: Case, who: str = CAST.district, colour: Colour = Colour.NORMAL) -> Supervision:
    return supervise(case_id=case.pk, colour=colour, reason="居民又打来了", actor=actor(who), now=NOON)


def test_every_colour_has_its_days_and_points_and_the_next_one():
    assert set(grades()) == set(Colour)
    days = [grades()[colour].days for colour in Colour]
    assert days == sorted(days, reverse=True)
    assert [above(colour) for colour in Colour] == [Colour.YELLOW, Colour.RED, None]


@pytest.mark.parametrize("who", [CAST.district, "gongming.secretary", "gongming.deputy", "gm.secretary"])
def test_leaders_supervise_what_lies_in_their_area(case, who: str):
    one = placed(case, who)
    assert one.answer_by == NOON + timedelta(days=3)
    assert Hold.objects.get(case=case, released_at=None).kind == "supervision"
    told = Notice.objects.get(key__startswith="supervised:")
    assert told.person_id == Case.objects.get(pk=case.pk).accountable_id


@pytest.mark.parametrize(
    "who", [CAST.chief, CAST.community, CAST.street, CAST.auditor, CAST.water, "xinhu.secretary"]
)
def test_nobody_else_does(case, who: str):
    with pytest.raises(Refused):
        placed(case, who)
    assert not Supervision.objects.exists()


def test_an_ended_case_is_not_supervised_and_a_reason_is_needed(case):
    with pytest.raises(Refused):
        supervise(case_id=case.pk, colour=Colour.RED, reason=" ", actor=actor(CAST.district), now=NOON)
    Case.objects.filter(pk=case.pk).update(status=Status.CLOSED, closed_at=NOON)
    with pytest.raises(Refused):
        placed(case)


def test_whoever_has_it_answers_the_leader_settles_and_only_then_it_may_close(case):
    one = placed(case)
    assert why_not_close(view_of(case)).code == "held"
    with pytest.raises(Refused):
        settle_supervision(supervision_id=one.pk, actor=actor(CAST.district), now=NOON)
    with pytest.raises(Refused):
        answer_supervision(supervision_id=one.pk, words="办了", actor=actor(CAST.neighbour_chief), now=NOON)
    answer_supervision(supervision_id=one.pk, words="明天疏通", actor=actor(CAST.chief), now=NOON)
    assert Notice.objects.filter(
        person=person(CAST.district), key__startswith="supervision_answered:"
    ).exists()
    with pytest.raises(Refused):
        settle_supervision(supervision_id=one.pk, actor=actor(CAST.chief), now=NOON)
    settle_supervision(supervision_id=one.pk, actor=actor(CAST.district), now=NOON)
    assert not Hold.objects.filter(case=case, released_at=None).exists()
    with pytest.raises(Refused):
        answer_supervision(supervision_id=one.pk, words="再说一次", actor=actor(CAST.chief), now=NOON)
    assert verify().fault is None


def test_not_enough_raises_it_to_the_next_colour_and_there_is_never_a_second_one(case):
    one = placed(case)
    answer_supervision(supervision_id=one.pk, words="在看", actor=actor(CAST.chief), now=NOON)
    later = NOON + timedelta(days=4)
    for colour in ("yellow", "red", "red"):
        one = raise_supervision(
            supervision_id=one.pk, reason="没有下文", actor=actor(CAST.district), now=later
        )
        assert (one.colour, one.answer, one.answered_at) == (colour, "", None)
    assert Supervision.objects.count() == 1
    assert Hold.objects.filter(case=case, released_at=None).count() == 1


def test_the_pages_show_it_to_whom_it_concerns(case):
    leader, chief = client_of("district"), client_of("chief")
    page = leader.get(f"/cases/{case.number}").content.decode()
    assert "提出督办" in page
    assert "提出督办" not in chief.get(f"/cases/{case.number}").content.decode()
    leader.post(f"/cases/{case.number}/supervision/place", {"colour": "yellow", "words": "居民又打来了"})
    assert "居民又打来了" in chief.get(f"/cases/{case.number}").content.decode()
    chief.post(f"/cases/{case.number}/supervision/answer", {"words": "明天疏通"})
    assert "明天疏通" in leader.get("/cases/supervision?shown=answered").content.decode()
    assert case.number not in client_of("neighbour_chief").get("/cases/supervision").content.decode()
    leader.post(f"/cases/{case.number}/supervision/settle")
    assert case.number in leader.get("/cases/supervision?shown=settled").content.decode()
    assert case.number not in leader.get("/cases/supervision").content.decode()


def test_a_stranger_to_the_case_gets_the_same_answer_as_for_a_wrong_number(case):
    other = client_of("neighbour_chief")
    assert other.post(f"/cases/{case.number}/supervision/place", {"words": "x"}).status_code == 404
    assert other.post("/cases/2020-000001/supervision/place", {"words": "x"}).status_code == 404


def late_notes() -> set[str]:
    return set(
        Notice.objects.filter(key__startswith="supervision_late").values_list("person__username", flat=True)
    )


def test_a_late_answer_is_asked_for_once_of_whoever_has_it_and_of_the_leader(case):
    one = placed(case)
    assert remind_of_late_answers(now=one.answer_by - timedelta(seconds=1)) == 0
    assert remind_of_late_answers(now=one.answer_by) == 1
    assert remind_of_late_answers(now=one.answer_by + timedelta(days=1)) == 0
    assert late_notes() == {CAST.district, (case.assignee or case.accountable).username}


def test_a_raised_supervision_is_reminded_anew_and_an_answered_one_never(case):
    one = placed(case)
    assert remind_of_late_answers(now=one.answer_by) == 1
    raise_supervision(
        supervision_id=one.pk, reason="没有回复", actor=actor(CAST.district), now=NOON + timedelta(days=4)
    )
    one.refresh_from_db()
    assert remind_of_late_answers(now=one.answer_by) == 1
    other = placed(drain_case(), colour=Colour.RED)
    Supervision.objects.filter(pk=other.pk).update(answered_at=NOON)
    assert remind_of_late_answers(now=other.answer_by) == 0


def test_whom_the_case_is_about_is_not_reminded_of_it(case):
    one = placed(case)
    case.subjects.create(person=case.accountable)
    remind_of_late_answers(now=one.answer_by)
    note = Notice.objects.filter(key__startswith="supervision_late", person=case.accountable).first()
    assert note is None or note.state == Notice.State.WITHHELD


def sheet_rows(answer) -> list[tuple]:
    return list(load_workbook(BytesIO(answer.getvalue())).active.values)


def test_the_file_has_what_the_list_shows_and_nobody_elses(case):
    placed(case)
    answer = client_of("district").post("/cases/supervision/excel", {"shown": "open"})
    rows = sheet_rows(answer)
    assert rows[1][0] == case.number
    assert rows[1][6] == "居民又打来了"
    stranger = client_of("other_street").post("/cases/supervision/excel", {"shown": "open"})
    assert len(sheet_rows(stranger)) == 1


def test_points_are_off_until_the_district_switches_them_on_and_belong_to_bodies(case, settings):
    placed(case, colour=Colour.RED)
    assert "扣分" not in client_of("district").get("/cases/supervision").text
    settings.SUPERVISION_POINTS = True
    page = client_of("district").get("/cases/supervision").text
    (row,) = points_of(actor(CAST.district), NOON)
    assert (row.supervisions, row.points, row.holder) == (1, 3, case.body or case.unit)
    assert "今年的扣分" in page
    assert points_of(actor(CAST.other_street), NOON) == []
