"""Staff move a case, each within their rights, and nothing is lost between two of them."""

from datetime import datetime, timedelta

import pytest

from maplegrid.accounts.models import Body, Delegation
from maplegrid.audit.models import Entry
from maplegrid.cases.actions import resident
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.holds import place_hold, release_hold
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.actions.ticking import tick
from maplegrid.cases.models import Case, CaseSubject, Clock
from maplegrid.cases.queries.inbox import Filters, inbox_of
from maplegrid.cases.queries.page import Offer, case_page
from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Notice
from maplegrid.rules.lifecycle import Action, Status
from maplegrid.territory.models import Duty, DutyItem, Unit
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def do(case: Case, action: Action, who: str, minutes: int = 10, **wish) -> Case:
    return take_step(
        case_id=case.pk,
        action=action,
        actor=actor(who),
        now=NOON + timedelta(minutes=minutes),
        wish=Wish(**wish),
    )


def refused(case: Case, action: Action, who: str, **wish) -> str:
    with pytest.raises(Refused) as no:
        do(case, action, who, **wish)
    return no.value.refusal.code


def worked_to_checking(case: Case) -> Case:
    do(case, Action.ACCEPT, CAST.chief)
    do(case, Action.CONTACT, CAST.chief, 18, text="打了电话")
    do(case, Action.ARRIVE, CAST.chief, 40, lon=case.lon, lat=case.lat)
    return do(case, Action.REPORT_RESULT, CAST.chief, 90, text="疏通了")


def test_the_plain_drain_is_closed_and_rated_the_same_afternoon():
    case = worked_to_checking(drain_case(contact_phone="13800001234"))
    do(case, Action.CLOSE, CAST.chief, 100, public_text="疏通好了，放心用")
    case.refresh_from_db()
    assert case.status == Status.CLOSED
    assert case.settled_in_grid
    appeal = case.appeals.get()
    assert appeal.answered_at is not None
    resident.rate(appeal_id=appeal.pk, solved=True, satisfied=5, words="", now=NOON + timedelta(hours=3))
    with pytest.raises(Refused):
        resident.rate(appeal_id=appeal.pk, solved=False, satisfied=1, words="", now=NOON + timedelta(hours=4))
    appeal.refresh_from_db()
    assert appeal.solved
    assert Notice.objects.filter(message=appeal.message, key__startswith="closed:").exists()


def test_every_step_is_in_the_audit():
    case = worked_to_checking(drain_case())
    actions = list(
        Entry.objects.filter(subject=f"case:{case.pk}").order_by("id").values_list("action", flat=True)
    )
    assert actions == ["case.opened", "case.accept", "case.contact", "case.arrive", "case.report_result"]


def test_closing_without_telling_the_resident_is_refused():
    case = worked_to_checking(drain_case())
    assert refused(case, Action.CLOSE, CAST.chief) == "untold"


def test_an_open_hold_keeps_a_case_open():
    case = worked_to_checking(drain_case())
    place_hold(case_id=case.pk, kind="mediation", key="m1", reason="调解还没有结果", actor="system", now=NOON)
    assert refused(case, Action.CLOSE, CAST.chief, public_text="好了") == "held"
    release_hold(case_id=case.pk, kind="mediation", key="m1", actor="system", now=NOON)
    assert do(case, Action.CLOSE, CAST.chief, public_text="好了").status == Status.CLOSED


@pytest.mark.parametrize(
    "stranger", [CAST.neighbour_chief, CAST.other_community, CAST.other_street, CAST.water]
)
@pytest.mark.parametrize(
    "action", [Action.ACCEPT, Action.COMMENT, Action.ASSIGN, Action.CLOSE, Action.OPEN_CONTACT]
)
def test_a_stranger_can_do_nothing(stranger, action):
    assert refused(drain_case(), action, stranger, text="x") == "not_yours"


@pytest.mark.parametrize("action", [a for a in Action if a is not Action.WITHDRAW])
def test_an_auditor_changes_nothing(action):
    assert refused(drain_case(), action, CAST.auditor, text="x") == "reading_only"


def test_a_colleague_of_the_sub_grid_may_take_it():
    case = do(drain_case(), Action.ACCEPT, CAST.service)
    assert case.assignee_id == person(CAST.service).pk


def test_two_people_at_once_one_is_told_somebody_was_faster():
    case = drain_case()
    seen = case.version
    take_step(case_id=case.pk, action=Action.ACCEPT, actor=actor(CAST.chief), now=NOON, version=seen)
    with pytest.raises(Faster):
        take_step(
            case_id=case.pk,
            action=Action.RETURN,
            actor=actor(CAST.service),
            now=NOON,
            version=seen,
            wish=Wish(text="x"),
        )
    case.refresh_from_db()
    assert case.status == Status.HANDLING


def test_a_return_needs_words_and_goes_to_the_unit_above_with_somebody_accountable():
    case = drain_case()
    assert refused(case, Action.RETURN, CAST.chief) == "no_words"
    case = do(case, Action.RETURN, CAST.chief, text="是自来水公司的主管道")
    case.refresh_from_db()
    assert case.status == Status.RETURNED
    assert case.unit.level == "community"
    assert case.accountable_id == person(CAST.chief).pk


