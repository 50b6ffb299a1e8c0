"""One table says how a case may move. Each arrow carries its reason; the diagram in docs/ is drawn from it.

Stages after GB/T 30428.8: 立案 → 派遣 → 处置 → 核查 → 结案.
"""

from dataclasses import dataclass
from enum import StrEnum

from maplegrid.rules.vocabulary import N_, Refusal


class Status(StrEnum):
    """Where a case stands."""

    TRIAGE = "triage"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    CHECKING = "checking"
    RETURNED = "returned"
    SUSPENDED = "suspended"
    REOPENED = "reopened"
    CLOSED = "closed"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    DIVERTED = "diverted"


STATUS_NAMES: dict[Status, str] = {
    Status.TRIAGE: N_("待分拨"),
    Status.REGISTERED: N_("已立案"),
    Status.DISPATCHED: N_("已派遣"),
    Status.HANDLING: N_("处置中"),
    Status.CHECKING: N_("待核查"),
    Status.RETURNED: N_("已退回"),
    Status.SUSPENDED: N_("暂停"),
    Status.REOPENED: N_("重新办理"),
    Status.CLOSED: N_("已结案"),
    Status.MERGED: N_("已并案"),
    Status.WITHDRAWN: N_("已撤回"),
    Status.DIVERTED: N_("已分流"),
}

ENDED: tuple[Status, ...] = (Status.CLOSED, Status.MERGED, Status.WITHDRAWN, Status.DIVERTED)
OPEN: tuple[Status, ...] = tuple(status for status in Status if status not in ENDED)
WAITING: tuple[Status, ...] = (Status.REGISTERED, Status.DISPATCHED, Status.REOPENED, Status.RETURNED)
WORKABLE: tuple[Status, ...] = (*WAITING, Status.HANDLING)


class Action(StrEnum):
    """What somebody may do to a case."""

    REGISTER = "register"
    ASSIGN = "assign"
    ACCEPT = "accept"
    CONTACT = "contact"
    ARRIVE = "arrive"
    REPORT_RESULT = "report_result"
    SEND_BACK = "send_back"
    CLOSE = "close"
    RETURN = "return"
    HAND_UP = "hand_up"
    HAND_OVER = "hand_over"
    SUSPEND = "suspend"
    RESUME = "resume"
    MERGE = "merge"
    DIVERT = "divert"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    COMMENT = "comment"
    TELL_RESIDENT = "tell_resident"
    ASK_RESIDENT = "ask_resident"
    CORRECT = "correct"
    NAME_SUBJECT = "name_subject"
    SEND_TO_POLICE = "send_to_police"
    CANCEL_POLICE = "cancel_police"
    RECORD_RECEIPT = "record_receipt"
    OPEN_CONTACT = "open_contact"


@dataclass(frozen=True)
class Arrow:
    """From any of `sources` to `target` (None: stays). `why` is the reason the district has this arrow."""

    action: Action
    sources: tuple[Status, ...]
    target: Status | None
    words: str
    why: str
    reason_needed: bool = False


