"""Orders (发令): what the sub-grid or community cannot settle is lifted to street and departments, and comes back.

申请 → 受理发令 → 街道签收 → 派给部门 → 部门签收（或异议、裁决）→ 到场 → 反馈 → 核实办结. Whoever applied closes it,
not whoever was ordered. Shaped on the practice of Guangming district (基层发令、部门执行); attendance may be
required of departments by 深圳经济特区矛盾纠纷多元化解条例 Art. 12, one objection and a ruling by the level above by
北京市接诉即办工作条例 Arts. 12 and 14 (first receiver stays responsible).
"""

from dataclasses import dataclass
from enum import StrEnum

from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import WORKABLE, Status
from maplegrid.rules.vocabulary import COMMUNITY_ROLES, HANDLING_ROLES, N_, STREET_ROLES, Level, Refusal, Role


class OrderStatus(StrEnum):
    """Where an order stands."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ISSUED = "issued"
    SIGNED = "signed"
    ASSIGNED = "assigned"
    OBJECTED = "objected"
    WORKING = "working"
    FILED = "filed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


ORDER_STATUS_NAMES: dict[OrderStatus, str] = {
    OrderStatus.SUBMITTED: N_("待社区受理"),
    OrderStatus.RETURNED: N_("社区退回"),
    OrderStatus.ISSUED: N_("待街道签收"),
    OrderStatus.SIGNED: N_("待派给部门"),
    OrderStatus.ASSIGNED: N_("待部门签收"),
    OrderStatus.OBJECTED: N_("有异议，待裁决"),
    OrderStatus.WORKING: N_("部门在办"),
    OrderStatus.FILED: N_("待申请人核实"),
    OrderStatus.CLOSED: N_("已办结"),
    OrderStatus.CANCELLED: N_("已撤销"),
}
ORDER_ENDED: tuple[OrderStatus, ...] = (OrderStatus.CLOSED, OrderStatus.CANCELLED)
ORDER_OPEN: tuple[OrderStatus, ...] = tuple(status for status in OrderStatus if status not in ORDER_ENDED)


class OrderAction(StrEnum):
    """What somebody may do to an order."""

    AMEND = "amend"
    ISSUE = "issue"
    RETURN = "return"
    TAKE_ON = "take_on"
    SIGN = "sign"
    ASSIGN = "assign"
    RECEIVE = "receive"
    OBJECT = "object"
    RULE = "rule"
    ARRIVE = "arrive"
    FILE = "file"
    SEND_BACK = "send_back"
    VERIFY = "verify"
    CANCEL = "cancel"


class By(StrEnum):
    """Whose turn an arrow is."""

    APPLICANT = "applicant"
    COMMUNITY = "community"
    STREET = "street"
    HOLDER = "holder"  # the level that has it on its way up: community, then street
    LEAD = "lead"
    PARTY = "party"
    RULER = "ruler"


BY_NAMES: dict[By, str] = {
    By.APPLICANT: N_("申请的小分格或社区"),
    By.COMMUNITY: N_("社区党委"),
    By.STREET: N_("街道"),
    By.HOLDER: N_("社区或街道"),
    By.LEAD: N_("主办单位"),
    By.PARTY: N_("主办和协办单位"),
    By.RULER: N_("区指挥中心"),
}


@dataclass(frozen=True)
class OrderArrow:
    """From any of `sources` to `target` (None: stays, or the action says). `why` is the district's reason for it."""

    action: OrderAction
    by: By
    sources: tuple[OrderStatus, ...]
    target: OrderStatus | None
    words: str
    why: str
    reason_needed: bool = False