def test_handing_up_climbs_one_level_and_is_no_longer_settled_in_the_grid():
    case = do(drain_case(), Action.HAND_UP, CAST.chief, text="主管道破了，没有设备")
    case.refresh_from_db()
    assert case.unit.level == "community"
    assert case.accountable == person(CAST.community)
    do(case, Action.ACCEPT, CAST.community)
    do(case, Action.REPORT_RESULT, CAST.community, text="请人修好了")
    case = do(case, Action.CLOSE, CAST.community, public_text="修好了")
    assert case.settled_in_grid is False


def test_a_department_sees_a_case_only_while_it_has_it():
    case = drain_case()
    assert case not in visible_to(actor(CAST.water))
    do(case, Action.HAND_OVER, CAST.community, text="主管道", body_id=Body.objects.get(code="water").pk)
    assert case in visible_to(actor(CAST.water))
    assert case not in visible_to(actor(CAST.urban))
    assert do(case, Action.ACCEPT, CAST.water).assignee_id == person(CAST.water).pk


def test_work_is_not_given_to_people_elsewhere():
    case = drain_case()
    assert (
        refused(case, Action.ASSIGN, CAST.community, person_id=person(CAST.other_community).pk) == "elsewhere"
    )
    assert refused(case, Action.ASSIGN, CAST.community, person_id=person(CAST.auditor).pk) == "not_handling"


def test_naming_a_subject_hides_the_case_from_them_at_once_and_for_ever():
    case = drain_case()
    do(case, Action.NAME_SUBJECT, CAST.street, text="反映格长", person_id=person(CAST.chief).pk)
    assert case not in visible_to(actor(CAST.chief))
    assert refused(case, Action.ASSIGN, CAST.street, person_id=person(CAST.chief).pk) == "is_subject"
    assert refused(case, Action.ACCEPT, CAST.chief) == "not_yours"
    assert case in visible_to(actor(CAST.street))


def test_a_case_about_a_unit_cannot_be_handed_to_it():
    case = drain_case()
    community = Unit.objects.get(name="公明社区")
    CaseSubject.objects.create(case=case, unit=community, words="公明社区")
    sub_grid = Unit.objects.get(name="公明社区03小分格")
    assert refused(case, Action.HAND_OVER, CAST.street, text="转", unit_id=sub_grid.pk) == "subject_unit"


def test_violence_cannot_be_closed_before_the_police_question_is_settled():
    case = drain_case("隔壁男人天天打老婆，孩子在哭")
    do(case, Action.ACCEPT, CAST.chief)
    do(case, Action.REPORT_RESULT, CAST.chief, text="上门看过")
    assert refused(case, Action.CLOSE, CAST.chief, public_text="好了") == "police_first"
    do(case, Action.SEND_TO_POLICE, CAST.chief)
    assert refused(case, Action.CLOSE, CAST.chief, public_text="好了") == "police_first"
    handover = case.handovers.get()
    do(case, Action.RECORD_RECEIPT, CAST.chief, handover_id=handover.pk, number="回执1", text="已出警")
    assert do(case, Action.CLOSE, CAST.chief, public_text="公安已介入").status == Status.CLOSED


def test_a_named_human_may_decide_that_police_are_not_needed():
    case = drain_case("隔壁男人天天打老婆，孩子在哭")
    do(case, Action.CANCEL_POLICE, CAST.community, text="核实是电视声")
    do(case, Action.ACCEPT, CAST.chief)
    do(case, Action.REPORT_RESULT, CAST.chief, text="核实过")
    assert do(case, Action.CLOSE, CAST.chief, public_text="核实是电视声").status == Status.CLOSED


def test_merging_moves_every_reporter_and_each_gets_an_answer():
    first, second = drain_case(contact_phone="13800000001"), drain_case(contact_phone="13800000002")
    do(second, Action.MERGE, CAST.community, number=first.number)
    second.refresh_from_db()
    assert second.status == Status.MERGED
    assert first.appeals.count() == 2
    case = worked_to_checking(Case.objects.get(pk=first.pk))
    do(case, Action.CLOSE, CAST.chief, 100, public_text="好了")
    assert Notice.objects.filter(key__startswith="closed:").count() == 2
    assert all(appeal.answered_at for appeal in case.appeals.all())


def test_suspending_pauses_the_work_clock_by_exactly_the_time_it_lasted():
    case = do(drain_case(), Action.ACCEPT, CAST.chief)
    before = Clock.objects.get(case=case, milestone="result").due_at
    do(case, Action.SUSPEND, CAST.community, 60, text="等居民回家")
    assert Clock.objects.get(case=case, milestone="result").running is False
    do(case, Action.RESUME, CAST.chief, 180)
    assert Clock.objects.get(case=case, milestone="result").due_at == before + timedelta(minutes=120)