TABLE: tuple[Arrow, ...] = (
    Arrow(
        Action.REGISTER,
        (Status.TRIAGE,),
        Status.REGISTERED,
        N_("立案"),
        N_("地点和类别有人认定，交给负责的小分格"),
    ),
    Arrow(Action.ASSIGN, (*WAITING, Status.HANDLING), Status.DISPATCHED, N_("指派"), N_("说清楚谁来办")),
    Arrow(Action.ACCEPT, WAITING, Status.HANDLING, N_("我来办"), N_("接下以后就由接的人负责")),
    Arrow(
        Action.CONTACT,
        (*WORKABLE, Status.SUSPENDED, Status.CHECKING, Status.CLOSED),
        None,
        N_("联系居民"),
        N_("首次联系有时限，联系过要留下记录"),
    ),
    Arrow(Action.ARRIVE, WORKABLE, Status.HANDLING, N_("我到现场了"), N_("到场签到，位置和照片作凭据")),
    Arrow(
        Action.REPORT_RESULT,
        (Status.HANDLING,),
        Status.CHECKING,
        N_("办好了，请核查"),
        N_("处置完成，由核查的人确认"),
        True,
    ),
    Arrow(
        Action.SEND_BACK,
        (Status.CHECKING,),
        Status.HANDLING,
        N_("没办好，退回处置"),
        N_("核查没有通过"),
        True,
    ),
    Arrow(Action.CLOSE, (Status.CHECKING,), Status.CLOSED, N_("办结"), N_("核查通过，居民已被告知")),
    Arrow(
        Action.RETURN,
        (Status.REGISTERED, Status.DISPATCHED, Status.REOPENED, Status.HANDLING),
        Status.RETURNED,
        N_("不归我管"),
        N_("退回要说理由，首接的人负责到重新派出为止"),
        True,
    ),
    Arrow(
        Action.HAND_UP,
        (Status.TRIAGE, *WORKABLE),
        Status.DISPATCHED,
        N_("报给上一级"),
        N_("本级解决不了，要说清试过什么"),
        True,
    ),
    Arrow(
        Action.HAND_OVER,
        (Status.TRIAGE, *WORKABLE),
        Status.DISPATCHED,
        N_("转给别的单位"),
        N_("地点或职责在别处"),
        True,
    ),
    Arrow(
        Action.SUSPEND,
        (Status.HANDLING,),
        Status.SUSPENDED,
        N_("暂停"),
        N_("等居民或等条件；毛时间照记"),
        True,
    ),
    Arrow(Action.RESUME, (Status.SUSPENDED,), Status.HANDLING, N_("继续办"), N_("等的事情到了")),
    Arrow(
        Action.MERGE,
        (Status.TRIAGE, *WORKABLE),
        Status.MERGED,
        N_("并案"),
        N_("同一件事只办一次，每个人都有答复"),
    ),
    Arrow(
        Action.DIVERT,
        (Status.TRIAGE, *WORKABLE),
        Status.DIVERTED,
        N_("分流到法定渠道"),
        N_("分流不是拒绝：有回执，有书面告知"),
        True,
    ),
    Arrow(Action.WITHDRAW, OPEN, Status.WITHDRAWN, N_("撤回"), N_("居民可以撤回；撤回不算解决")),
    Arrow(
        Action.REOPEN,
        (Status.CLOSED,),
        Status.REOPENED,
        N_("重新办理"),
        N_("没有解决，回到办结的人手上"),
        True,
    ),
    Arrow(Action.COMMENT, tuple(Status), None, N_("记一笔"), N_("只给工作人员看")),
    Arrow(
        Action.TELL_RESIDENT,
        (*OPEN, Status.CLOSED, Status.DIVERTED),
        None,
        N_("告诉居民"),
        N_("每一步都让居民知道"),
        True,
    ),
    Arrow(Action.ASK_RESIDENT, OPEN, None, N_("问居民"), N_("缺什么就问什么"), True),
    Arrow(Action.CORRECT, OPEN, None, N_("改类别或地点"), N_("机器读错了由人改，改的记录用来教它")),
    Arrow(
        Action.NAME_SUBJECT, OPEN, None, N_("标明被反映方"), N_("被反映的人和单位不能看到，也不会收到"), True
    ),
    Arrow(
        Action.SEND_TO_POLICE, OPEN, None, N_("移交公安"), N_("家暴、侵害未成年人、威胁和违法线索先交公安")
    ),
    Arrow(
        Action.CANCEL_POLICE, OPEN, None, N_("确认不用移交公安"), N_("由人看过、写明理由，才可以不移交"), True
    ),
    Arrow(Action.RECORD_RECEIPT, tuple(Status), None, N_("记回执"), N_("对方收到才算移交完成"), True),
    Arrow(
        Action.OPEN_CONTACT, tuple(Status), None, N_("看联系方式"), N_("看个人信息要说用途，留下记录"), True
    ),
)

ARROWS: dict[Action, Arrow] = {arrow.action: arrow for arrow in TABLE}


def why_not_from(action: Action, status: Status) -> Refusal | None:
    """Whether the table has an arrow for `action` from `status`."""
    arrow = ARROWS[action]
    if status in arrow.sources:
        return None
    return Refusal(
        "no_arrow",
        N_("这件事现在是“{status}”，要在“{sources}”时才能{action}"),
        {
            "status": STATUS_NAMES[status],
            "sources": tuple(STATUS_NAMES[source] for source in arrow.sources),
            "action": arrow.words,
        },
    )


def mermaid() -> str:
    """The diagram of the table, for docs/reference/lifecycle.md (compared in CI)."""
    lines = ["stateDiagram-v2"]
    for arrow in TABLE:
        if arrow.target is not None:
            lines += [f"    {source} --> {arrow.target}: {arrow.words}" for source in arrow.sources]
    return "\n".join(lines)
