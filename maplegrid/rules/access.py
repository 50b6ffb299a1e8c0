"""Who may see and do what. Two axes: whose queue a case is in, and which area it lies in.

Every desk, count, export and thumbnail asks here (through `cases/queries.py`), so there is one answer.
"""

from dataclasses import dataclass

from maplegrid.rules.lifecycle import ARROWS, ENDED, Action, Status, why_not_from
from maplegrid.rules.vocabulary import (
    ADMIN_ROLES,
    DISTRICT_ROLES,
    GRID_ROLES,
    HANDLING_ROLES,
    N_,
    STREET_ROLES,
    Refusal,
    Role,
)


@dataclass(frozen=True)
class Seat:
    """One appointment that is valid now: a role in an area (path) and/or in a body. `deputising` for somebody.

    A department's sub-units: whoever is at its desk also has what they have (`bodies_below`); whoever works in a
    sub-unit also belongs to the department (`body_above`).
    """

    role: Role
    path: str = ""
    unit_id: int | None = None
    body_id: int | None = None
    person_id: int | None = None
    words: str = ""
    deputising: bool = False
    body_above: int | None = None
    bodies_below: tuple[int, ...] = ()

    @property
    def desk_bodies(self) -> frozenset[int]:
        """Bodies whose queue is this seat's queue."""
        below = self.bodies_below if self.role is Role.DEPARTMENT_DESK else ()
        return frozenset({self.body_id, *below} - {None})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Actor:
    """A signed-in person with the seats they hold now, including those they deputise for."""

    person_id: int
    words: str
    seats: tuple[Seat, ...] = ()

    def holds(self, *roles: Role) -> bool:
        return any(seat.role in roles for seat in self.seats)

    @property
    def areas(self) -> tuple[str, ...]:
        """Path prefixes this person looks after."""
        return tuple(dict.fromkeys(seat.path for seat in self.seats if seat.path and seat.role in AREA_ROLES))

    @property
    def unit_ids(self) -> frozenset[int]:
        """Units whose queue is this person's queue."""
        return frozenset(seat.unit_id for seat in self.seats if seat.unit_id and seat.role in HANDLING_ROLES)

    @property
    def desk_ids(self) -> frozenset[int]:
        """Units at whose desk this person sits; leaders and grid staff have none."""
        return frozenset(seat.unit_id for seat in self.seats if seat.unit_id and seat.role in DESK_ROLES)

    @property
    def desk_areas(self) -> tuple[str, ...]:
        """Path prefixes of the desks that pass on what was said in confidence."""
        return tuple(seat.path for seat in self.seats if seat.path and seat.role in CONFIDENTIAL_ROLES)

    @property
    def body_ids(self) -> frozenset[int]:
        """Bodies whose queue is this person's queue: their own and its sub-units."""
        return frozenset(body_id for seat in self.seats for body_id in seat.desk_bodies)

    @property
    def belongs_to(self) -> frozenset[int]:
        """Bodies this person serves: their own and the department it is part of."""
        return frozenset(pk for seat in self.seats for pk in (seat.body_id, seat.body_above) if pk)

    @property
    def person_ids(self) -> frozenset[int]:
        """Oneself and everybody one deputises for."""
        return frozenset({self.person_id, *(seat.person_id for seat in self.seats if seat.person_id)})


AREA_ROLES = (HANDLING_ROLES | DISTRICT_ROLES | {Role.AUDITOR}) - {Role.DEPARTMENT_DESK}
DESK_ROLES = frozenset({Role.COMMUNITY_DESK, Role.STREET_DESK, Role.DISTRICT_COMMAND})
CONFIDENTIAL_ROLES = frozenset({Role.STREET_DESK, Role.DISTRICT_COMMAND, Role.AUDITOR})
SEES_SEALED = frozenset({Role.DISTRICT_COMMAND, Role.AUDITOR})
READS_ONLY = frozenset({Role.AUDITOR, Role.GRID_CENTRE, Role.LEGAL_ADVISER})