def test_a_re_opened_case_reaches_the_one_who_closed_it_and_its_clock_runs_again():
    case = worked_to_checking(drain_case())
    do(case, Action.CLOSE, CAST.chief, 100, public_text="好了")
    appeal = case.appeals.get()
    resident.ask_reopen(appeal_id=appeal.pk, reason="又堵了", now=NOON + timedelta(hours=5))
    case.refresh_from_db()
    assert case.status == Status.REOPENED
    assert case.assignee == person(CAST.chief)
    assert Clock.objects.get(case=case, milestone="result").running
    assert Notice.objects.filter(person=person(CAST.chief), body__contains="没解决").exists()


def test_a_withdrawal_ends_the_case_only_when_the_last_reporter_leaves():
    from maplegrid.cases.actions.intake import open_case
    from tests.builders import receive

    case = drain_case()
    open_case(message_id=receive("我家也是", me_too_of=case.number).message.pk, now=NOON)
    first, second = case.appeals.order_by("id")
    resident.withdraw(appeal_id=first.pk, reason="", now=NOON)
    case.refresh_from_db()
    assert case.status == Status.DISPATCHED
    resident.withdraw(appeal_id=second.pk, reason="", now=NOON)
    case.refresh_from_db()
    assert case.status == Status.WITHDRAWN
    assert not Clock.objects.filter(case=case, running=True).exists()


def test_a_question_back_is_answered_once_and_holds_the_closing():
    case = worked_to_checking(drain_case())
    do(case, Action.ASK_RESIDENT, CAST.chief, 95, text="厨房还返水吗？")
    assert refused(case, Action.CLOSE, CAST.chief, public_text="好了") == "waits"
    appeal = case.appeals.get()
    question = appeal.questions.get()
    resident.answer_question(appeal_id=appeal.pk, question_id=question.pk, text="不返了", now=NOON)
    with pytest.raises(Refused):
        resident.answer_question(appeal_id=appeal.pk, question_id=question.pk, text="又返了", now=NOON)
    assert do(case, Action.CLOSE, CAST.chief, 120, public_text="好了").status == Status.CLOSED


def test_the_tick_warns_once_and_marks_a_breach_once():
    case = drain_case()
    assert tick(now=NOON + timedelta(minutes=100))["warned"] == 1
    assert tick(now=NOON + timedelta(minutes=101)) == {"breached": 0, "escalated": 0, "warned": 0}
    assert tick(now=NOON + timedelta(minutes=121))["breached"] == 1
    assert tick(now=NOON + timedelta(minutes=122))["breached"] == 0
    case.refresh_from_db()
    assert case.breached_at is not None
    assert case.accountable is not None


def test_diverting_is_for_street_and_district_and_leaves_a_receipt_to_come():
    case = drain_case()
    court = Body.objects.get(code="court")
    assert refused(case, Action.DIVERT, CAST.community, text="已起诉", body_id=court.pk) == "divert_level"
    do(case, Action.DIVERT, CAST.street, text="已经起诉，由法院办", body_id=court.pk)
    handover = case.handovers.get()
    assert handover.state == "sent"
    do(case, Action.RECORD_RECEIPT, CAST.street, handover_id=handover.pk, number="法1", text="已收")
    handover.refresh_from_db()
    assert handover.receipt_number == "法1"


def test_correcting_keeps_what_the_machine_had_said():
    case = do(drain_case(), Action.CORRECT, CAST.chief, category="0201")
    step = case.steps.get(action=Action.CORRECT)
    assert step.detail["category"] == {
        "was": "1201",
        "now": "0201",
        "confidence": pytest.approx(step.detail["category"]["confidence"]),
    }


def test_what_is_not_on_the_duty_list_is_returned_with_the_rule_as_its_reason():
    case = drain_case()
    assert offer_of(Action.RETURN, CAST.chief, case).cited is None
    Duty.objects.filter(unit=case.unit).delete()
    other = DutyItem.objects.create(code="other", name="别的事", categories=["99"])
    Duty.objects.create(unit=case.unit, item=other, valid_from=NOON.date())
    cited = offer_of(Action.RETURN, CAST.chief, case).cited
    assert cited is not None
    do(case, Action.RETURN, CAST.chief, text=str(cited))
    assert case.steps.get(action=Action.RETURN).detail["off_list"] == "off_list"


def offer_of(action: Action, who: str, case: Case) -> Offer:
    return next(offer for offer in case_page(actor(who), case, NOON).possible if offer.action is action)


def test_while_the_chief_is_away_the_deputy_is_told_and_has_the_case_as_their_own():
    case, away = drain_case(), person(CAST.chief)
    deputy = person(CAST.service)
    Delegation.objects.create(person=away, deputy=deputy, valid_from=NOON, valid_to=NOON + timedelta(days=1))
    do(case, Action.ASSIGN, CAST.community, person_id=away.pk)
    assert Notice.objects.filter(person=deputy, subject=f"case:{case.pk}").exists()
    assert not Notice.objects.filter(person=away, key__startswith="assigned").exists()
    assert case.pk in own_cases(CAST.service, NOON + timedelta(hours=1))
    assert case.pk not in own_cases(CAST.service, NOON + timedelta(days=2))


def own_cases(who: str, at: datetime) -> list[int]:
    return [row.pk for row in inbox_of(actor(who, at), Filters(view="mine"), at).rows]
