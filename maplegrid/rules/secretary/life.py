"""What may be done to an audience (接访), when and by whom. One table; the diagram in docs/ is drawn from it."""

from dataclasses import dataclass
from enum import StrEnum

from maplegrid.rules.access import Actor, Seat
from maplegrid.rules.vocabulary import N_, Refusal, Role


class Stage(StrEnum):
    """Where an audience stands."""

    ASKED = "asked"
    WAITING = "waiting"
    OFFERED = "offered"
    AGREED = "agreed"
    WRITING = "writing"
    MET = "met"
    ANSWERED = "answered"
    ENDED = "ended"


STAGE_NAMES: dict[Stage, str] = {
    Stage.ASKED: N_("待定级别"),
    Stage.WAITING: N_("等安排时间"),
    Stage.OFFERED: N_("已留时间，等居民确认"),
    Stage.AGREED: N_("时间已确认"),
    Stage.WRITING: N_("待书面答复"),
    Stage.MET: N_("见过面，待书面答复"),
    Stage.ANSWERED: N_("已书面答复"),
    Stage.ENDED: N_("已结束"),
}
LIVE: tuple[Stage, ...] = tuple(stage for stage in Stage if stage is not Stage.ENDED)
BOOKED: tuple[Stage, ...] = (Stage.OFFERED, Stage.AGREED)
BEFORE_MEETING: tuple[Stage, ...] = (Stage.ASKED, Stage.WAITING, *BOOKED)


class Deed(StrEnum):
    """What somebody may do to an audience."""

    SET_LEVEL = "set_level"
    NAME_HOST = "name_host"
    RECUSE = "recuse"
    NAME_CONFLICT = "name_conflict"
    OFFER = "offer"
    AGREE = "agree"
    MOVE = "move"
    MISS = "miss"
    RECORD = "record"
    PROMISE = "promise"
    REFER = "refer"
    SETTLE = "settle"
    ANSWER = "answer"
    CLOSE = "close"


class Turn(StrEnum):
    """Whose deed it is."""

    DESK = "desk"
    DISTRICT = "district"
    HOST = "host"
    RESIDENT = "resident"


TURN_NAMES: dict[Turn, str] = {
    Turn.DESK: N_("街道分拨员或区指挥中心"),
    Turn.DISTRICT: N_("区指挥中心"),
    Turn.HOST: N_("接访的人"),
    Turn.RESIDENT: N_("居民"),
}


@dataclass(frozen=True)
class DeedRow:
    """From any of `sources` to `target` (None: stays, or the deed says). `why` is the district's reason for it."""

    deed: Deed
    by: Turn
    sources: tuple[Stage, ...]
    target: Stage | None
    words: str
    why: str


_S = Stage
TABLE: tuple[DeedRow, ...] = (
    DeedRow(
        Deed.SET_LEVEL, Turn.DESK, (*BEFORE_MEETING, _S.WRITING), None,
        N_("定级别"), N_("级别由系统按表建议，由人确认；级别定了才知道由谁见"),
    ),
    DeedRow(
        Deed.NAME_HOST, Turn.DISTRICT, (_S.WAITING, *BOOKED, _S.WRITING), None,
        N_("指定接访的人"), N_("街道书记也要回避时，由区里指定"),
    ),
    DeedRow(
        Deed.RECUSE, Turn.HOST, (_S.WAITING, *BOOKED, _S.WRITING), None,
        N_("我要回避"), N_("和这件事有关系的人不接访，由上一级接"),
    ),
    DeedRow(
        Deed.NAME_CONFLICT, Turn.RESIDENT, (*BEFORE_MEETING, _S.WRITING), None,
        N_("请换一个人"), N_("居民说他和这件事有关系，就由上一级接访，他看不到这封信"),
    ),
    DeedRow(
        Deed.OFFER, Turn.DESK, (_S.WAITING,), _S.OFFERED,
        N_("留一个时间"), N_("30 分钟里留好时间，再请居民确认"),
    ),
    DeedRow(
        Deed.AGREE, Turn.RESIDENT, (_S.OFFERED,), _S.AGREED,
        N_("就这个时间"), N_("居民确认了才算约好"),
    ),
    DeedRow(
        Deed.MOVE, Turn.RESIDENT, (_S.WAITING, *BOOKED), _S.AGREED,
        N_("换一个时间"), N_("居民自己挑合适的时间"),
    ),
    DeedRow(
        Deed.MISS, Turn.HOST, BOOKED, _S.WAITING,
        N_("没有见成"), N_("没有见成要说明原因，再约一次"),
    ),
    DeedRow(
        Deed.RECORD, Turn.HOST, BOOKED, _S.MET,
        N_("记下见面"), N_("谁来了、说了什么、答应了什么，当天记下"),
    ),
    DeedRow(
        Deed.PROMISE, Turn.HOST, (_S.MET, _S.WRITING, _S.ANSWERED), None,
        N_("记一件答应的事"), N_("答应的事有人、有日子，做完才能办结"),
    ),
    DeedRow(
        Deed.REFER, Turn.HOST, (_S.MET, _S.WRITING), None,
        N_("请调解"), N_("双方愿意谈的，交给调解；调解没有结果，案件不能办结"),
    ),
    DeedRow(
        Deed.SETTLE, Turn.HOST, (_S.MET, _S.WRITING, _S.ANSWERED), None,
        N_("调解有结果了"), N_("调解的结果记下来，案件才能往下走"),
    ),
    DeedRow(
        Deed.ANSWER, Turn.HOST, (_S.MET, _S.WRITING), _S.ANSWERED,
        N_("书面答复"), N_("说过的话要写下来，交到居民手上"),
    ),
    DeedRow(
        Deed.CLOSE, Turn.HOST, (_S.ANSWERED,), _S.ENDED,
        N_("办结"), N_("答应的事都办到了，调解有了结果，才能办结"),
    ),
)  # fmt: skip
ROWS: dict[Deed, DeedRow] = {row.deed: row for row in TABLE}