@dataclass(frozen=True)
class CaseView:
    """What a rule needs to know of a case; built by cases/queries.py from one row."""

    status: Status
    path: str
    unit_id: int | None
    unit_path: str
    unit_words: str
    body_id: int | None
    assignee_id: int | None
    assignee_words: str = ""
    sealed: bool = False
    subject_person_ids: frozenset[int] = frozenset()
    subject_body_ids: frozenset[int] = frozenset()
    subject_unit_ids: frozenset[int] = frozenset()
    open_holds: tuple[str, ...] = ()
    open_order: bool = False
    ordered_body_ids: frozenset[int] = frozenset()
    ordered_unit_ids: frozenset[int] = frozenset()
    police_first: bool = False
    police_settled: bool = False
    told: bool = False
    resident_reachable: bool = True
    placed: bool = True
    waits_for_answer: bool = False
    private: bool = False
    accountable_id: int | None = None


def why_not_see(actor: Actor, case: CaseView) -> Refusal | None:
    """May this person know that the case exists?"""
    if is_subject(actor, case):
        return NOT_YOURS
    if case.sealed and not actor.holds(*SEES_SEALED) and not _has_it(actor, case):
        return NOT_YOURS
    if case.private and not _is_let_in(actor, case):
        return NOT_YOURS
    if _has_it(actor, case) or _in_area(actor, case) or _is_ordered(actor, case):
        return None
    return NOT_YOURS


def why_not(action: Action, actor: Actor, case: CaseView) -> Refusal | None:
    """May this person do this to this case now? The first reason against it, or None."""
    return (
        why_not_see(actor, case)
        or _why_not_role(action, actor, case)
        or why_not_from(action, case.status)
        or _why_not_now(action, case)
    )


NOT_YOURS = Refusal("not_yours", N_("没有找到这件事，或者它不在您负责的范围内"))


def is_subject(actor: Actor, case: CaseView) -> bool:
    """Is the case about this person, their body, or the unit they serve (or one above it)?"""
    return bool(
        actor.person_ids & case.subject_person_ids
        or actor.belongs_to & case.subject_body_ids
        or any(case.subject_unit_ids & ids_of(seat.path) for seat in actor.seats)
    )


def ids_of(path: str) -> frozenset[int]:
    """The unit ids in a materialised path `/1/3/27/`: the unit itself and everything above it."""
    return frozenset(int(part) for part in path.split("/") if part)


def _has_it(actor: Actor, case: CaseView) -> bool:
    """Is it in this person's own queue?"""
    return (
        case.assignee_id in actor.person_ids
        or (case.unit_id in actor.unit_ids)
        or (case.body_id is not None and case.body_id in actor.body_ids)
    )


def _in_area(actor: Actor, case: CaseView) -> bool:
    return any(case.path.startswith(area) for area in actor.areas)


def _is_let_in(actor: Actor, case: CaseView) -> bool:
    """What was said in confidence is seen by whoever has it in hand and by the desks that pass it on."""
    return bool(
        {case.assignee_id, case.accountable_id} & actor.person_ids
        or (case.body_id is not None and case.body_id in actor.body_ids)
        or case.unit_id in actor.desk_ids
        or any(case.path.startswith(area) for area in actor.desk_areas)
        or _is_ordered(actor, case)
    )


def _is_ordered(actor: Actor, case: CaseView) -> bool:
    """Does an order about it name this person's body or unit?"""
    return bool(actor.body_ids & case.ordered_body_ids or actor.unit_ids & case.ordered_unit_ids)


def _above(actor: Actor, case: CaseView) -> bool:
    """Does this person sit above the unit that has the case (and so may assign, send back, re-open)?"""
    return any(
        seat.path and case.unit_path.startswith(seat.path) and seat.role in HANDLING_ROLES
        for seat in actor.seats
    )


def _manages(actor: Actor, case: CaseView) -> bool:
    """A chief in the unit that has it, a desk of that unit, or a desk above it."""
    return any(
        seat.role in HANDLING_ROLES - (GRID_ROLES - {Role.SUBGRID_CHIEF})
        and ((seat.path and case.unit_path.startswith(seat.path)) or case.body_id in seat.desk_bodies)
        for seat in actor.seats
    )


READ_ACTIONS = frozenset({Action.COMMENT, Action.OPEN_CONTACT})
MANAGING = frozenset(
    {
        Action.REGISTER,
        Action.ASSIGN,
        Action.HAND_OVER,
        Action.SEND_BACK,
        Action.CLOSE,
        Action.MERGE,
        Action.DIVERT,
        Action.NAME_SUBJECT,
        Action.REOPEN,
        Action.SUSPEND,
        Action.CANCEL_POLICE,
    }
)


