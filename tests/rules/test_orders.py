"""Orders: every status × action × actor, against what the table and the practice say."""

from itertools import product

import pytest

from maplegrid.rules.access import Actor, Seat
from maplegrid.rules.lifecycle import WORKABLE, Status
from maplegrid.rules.orders import (
    BY_NAMES,
    MOVING,
    ORDER_ARROWS,
    ORDER_ENDED,
    ORDER_OPEN,
    TABLE,
    By,
    OrderAction,
    OrderStatus,
    OrderView,
    PartyView,
    Ruling,
    mermaid,
    party_of,
    why_not_apply,
    why_not_order,
    why_not_verify,
)
from maplegrid.rules.vocabulary import Level, Refusal, Role

SUB_GRID, COMMUNITY, STREET, WATER, URBAN = 4, 3, 2, 70, 71


def somebody(role: Role, unit: int | None = None, body: int | None = None) -> Actor:
    return Actor(1, str(role), (Seat(role, unit_id=unit, body_id=body, person_id=1),))


PEOPLE: dict[str, Actor] = {
    "chief": somebody(Role.SUBGRID_CHIEF, SUB_GRID),
    "service": somebody(Role.SERVICE_POST, SUB_GRID),
    "neighbour": somebody(Role.SUBGRID_CHIEF, 5),
    "community": somebody(Role.COMMUNITY_SECRETARY, COMMUNITY),
    "street": somebody(Role.STREET_DESK, STREET),
    "other_street": somebody(Role.STREET_DESK, 9),
    "water": somebody(Role.DEPARTMENT_DESK, body=WATER),
    "urban": somebody(Role.DEPARTMENT_DESK, body=URBAN),
    "stranger": somebody(Role.DEPARTMENT_DESK, body=99),
    "district": somebody(Role.DISTRICT_COMMAND, 1),
    "auditor": somebody(Role.AUDITOR, 1),
}
WHO: dict[By, set[str]] = {
    By.APPLICANT: {"chief"},
    By.COMMUNITY: {"community"},
    By.STREET: {"street"},
    By.LEAD: {"water"},
    By.PARTY: {"water", "urban"},
    By.RULER: {"district"},
}


def an_order(status: OrderStatus, **lead: object) -> OrderView:
    parties = (PartyView(lead=True, body_id=WATER, **lead), PartyView(lead=False, body_id=URBAN))  # type: ignore[arg-type]
    return OrderView(status, SUB_GRID, Level.SUB_GRID, COMMUNITY, STREET, parties)


def code_of(refusal: Refusal | None) -> str | None:
    return refusal.code if refusal else None


@pytest.mark.parametrize(("status", "action"), list(product(OrderStatus, OrderAction)))
def test_only_those_whose_turn_it_is_may_and_only_from_the_tables_sources(status, action):
    order, arrow = an_order(status, arrived=True), ORDER_ARROWS[action]
    holder = {"community"} if status is OrderStatus.SUBMITTED else {"street"}
    turn = holder if arrow.by is By.HOLDER else WHO[arrow.by]
    for name, person in PEOPLE.items():
        refusal = why_not_order(action, person, order)
        if name not in turn:
            assert code_of(refusal) == "not_their_turn", name
        elif status not in arrow.sources:
            assert code_of(refusal) == "no_order_arrow", name
        elif action is OrderAction.RULE:
            assert code_of(refusal) == "nothing_to_rule"
        else:
            assert refusal is None, (name, str(refusal))


def test_every_action_has_one_arrow_with_a_reason_and_every_status_a_way_out():
    assert set(ORDER_ARROWS) == set(OrderAction)
    assert len(TABLE) == len(OrderAction)
    assert all(arrow.why and arrow.by in BY_NAMES for arrow in TABLE)
    leaves = {s for arrow in TABLE for s in arrow.sources}
    assert leaves == set(ORDER_OPEN)
    reached = (
        {arrow.target for arrow in TABLE} | {target for _, target, _ in MOVING} | {OrderStatus.SUBMITTED}
    )
    assert set(OrderStatus) <= reached
    assert not set(ORDER_ENDED) & leaves
    assert "objected --> signed" in mermaid()


@pytest.mark.parametrize(
    ("lead", "action", "code"),
    [
        ({"signed": True}, OrderAction.RECEIVE, "signed"),
        ({"signed": True}, OrderAction.OBJECT, "signed"),
        ({"ruling": Ruling.OPEN}, OrderAction.RECEIVE, "objecting"),
        ({"ruling": Ruling.OPEN}, OrderAction.OBJECT, "objecting"),
        ({"ruling": Ruling.REJECTED}, OrderAction.OBJECT, "objected_once"),
        ({"ruling": Ruling.REJECTED}, OrderAction.RECEIVE, None),
    ],
)
def test_a_party_signs_once_and_objects_once(lead, action, code):
    refusal = why_not_order(action, PEOPLE["water"], an_order(OrderStatus.ASSIGNED, **lead))
    assert (refusal.code if refusal else None) == code


def test_a_result_needs_somebody_on_site():
    refusal = why_not_order(OrderAction.FILE, PEOPLE["water"], an_order(OrderStatus.WORKING))
    assert refusal is not None
    assert refusal.code == "not_on_site"


def test_a_waiting_objection_is_ruled_by_the_district_alone():
    order = an_order(OrderStatus.OBJECTED, ruling=Ruling.OPEN)
    allowed = {n for n, person in PEOPLE.items() if why_not_order(OrderAction.RULE, person, order) is None}
    assert allowed == {"district"}


@pytest.mark.parametrize(("photos", "says", "may"), [(0, False, False), (1, False, True), (0, True, True)])
def test_the_applicant_closes_after_looking_or_with_the_residents_answer(photos, says, may):
    assert (why_not_verify(photos=photos, resident_says=says) is None) is may


def test_who_acts_for_two_parties_acts_for_the_lead():
    both = Actor(1, "", (*PEOPLE["urban"].seats, *PEOPLE["water"].seats))
    party = party_of(both, an_order(OrderStatus.ASSIGNED))
    assert party is not None
    assert party.lead


@pytest.mark.parametrize("name", PEOPLE)
def test_only_the_chief_of_the_unit_that_has_the_case_applies(name):
    refusal = why_not_apply(
        PEOPLE[name],
        unit_id=SUB_GRID,
        level=Level.SUB_GRID,
        case_status=Status.HANDLING,
        sealed=False,
        open_order=False,
    )
    assert (refusal is None) is (name == "chief")


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize(("sealed", "open_order"), list(product((False, True), repeat=2)))
def test_an_order_is_for_a_case_in_work_unsealed_and_without_another(status, sealed, open_order):
    refusal = why_not_apply(
        PEOPLE["community"],
        unit_id=COMMUNITY,
        level=Level.COMMUNITY,
        case_status=status,
        sealed=sealed,
        open_order=open_order,
    )
    assert (refusal is None) is (status in WORKABLE and not sealed and not open_order)
