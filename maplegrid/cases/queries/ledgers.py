"""Ledgers (台账) read from what happened: nobody keeps a second book. Scope first, like every list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from maplegrid.cases.models import Case, Clock, Handover, Step
from maplegrid.cases.names import milestone_name
from maplegrid.cases.queries.scope import visible_to
from maplegrid.cases.words import body_words, category_words, place_words, status_words
from maplegrid.kit.moment import CHINA
from maplegrid.kit.words import length
from maplegrid.language.contacts import without_contacts
from maplegrid.rules.access import Actor
from maplegrid.rules.lifecycle import Action
from maplegrid.rules.vocabulary import CHANNEL_NAMES, N_, Channel
from maplegrid.territory.models import Unit

MOST_LINES = 5_000


class Kind(StrEnum):
    """Which ledger."""

    RECEIVED = "received"
    CLOSED = "closed"
    RETURNED = "returned"
    OVERDUE = "overdue"
    POLICE = "police"


KIND_NAMES: dict[Kind, str] = {
    Kind.RECEIVED: N_("收件台账"),
    Kind.CLOSED: N_("办结台账"),
    Kind.RETURNED: N_("退回台账"),
    Kind.OVERDUE: N_("超时台账"),
    Kind.POLICE: N_("移交公安台账"),
}

# Columns and their widths in characters. The names are also the blanks of a district's own form.
_CASE = {N_("编号"): 16, N_("居民说"): 34, N_("类别"): 16, N_("在哪里"): 30}
COLUMNS: dict[Kind, dict[str, int]] = {
    Kind.RECEIVED: {N_("序号"): 6, N_("收到"): 17, **_CASE, N_("渠道"): 12, N_("反映户数"): 9, N_("状态"): 10},
    Kind.CLOSED: {N_("序号"): 6, N_("结案"): 17, **_CASE, N_("收到"): 17, N_("谁办结"): 24, N_("办理结果"): 36},
    Kind.RETURNED: {N_("序号"): 6, N_("退回"): 17, **_CASE, N_("谁退回"): 24, N_("理由"): 36},
    Kind.OVERDUE: {
        N_("序号"): 6, N_("到期"): 17, **_CASE, N_("节点"): 12, N_("完成"): 17, N_("超时多久"): 14, N_("谁负责"): 24
    },
    Kind.POLICE: {
        N_("序号"): 6, N_("移交"): 17, **_CASE, N_("交给"): 20, N_("谁移交"): 24, N_("状态"): 14,
        N_("回执编号"): 16, N_("对方收到"): 17, N_("对方答复"): 30,
    },
}  # fmt: skip
FACTS = ("台账", "区", "区域", "期间", "件数", "制表人", "制表时间")


@dataclass(frozen=True)
class Asked:
    """A ledger of one kind over whole days (both counted) and an area (None: everything one may see)."""

    kind: Kind
    first: date
    last: date
    unit: Unit | None = None

    @property
    def since(self) -> datetime:
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=CHINA)

    @property
    def until(self) -> datetime:
        return datetime(self.last.year, self.last.month, self.last.day, tzinfo=CHINA) + timedelta(days=1)


@dataclass(frozen=True)
class Ledger:
    """Its lines as values by column, in the order things happened, and how many there are in all."""

    asked: Asked
    lines: list[dict[str, Any]]
    total: int


def ledger_of(actor: Actor, asked: Asked, now: datetime, most: int) -> Ledger:
    """The first `most` lines of a ledger and the number of all."""
    cases = visible_to(actor)
    if asked.unit:
        cases = cases.filter(path__startswith=asked.unit.path)
    events, line = READERS[asked.kind]
    rows = events(cases, asked, now)
    lines = [{"序号": n, **line(row, now)} for n, row in enumerate(rows[:most], start=1)]
    return Ledger(asked, lines, len(lines) if len(lines) < most else rows.count())


def _case_cells(case: Case) -> dict[str, Any]:
    return {
        "编号": case.number,
        "居民说": without_contacts(case.title),
        "类别": category_words(case.category),
        "在哪里": without_contacts(place_words(case)),
    }


NAMED = ("category", "area", "building")
CASE_NAMED = tuple(f"case__{name}" for name in NAMED)


def _received(cases: QuerySet[Case], asked: Asked, now: datetime) -> QuerySet[Any]:
    within = cases.filter(received_at__gte=asked.since, received_at__lt=asked.until)
    return within.select_related(*NAMED).order_by("received_at", "id")


def _received_line(case: Case, now: datetime) -> dict[str, Any]:
    more = {
        "渠道": _(CHANNEL_NAMES[Channel(case.channel)]),
        "反映户数": case.households,
        "状态": status_words(case),
    }
    return {"收到": case.received_at, **_case_cells(case), **more}


def _steps(action: Action) -> Callable[[QuerySet[Case], Asked, datetime], QuerySet[Any]]:
    def steps(cases: QuerySet[Case], asked: Asked, now: datetime) -> QuerySet[Any]:
        within = Step.objects.filter(action=action, at__gte=asked.since, at__lt=asked.until, case__in=cases)
        return within.select_related("case", *CASE_NAMED).order_by("at", "id")

    return steps


def _closed_line(step: Step, now: datetime) -> dict[str, Any]:
    more = {
        "收到": step.case.received_at,
        "谁办结": step.actor_words,
        "办理结果": without_contacts(step.text or step.case.solution),
    }
    return {"结案": step.at, **_case_cells(step.case), **more}


def _returned_line(step: Step, now: datetime) -> dict[str, Any]:
    more = {"谁退回": step.actor_words, "理由": without_contacts(step.text)}
    return {"退回": step.at, **_case_cells(step.case), **more}


def _overdue(cases: QuerySet[Case], asked: Asked, now: datetime) -> QuerySet[Any]:
    """Clocks that fell due in the period and were met too late, or not at all by now. Asks no periodic job."""
    late = Q(stopped_at__gt=F("due_at")) | Q(stopped_at=None, running=True, due_at__lt=now)
    within = Clock.objects.filter(late, due_at__gte=asked.since, due_at__lt=asked.until, case__in=cases)
    return within.select_related("case", "case__accountable", *CASE_NAMED).order_by("due_at", "id")


def _overdue_line(clock: Clock, now: datetime) -> dict[str, Any]:
    assert clock.due_at is not None
    more = {
        "节点": milestone_name(clock.milestone),
        "完成": clock.stopped_at,
        "超时多久": length((clock.stopped_at or now) - clock.due_at),
        "谁负责": str(clock.case.accountable or ""),
    }
    return {"到期": clock.due_at, **_case_cells(clock.case), **more}


def _police(cases: QuerySet[Case], asked: Asked, now: datetime) -> QuerySet[Any]:
    within = Handover.objects.filter(
        kind=Handover.Kind.POLICE, sent_at__gte=asked.since, sent_at__lt=asked.until, case__in=cases
    )
    return within.select_related("case", "body", "sent_by", *CASE_NAMED).order_by("sent_at", "id")


def _police_line(handover: Handover, now: datetime) -> dict[str, Any]:
    more = {
        "交给": body_words(handover.body) if handover.body else "",
        "谁移交": str(handover.sent_by or ""),
        "状态": str(Handover.State(handover.state).label),
        "回执编号": handover.receipt_number,
        "对方收到": handover.received_at,
        "对方答复": without_contacts(handover.answer),
    }
    return {"移交": handover.sent_at, **_case_cells(handover.case), **more}


Events = Callable[[QuerySet[Case], Asked, datetime], QuerySet[Any]]
Line = Callable[[Any, datetime], dict[str, Any]]
READERS: dict[Kind, tuple[Events, Line]] = {
    Kind.RECEIVED: (_received, _received_line),
    Kind.CLOSED: (_steps(Action.CLOSE), _closed_line),
    Kind.RETURNED: (_steps(Action.RETURN), _returned_line),
    Kind.OVERDUE: (_overdue, _overdue_line),
    Kind.POLICE: (_police, _police_line),
}