_S = OrderStatus
TABLE: tuple[OrderArrow, ...] = (
    OrderArrow(
        OrderAction.AMEND, By.APPLICANT, (_S.RETURNED,), _S.SUBMITTED,
        N_("改好再申请"), N_("退回的申请补充后可以再交"), True,
    ),
    OrderArrow(
        OrderAction.ISSUE, By.COMMUNITY, (_S.SUBMITTED,), _S.ISSUED,
        N_("受理并发令"), N_("社区党委认为本级解决不了，编号发给街道"), True,
    ),
    OrderArrow(
        OrderAction.RETURN, By.COMMUNITY, (_S.SUBMITTED,), _S.RETURNED,
        N_("退回申请"), N_("要补充情况，或者小分格自己能解决"), True,
    ),
    OrderArrow(
        OrderAction.TAKE_ON, By.HOLDER, (_S.SUBMITTED, _S.ISSUED, _S.SIGNED), _S.WORKING,
        N_("本级自己办"), N_("哪一级能解决，就停在哪一级"),
    ),
    OrderArrow(
        OrderAction.SIGN, By.STREET, (_S.ISSUED,), _S.SIGNED,
        N_("街道签收"), N_("签收以后由街道负责派出"),
    ),
    OrderArrow(
        OrderAction.ASSIGN, By.STREET, (_S.ISSUED, _S.SIGNED), _S.ASSIGNED,
        N_("派给部门"), N_("写明谁主办、谁协办、要做到什么"), True,
    ),
    OrderArrow(
        OrderAction.RECEIVE, By.PARTY, (_S.ASSIGNED, _S.WORKING), None,
        N_("签收"), N_("签收以后由签收的单位负责"),
    ),
    OrderArrow(
        OrderAction.OBJECT, By.PARTY, (_S.ASSIGNED, _S.WORKING), None,
        N_("提出异议"), N_("认为不归自己管，可以提一次，当天由上一级裁决"), True,
    ),
    OrderArrow(
        OrderAction.RULE, By.RULER, (_S.OBJECTED, _S.WORKING, _S.ASSIGNED), None,
        N_("裁决异议"), N_("裁决以前，首接的单位继续负责"), True,
    ),
    OrderArrow(
        OrderAction.ARRIVE, By.PARTY, (_S.ASSIGNED, _S.WORKING, _S.OBJECTED), None,
        N_("到场签到"), N_("到场有位置和照片作凭据"),
    ),
    OrderArrow(
        OrderAction.FILE, By.LEAD, (_S.WORKING,), _S.FILED,
        N_("反馈结果"), N_("办好以后带凭据反馈，由申请人核实"), True,
    ),
    OrderArrow(
        OrderAction.SEND_BACK, By.APPLICANT, (_S.FILED,), _S.WORKING,
        N_("没办好，退回"), N_("现场看过没有解决，退回主办单位"), True,
    ),
    OrderArrow(
        OrderAction.VERIFY, By.APPLICANT, (_S.FILED,), _S.CLOSED,
        N_("核实办结"), N_("谁申请谁办结：到现场看过，或者居民说解决了"), True,
    ),
    OrderArrow(
        OrderAction.CANCEL, By.APPLICANT, tuple(s for s in ORDER_OPEN if s is not _S.FILED), _S.CANCELLED,
        N_("撤销发令"), N_("情况变了，不用再发令"), True,
    ),
)  # fmt: skip
ORDER_ARROWS: dict[OrderAction, OrderArrow] = {arrow.action: arrow for arrow in TABLE}


class Ruling(StrEnum):
    """What became of an objection."""

    NONE = ""
    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


RULING_NAMES: dict[Ruling, str] = {
    Ruling.OPEN: N_("待裁决"),
    Ruling.UPHELD: N_("异议成立，另派"),
    Ruling.REJECTED: N_("异议不成立，继续办"),
}


@dataclass(frozen=True)
class PartyView:
    """A body or unit that an order names, as rules see it."""

    lead: bool
    body_id: int | None = None
    unit_id: int | None = None
    signed: bool = False
    arrived: bool = False
    ruling: Ruling = Ruling.NONE


@dataclass(frozen=True)
class OrderView:
    """What a rule needs to know of an order. `parties` are those still named (not released by a ruling)."""

    status: OrderStatus
    applicant_unit_id: int
    applicant_level: Level
    community_id: int
    street_id: int
    parties: tuple[PartyView, ...] = ()

    @property
    def lead(self) -> PartyView | None:
        return next((party for party in self.parties if party.lead), None)


def serves(actor: Actor, unit_id: int, roles: frozenset[Role] = HANDLING_ROLES) -> bool:
    """Does this person hold one of these roles in exactly this unit?"""
    return any(seat.unit_id == unit_id and seat.role in roles for seat in actor.seats)


def is_applicant(actor: Actor, unit_id: int, level: Level) -> bool:
    """A sub-grid applies through its chief, a community through its desk or secretary."""
    roles = frozenset({Role.SUBGRID_CHIEF}) if level is Level.SUB_GRID else COMMUNITY_ROLES
    return serves(actor, unit_id, roles)


def party_of(actor: Actor, order: OrderView) -> PartyView | None:
    """The party this person acts for; the lead first."""
    mine = [party for party in order.parties if _acts_for(actor, party)]
    return max(mine, key=lambda party: party.lead, default=None)


def _acts_for(actor: Actor, party: PartyView) -> bool:
    if party.body_id is not None:
        return any(s.body_id == party.body_id and s.role in HANDLING_ROLES for s in actor.seats)
    return party.unit_id is not None and serves(actor, party.unit_id)


