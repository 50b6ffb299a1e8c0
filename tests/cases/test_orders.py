"""The chain of story 1: applied for by the chief, carried up, done by the water bureau, closed by the chief."""

from datetime import datetime, timedelta

import pytest

from maplegrid.accounts.models import Body
from maplegrid.audit.queries import verify
from maplegrid.cases.actions import resident
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.actions.orders import OrderWish, apply_for_order, take_order_step
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.actions.ticking import tick
from maplegrid.cases.models import Case, CaseSubject, Order
from maplegrid.cases.queries.orders import on_time_by_body, order_page, orders_of, orders_visible_to
from maplegrid.cases.queries.scope import view_of, visible_to
from maplegrid.messaging.models import Attachment, Notice
from maplegrid.rules.access import why_not_see
from maplegrid.rules.lifecycle import Action, Status
from maplegrid.rules.orders import OrderAction, OrderStatus, Ruling
from tests.builders import drain_case
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db
WORDS = {"tried": "疏通过两次", "why": "楼下饭店共用市政管", "asked": "请区水务局清通市政管"}


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def handled_case(**known: object) -> Case:
    case = drain_case(**known)
    return take_step(case_id=case.pk, action=Action.ACCEPT, actor=actor(CAST.chief), now=at(1))


def applied(case: Case, who: str = CAST.chief, minutes: int = 5, **wish: object) -> Order:
    filled = OrderWish(**{**WORDS, **wish})  # type: ignore[arg-type]
    return apply_for_order(case_id=case.pk, wish=filled, actor=actor(who), now=at(minutes))


def do(order: Order, action: OrderAction, who: str, minutes: int = 30, **wish: object) -> Order:
    return take_order_step(
        order_id=order.pk, action=action, actor=actor(who), now=at(minutes), wish=OrderWish(**wish)
    )  # type: ignore[arg-type]


def refused(call, *given: object, **wish: object) -> str:
    with pytest.raises(Refused) as no:
        call(*given, **wish)
    return no.value.refusal.code


def water() -> Body:
    return Body.objects.get(assignments__person__username=CAST.water)


def urban() -> Body:
    return Body.objects.get(assignments__person__username=CAST.urban)


def assigned(case: Case, minutes: int = 20) -> Order:
    order = do(applied(case), OrderAction.ISSUE, CAST.community, 10, text="请街道牵头")
    lead, helper = ("body", water().pk), ("unit", order.community_id)
    return do(
        order, OrderAction.ASSIGN, CAST.street, minutes, text="今天到场", lead=lead, assisting=(helper,)
    )


def photo() -> Attachment:
    return Attachment.objects.create(
        path="x", thumb_path="x", mime="image/jpeg", size=1, digest="0" * 64, uploaded_at=NOON
    )


def worked(case: Case) -> Order:
    order = assigned(case)
    do(order, OrderAction.RECEIVE, CAST.water, 30)
    do(order, OrderAction.ARRIVE, CAST.water, 60, lon=case.lon, lat=case.lat, photos=[photo()])
    return do(order, OrderAction.FILE, CAST.water, 120, text="市政管清通了", photos=[photo()])