@dataclass(frozen=True)
class AudienceView:
    """What a rule needs to know of an audience. `barred` are people it must not reach; `street_path` its street's."""

    stage: Stage
    host_id: int | None = None
    path: str = ""
    sealed: bool = False
    barred: frozenset[int] = frozenset()


def is_desk(actor: Actor, view: AudienceView) -> bool:
    """A triage desk of the street it lies in, or the district's; a sealed one only the district's."""
    return any(_levels(seat, view) for seat in actor.seats)


def _levels(seat: Seat, view: AudienceView) -> bool:
    if seat.role is Role.DISTRICT_COMMAND:
        return True
    return (
        seat.role is Role.STREET_DESK
        and not view.sealed
        and bool(seat.path)
        and view.path.startswith(seat.path)
    )


def why_not_audience(deed: Deed, actor: Actor | None, view: AudienceView) -> Refusal | None:
    """May this person (None: the resident) do this now? The first reason against it, or None."""
    row = ROWS[deed]
    if actor is not None and actor.person_ids & view.barred:
        return HIDDEN
    if not _is_turn(actor, row.by, view):
        return Refusal(
            "not_their_turn", N_("{action}由{by}来做"), {"action": row.words, "by": TURN_NAMES[row.by]}
        )
    if view.stage not in row.sources:
        return Refusal(
            "no_deed",
            N_("接访现在是“{stage}”，不能{action}"),
            {"stage": STAGE_NAMES[view.stage], "action": row.words},
        )
    return None


HIDDEN = Refusal("not_yours", N_("没有找到这件事，或者它不在您负责的范围内"))


def _is_turn(actor: Actor | None, by: Turn, view: AudienceView) -> bool:
    if actor is None:
        return by is Turn.RESIDENT
    if by is Turn.DISTRICT:
        return actor.holds(Role.DISTRICT_COMMAND)
    if by is Turn.HOST:
        return view.host_id is not None and view.host_id in actor.person_ids
    return by is Turn.DESK and is_desk(actor, view)


def mermaid() -> str:
    """The diagram of the table, for docs/reference/secretary.md (compared in CI)."""
    lines = ["stateDiagram-v2"]
    for row in TABLE:
        if row.target is not None:
            lines += [f"    {source} --> {row.target}: {row.words}" for source in row.sources]
    lines += [f"    {source} --> {target}: {words}" for source, target, words in MOVING]
    return "\n".join(lines)


# Where deeds without a fixed target lead.
MOVING: tuple[tuple[Stage, Stage, str], ...] = (
    (_S.ASKED, _S.OFFERED, N_("定级别")),
    (_S.ASKED, _S.WAITING, N_("定级别")),
    (_S.ASKED, _S.WRITING, N_("定级别")),
    (_S.ASKED, _S.ENDED, N_("撤回")),
)