def _is_by(actor: Actor, by: By, order: OrderView) -> bool:
    party = party_of(actor, order)
    community = serves(actor, order.community_id, COMMUNITY_ROLES)
    street = serves(actor, order.street_id, STREET_ROLES)
    return {
        By.APPLICANT: is_applicant(actor, order.applicant_unit_id, order.applicant_level),
        By.COMMUNITY: community,
        By.STREET: street,
        By.HOLDER: community if order.status is OrderStatus.SUBMITTED else street,
        By.LEAD: party is not None and party.lead,
        By.PARTY: party is not None,
        By.RULER: actor.holds(Role.DISTRICT_COMMAND),
    }[by]


def why_not_order(action: OrderAction, actor: Actor, order: OrderView) -> Refusal | None:
    """May this person do this to this order now? The first reason against it, or None."""
    arrow = ORDER_ARROWS[action]
    if not _is_by(actor, arrow.by, order):
        return Refusal(
            "not_their_turn", N_("{action}由{by}来做"), {"action": arrow.words, "by": BY_NAMES[arrow.by]}
        )
    if order.status not in arrow.sources:
        return Refusal(
            "no_order_arrow",
            N_("发令现在是“{status}”，不能{action}"),
            {"status": ORDER_STATUS_NAMES[order.status], "action": arrow.words},
        )
    return _why_not_now(action, party_of(actor, order), order)


def _why_not_now(action: OrderAction, mine: PartyView | None, order: OrderView) -> Refusal | None:
    if action in {OrderAction.RECEIVE, OrderAction.OBJECT} and mine is not None:
        if mine.signed:
            return Refusal("signed", N_("已经签收了"))
        if mine.ruling is Ruling.OPEN:
            return Refusal("objecting", N_("已经提了异议，等裁决"))
        if action is OrderAction.OBJECT and mine.ruling is Ruling.REJECTED:
            return Refusal("objected_once", N_("异议只能提一次，已经裁决由你们办"))
    if action is OrderAction.RULE and not any(party.ruling is Ruling.OPEN for party in order.parties):
        return Refusal("nothing_to_rule", N_("没有要裁决的异议"))
    if action is OrderAction.FILE and not any(party.arrived for party in order.parties):
        return Refusal("not_on_site", N_("还没有人到场签到，先到场再反馈"))
    return None


def why_not_verify(*, photos: int, resident_says: bool) -> Refusal | None:
    """The one who applied closes it after looking on site with a photo, or with the resident's answer."""
    if photos or resident_says:
        return None
    return Refusal("unseen", N_("办结前要到现场看过并拍照，或者问过居民、居民说解决了"))


def why_not_apply(
    actor: Actor, *, unit_id: int, level: Level | None, case_status: Status, sealed: bool, open_order: bool
) -> Refusal | None:
    """May this person apply for an order about a case that their unit has?"""
    if level not in (Level.SUB_GRID, Level.COMMUNITY) or not is_applicant(actor, unit_id, level):
        return Refusal("not_applicant", N_("发令由手上有这件事的小分格格长或社区申请"))
    if case_status not in WORKABLE:
        return Refusal("not_workable", N_("这件事现在不在办理，不能申请发令"))
    if sealed:
        return Refusal("sealed", N_("密封的事不能发令，请交区指挥中心"))
    if open_order:
        return Refusal("order_open", N_("这件事已经有一张发令单在走"))
    return None


def same_day(issued_on: object, closed_on: object) -> bool:
    """当日办结: closed on the calendar day it was issued (Asia/Shanghai)."""
    return issued_on == closed_on


def mermaid() -> str:
    """The diagram of the table, for docs/reference/orders.md (compared in CI)."""
    lines = ["stateDiagram-v2"]
    for arrow in TABLE:
        if arrow.target is not None:
            lines += [f"    {source} --> {arrow.target}: {arrow.words}" for source in arrow.sources]
    for source, target, words in MOVING:
        lines.append(f"    {source} --> {target}: {words}")
    return "\n".join(lines)


# Where arrows without a fixed target lead when the lead party takes them.
MOVING: tuple[tuple[OrderStatus, OrderStatus, str], ...] = (
    (_S.ASSIGNED, _S.WORKING, N_("签收")),
    (_S.ASSIGNED, _S.OBJECTED, N_("提出异议")),
    (_S.OBJECTED, _S.SIGNED, N_("异议成立，另派")),
    (_S.OBJECTED, _S.ASSIGNED, N_("异议不成立，继续办")),
)