def test_the_whole_chain_closes_the_same_day_and_the_case_after_it():
    case = handled_case(contact_phone="13800001234")
    order = worked(case)
    assert order.turn_unit == case.unit
    order = do(order, OrderAction.VERIFY, CAST.chief, 150, text="现场看过，通了", photos=[photo()])
    assert (order.status, order.accountable_id) == (OrderStatus.CLOSED, None)
    assert order.number == "光明发令〔2026〕0001号"
    chief = actor(CAST.chief)
    take_step(case_id=case.pk, action=Action.REPORT_RESULT, actor=chief, now=at(151), wish=Wish(text="通了"))
    closed = take_step(
        case_id=case.pk, action=Action.CLOSE, actor=chief, now=at(152), wish=Wish(public_text="市政管清通了")
    )
    assert closed.status == Status.CLOSED
    assert closed.settled_in_grid is False
    told = list(case.steps.exclude(public_text="").values_list("public_text", flat=True))
    assert {"已派给{unit}主办", "{unit}到了现场", "已到现场核实"} <= set(told)
    assert Notice.objects.filter(message__number=case.number, key__startswith="told:order").count() == 3
    (rate,) = on_time_by_body(actor(CAST.district), NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert (rate.name, rate.on_time, rate.orders, rate.same_day) == (water().name, 1, 1, 1)
    assert verify().fault is None


def test_while_an_order_is_open_the_case_neither_closes_nor_moves_away():
    case = handled_case()
    order = applied(case)
    chief = actor(CAST.chief)
    for action, wish in (
        (Action.HAND_UP, Wish(text="x")),
        (Action.RETURN, Wish(text="x")),
    ):
        with pytest.raises(Refused) as no:
            take_step(case_id=case.pk, action=action, actor=chief, now=at(9), wish=wish)
        assert no.value.refusal.code == "order_open"
    take_step(case_id=case.pk, action=Action.REPORT_RESULT, actor=chief, now=at(9), wish=Wish(text="x"))
    with pytest.raises(Refused) as no:
        take_step(case_id=case.pk, action=Action.CLOSE, actor=chief, now=at(9), wish=Wish(public_text="x"))
    assert no.value.refusal.code == "held"
    do(order, OrderAction.CANCEL, CAST.chief, text="自己通了")
    take_step(case_id=case.pk, action=Action.CLOSE, actor=chief, now=at(40), wish=Wish(public_text="x"))
    case.refresh_from_db()
    assert case.settled_in_grid


def test_only_the_chief_applies_once_and_says_what_was_tried():
    case = handled_case()
    assert refused(applied, case, CAST.service) == "not_applicant"
    assert refused(applied, case, CAST.neighbour_chief) == "not_applicant"
    assert refused(applied, case, CAST.chief, tried="") == "no_words"
    assert refused(applied, case, CAST.community) == "not_applicant"
    applied(case)
    assert refused(applied, case) == "order_open"


def test_a_community_that_has_the_case_applies_and_issues_in_one():
    case = handled_case()
    take_step(case_id=case.pk, action=Action.HAND_UP, actor=actor(CAST.chief), now=at(3), wish=Wish(text="x"))
    order = applied(case, CAST.community, urgent=True)
    assert (order.status, order.number, order.profile) == (OrderStatus.ISSUED, "光明发令〔2026〕0001号", "O1")
    assert [clock.milestone for clock in order.clocks.filter(stopped_at=None)] == ["order_assign"]


def test_what_the_community_returns_is_amended_and_comes_again():
    order = applied(handled_case())
    assert refused(do, order, OrderAction.RETURN, CAST.community) == "no_words"
    order = do(order, OrderAction.RETURN, CAST.community, 10, text="请写清楚几家饭店")
    assert order.turn_unit == order.applicant_unit
    order = do(order, OrderAction.AMEND, CAST.chief, 20, text="三家", tried="又疏通一次")
    assert (order.status, order.tried) == (OrderStatus.SUBMITTED, "又疏通一次")
    assert order.clocks.filter(milestone="order_issue").count() == 2
    assert order.next_milestone == "order_issue"


@pytest.mark.parametrize(("who", "unit"), [(CAST.community, "community"), (CAST.street, "street")])
def test_the_level_that_can_settle_it_stops_the_climb(who, unit):
    order = applied(handled_case())
    if who == CAST.street:
        do(order, OrderAction.ISSUE, CAST.community, 10, text="请街道牵头")
    order = do(order, OrderAction.TAKE_ON, who, 20)
    assert order.status == OrderStatus.WORKING
    assert order.turn_unit == getattr(order, unit)
    assert set(order.clocks.filter(stopped_at=None).values_list("milestone", flat=True)) == {
        "order_on_site",
        "order_result",
    }
    do(order, OrderAction.ARRIVE, who, 30)
    do(order, OrderAction.FILE, who, 40, text="办好了")
    assert do(order, OrderAction.VERIFY, CAST.chief, 50, text="是", resident_says=True).status == "closed"


def test_an_objection_upheld_goes_to_another_body_and_the_first_stays_responsible_until_then():
    case = handled_case()
    order = assigned(case)
    assert refused(do, order, OrderAction.OBJECT, CAST.water) == "no_words"
    order = do(order, OrderAction.OBJECT, CAST.water, 25, text="是城管的管")
    assert order.status == OrderStatus.OBJECTED
    assert order.accountable == person(CAST.water)
    assert order.turn_unit.level == "district"
    ruling = order.clocks.get(milestone="order_rule")
    assert ruling.due_at is not None
    assert ruling.due_at.astimezone(NOON.tzinfo).date() == NOON.date()
    assert refused(do, order, OrderAction.RULE, CAST.street, text="x") == "not_their_turn"
    order = do(order, OrderAction.RULE, CAST.district, 40, text="归城管", uphold=True)
    assert (order.status, order.turn_unit) == (OrderStatus.SIGNED, order.street)
    assert not visible_to(actor(CAST.water)).filter(pk=case.pk).exists()
    order = do(order, OrderAction.ASSIGN, CAST.street, 50, text="请城管", lead=("body", urban().pk))
    assert order.turn_body == urban()
    assert order.clocks.filter(milestone="order_result", stopped_at=None).count() == 1


def test_an_objection_rejected_is_signed_and_not_made_twice():
    order = do(assigned(handled_case()), OrderAction.OBJECT, CAST.water, 25, text="不归我们")
    order = do(order, OrderAction.RULE, CAST.district, 30, text="市政管归水务")
    assert order.status == OrderStatus.ASSIGNED
    assert order.parties.get(lead=True).ruling == Ruling.REJECTED
    assert refused(do, order, OrderAction.OBJECT, CAST.water, text="再说") == "objected_once"
    assert do(order, OrderAction.RECEIVE, CAST.water, 40).status == OrderStatus.WORKING


def test_an_assistants_objection_does_not_stop_the_lead():
    order = assigned(handled_case())
    do(order, OrderAction.RECEIVE, CAST.water, 22)
    order = do(order, OrderAction.OBJECT, CAST.community, 25, text="人手不够")
    assert order.status == OrderStatus.WORKING
    order = do(order, OrderAction.RULE, CAST.district, 30, text="另派", uphold=True)
    assert order.status == OrderStatus.WORKING
    assert order.parties.filter(released_at=None).count() == 1


def test_a_result_not_good_enough_goes_back_and_its_clock_runs_on():
    order = worked(handled_case())
    clock = order.clocks.get(milestone="order_result")
    assert clock.stopped_at is not None
    assert refused(do, order, OrderAction.VERIFY, CAST.chief, 130, text="没看") == "unseen"
    order = do(order, OrderAction.SEND_BACK, CAST.chief, 140, text="还堵着")
    clock.refresh_from_db()
    assert (order.status, order.sent_back, clock.running) == (OrderStatus.WORKING, 1, True)
    assert clock.due_at is not None
    order = do(order, OrderAction.FILE, CAST.water, 160, text="又清了一次")
    assert do(order, OrderAction.VERIFY, CAST.chief, 170, text="通了", resident_says=True).sent_back == 1


def test_a_body_that_the_case_is_about_is_never_named():
    case = handled_case()
    CaseSubject.objects.create(case=case, body=water(), words="水务局")
    order = do(applied(case), OrderAction.ISSUE, CAST.community, 10, text="x")
    code = refused(do, order, OrderAction.ASSIGN, CAST.street, text="x", lead=("body", water().pk))
    assert code == "subject_body"
    assert refused(do, order, OrderAction.ASSIGN, CAST.street, text="x") == "no_lead"
    assert refused(do, order, OrderAction.ASSIGN, CAST.street, text="x", lead=("body", 10**9)) == "no_body"


def test_a_party_sees_the_case_and_others_do_not():
    case = handled_case()
    assert not visible_to(actor(CAST.water)).filter(pk=case.pk).exists()
    order = assigned(case)
    for who, sees in (
        (CAST.water, True),
        (CAST.urban, False),
        (CAST.other_street, False),
        (CAST.auditor, True),
    ):
        assert orders_visible_to(actor(who)).filter(pk=order.pk).exists() is sees, who
        assert visible_to(actor(who)).filter(pk=case.pk).exists() is sees
        assert (why_not_see(actor(who), view_of(case)) is None) is sees
    Case.objects.filter(pk=case.pk).update(sealed=True)
    assert not visible_to(actor(CAST.water)).filter(pk=case.pk).exists()


def test_it_is_in_the_list_of_whoever_has_the_turn():
    order = assigned(handled_case())
    assert order in orders_of(actor(CAST.water), "turn", at(21))
    assert order not in orders_of(actor(CAST.street), "turn", at(21))
    assert order in orders_of(actor(CAST.street), "area", at(21))
    assert order not in orders_of(actor(CAST.street), "late", at(21))
    assert order in orders_of(actor(CAST.street), "late", at(60 * 24 * 30))


def test_two_at_once_one_is_faster():
    order = applied(handled_case())
    do(order, OrderAction.ISSUE, CAST.community, 10, text="x")
    with pytest.raises(Faster):
        take_order_step(
            order_id=order.pk,
            action=OrderAction.CANCEL,
            actor=actor(CAST.chief),
            now=at(11),
            version=order.version,
            wish=OrderWish(text="x"),
        )


def test_a_late_order_tells_whoever_answers_for_it_and_marks_the_order_not_the_case():
    order = assigned(handled_case(), 20)
    tick(now=NOON + timedelta(days=3))
    order.refresh_from_db()
    assert order.breached_at is not None
    assert Notice.objects.filter(person=person(CAST.water), key__startswith="order_breached").exists()


def test_when_the_last_resident_withdraws_the_order_ends_too():
    case = handled_case()
    order = assigned(case)
    resident.withdraw(appeal_id=case.appeals.get().pk, reason="好了", now=at(60))
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert not order.clocks.filter(stopped_at=None).exists()


def test_the_page_shows_the_strip_and_only_what_this_person_can_do():
    order = assigned(handled_case())
    page = order_page(actor(CAST.water), order, at(21))
    assert {offer.action for offer in page.offers} == {
        OrderAction.RECEIVE,
        OrderAction.OBJECT,
        OrderAction.ARRIVE,
    }
    assert [station.state for station in page.stations] == ["done"] * 4 + ["now"] + ["ahead"] * 3
    assert order_page(actor(CAST.auditor), order, at(21)).offers == []