def _why_not_role(action: Action, actor: Actor, case: CaseView) -> Refusal | None:
    if not actor.holds(*HANDLING_ROLES):
        return READING_ONLY
    mine, manages = _has_it(actor, case), _manages(actor, case)
    if action in MANAGING and not manages:
        return _refuse_to(case)
    if action is Action.DIVERT and not actor.holds(*STREET_ROLES, Role.DISTRICT_COMMAND):
        return Refusal("divert_level", N_("分流由街道或区里决定，请先报给上一级"))
    if action not in MANAGING | READ_ACTIONS and not (mine or manages):
        return _refuse_to(case)
    if action is Action.RETURN and not mine:
        return _refuse_to(case)
    return None


READING_ONLY = Refusal("reading_only", N_("您的岗位可以查看，不办理案件"))


def _refuse_to(case: CaseView) -> Refusal:
    return Refusal("another_has_it", N_("这件事由{unit}处理，您可以查看，不能办"), {"unit": case.unit_words})


# What would take the case away from under an order that is on its way.
MOVES_AWAY = frozenset({Action.RETURN, Action.HAND_UP, Action.HAND_OVER, Action.MERGE, Action.DIVERT})
ORDER_OPEN = Refusal("order_open", N_("发令单还在走，先等它办结或者撤销"))


def _why_not_now(action: Action, case: CaseView) -> Refusal | None:
    if case.open_order and action in MOVES_AWAY:
        return ORDER_OPEN
    if action is Action.REGISTER and not case.placed:
        return Refusal("no_place", N_("还不知道在哪个小分格，请先定地点"))
    if action is Action.CLOSE:
        return why_not_close(case)
    if action in {Action.SEND_TO_POLICE, Action.CANCEL_POLICE} and case.police_settled:
        return Refusal("police_settled", N_("公安这一边已经有结果了"))
    if action is Action.DIVERT and case.police_first and not case.police_settled:
        return POLICE_FIRST
    return None


POLICE_FIRST = Refusal("police_first", N_("这件事涉及人身安全或违法线索，要先移交公安，或者由人确认不用移交"))


def why_not_close(case: CaseView) -> Refusal | None:
    """A case may not close while anything holds it, before the police question is settled, or untold."""
    if case.open_holds:
        return Refusal(
            "held", N_("还有事情没有完：{holds}。完了才能办结"), {"holds": "、".join(case.open_holds)}
        )
    if case.police_first and not case.police_settled:
        return POLICE_FIRST
    if case.waits_for_answer:
        return Refusal("waits", N_("问了居民还没有答，先等回答或者再联系一次"))
    if not case.told:
        return Refusal("untold", N_("还没有把结果告诉居民。告诉以后再办结"))
    return None


def may_be_assigned(person: Actor, case: CaseView) -> Refusal | None:
    """May work on this case be given to this person? Never to whom it complains about."""
    if is_subject(person, case):
        return Refusal("is_subject", N_("{person}是这件事的被反映方，不能交给他办"), {"person": person.words})
    if not person.holds(*HANDLING_ROLES):
        return Refusal("not_handling", N_("{person}的岗位不办理案件"), {"person": person.words})
    return None


def works_on_foot(actor: Actor) -> bool:
    """Grid staff without a desk get the phone's pages."""
    return actor.holds(*GRID_ROLES) and not actor.holds(*(HANDLING_ROLES - GRID_ROLES))


def is_administrator(actor: Actor) -> bool:
    """One of the three administrators, who exclude each other (GB/T 22239-2019, 三员分立)."""
    return actor.holds(*ADMIN_ROLES)


def clashing_roles(roles: frozenset[Role]) -> Refusal | None:
    """System, security and audit administration are three people; none of them handles cases."""
    held = roles & ADMIN_ROLES
    if len(held) > 1:
        return Refusal("three_admins", N_("系统管理员、安全管理员、审计管理员不能由一个人兼任"))
    if held and roles & HANDLING_ROLES:
        return Refusal("admin_handles", N_("管理员不能同时办理案件"))
    return None


def actions_of(actor: Actor, case: CaseView) -> list[tuple[Action, Refusal | None]]:
    """Every action in the table's order with what stands against it; hidden only if it makes no sense here."""
    shown = [action for action in ARROWS if action is not Action.WITHDRAW]
    if case.status in ENDED:
        shown = [a for a in shown if case.status in ARROWS[a].sources]
    return [(action, why_not(action, actor, case)) for action in shown]
