"""The year's orders: matters that departments settled were lifted by an order of the sub-grid that had them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from maplegrid.cases.models import Clock, ClockEvent, Order, OrderNumbers, OrderParty, Step
from maplegrid.rules.lifecycle import Status
from maplegrid.rules.orders import OrderStatus
from maplegrid.rules.vocabulary import Role
from maplegrid.simulate.district import District
from maplegrid.simulate.facts import DISTRICT_SHORT
from maplegrid.simulate.history import History
from maplegrid.simulate.load.copying import copy_rows, settle_sequence
from maplegrid.simulate.load.timekeeping import TimedClock, order_clocks_of
from maplegrid.simulate.load.tower import Ids

LONGEST = timedelta(hours=36)  # from application to result; what took longer waited in the sub-grid first
# When each station was reached, as a share of the time from application to result.
SHARES = {"applied": 0.0, "issued": 0.04, "assigned": 0.12, "received": 0.22, "arrived": 0.5, "filed": 1.0}
CHECKED_WITHIN = timedelta(hours=4)


@dataclass(frozen=True)
class PastOrder:
    """One order of the year with the people who carried it."""

    id: int
    case_id: int
    number: str
    units: tuple[int, int, int]  # applicant's sub-grid, community, street
    people: tuple[int, int, int, int]  # chief, community desk, street desk, clerk of the body
    body_id: int
    what: str
    result: str
    times: dict[str, datetime]
    clocks: list[TimedClock]


def is_ordered(history: History, at: int) -> bool:
    """Whether a department settled this matter: then an order had lifted it there."""
    return history.level[at] == "department" and history.status[at] is Status.CLOSED


def load_orders(district: District, history: History, ids: Ids, matters: list[Any], next_clock: int) -> None:
    """Write orders, parties, clocks and timelines; `next_clock` is the first free clock id."""
    orders = list(_past_orders(district, history, ids, matters))
    if not orders:
        return
    _rows(orders)
    _clock_rows(orders, next_clock)
    copy_rows(
        Step,
        ("case_id", "at", "action", "actor_id", "actor_words", "text", "public_text", "from_status", "to_status", "detail"),
        (row for order in orders for row in _course(order, district, ids)),
    )  # fmt: skip
    OrderNumbers.objects.create(year=district.plan.now.year, used=len(orders))


def _past_orders(district: District, history: History, ids: Ids, matters: list[Any]) -> Iterator[PastOrder]:
    desks, clerks = _first_desks(district, ids), _first_clerks(district, ids)
    number = 0
    for at, matter in enumerate(matters):
        if not is_ordered(history, at):
            continue
        number += 1
        lineage = [int(part) for part in matter.path.split("/") if part]
        street, community, sub_grid = lineage[1], lineage[2], lineage[3]
        body_id = ids.body[history.body[at]]
        times = _times(matter.times["started"] or matter.times["filed"], matter.times)
        yield PastOrder(
            id=number,
            case_id=matter.id,
            number=f"{DISTRICT_SHORT}发令〔{district.plan.now.year}〕{number:04d}号",
            units=(sub_grid, community, street),
            people=(desks[sub_grid], desks[community], desks[street], clerks[body_id]),
            body_id=body_id,
            what=history.title[at],
            result=history.result_words[at],
            times=times,
            clocks=order_clocks_of("O2", times),
        )


def _first_desks(district: District, ids: Ids) -> dict[int, int]:
    """The person at the desk of every unit."""
    roles = (Role.STREET_DESK, Role.COMMUNITY_DESK, Role.SUBGRID_CHIEF)
    desks: dict[int, int] = {}
    for staff in district.staff:
        if staff.role in roles and staff.unit:
            desks.setdefault(ids.unit[staff.unit], ids.person[staff.username])
    return desks


def _first_clerks(district: District, ids: Ids) -> dict[int, int]:
    clerks: dict[int, int] = {}
    for staff in district.staff:
        if staff.role is Role.DEPARTMENT_DESK and staff.body:
            clerks.setdefault(ids.body[staff.body], ids.person[staff.username])
    return clerks


def _times(started: datetime, times: dict[str, datetime | None]) -> dict[str, datetime]:
    result, closed = times["result"], times["closed"]
    assert result is not None
    assert closed is not None
    window = min(result - started, LONGEST)
    found = {name: result - window * (1 - share) for name, share in SHARES.items()}
    return {**found, "closed": min(closed, result + CHECKED_WITHIN)}


def _rows(orders: list[PastOrder]) -> None:
    columns = (
        "id", "case_id", "number", "status", "urgent", "profile", "applicant_unit_id", "community_id", "street_id",
        "applicant_id", "tried", "why", "asked", "opinion", "returned_reason", "instruction", "result", "verification",
        "resident_says", "applied_at", "issued_at", "issued_by_id", "signed_at", "signed_by_id", "assigned_at",
        "assigned_by_id", "filed_at", "filed_by_id", "closed_at", "closed_by_id", "sent_back", "next_milestone", "version",
    )  # fmt: skip
    copy_rows(Order, columns, map(_order, orders))
    settle_sequence(Order)
    copy_rows(
        OrderParty,
        ("order_id", "body_id", "lead", "named_at", "signed_at", "signed_by_id", "arrived_at", "objection", "ruling", "ruling_words"),
        (
            (o.id, o.body_id, True, o.times["assigned"], o.times["received"], o.people[3], o.times["arrived"], "", "", "")
            for o in orders
        ),
    )  # fmt: skip


def _order(o: PastOrder) -> tuple[Any, ...]:
    chief, community, street, clerk = o.people
    t = o.times
    return (
        o.id, o.case_id, o.number, OrderStatus.CLOSED, False, "O2", *o.units, chief, "到现场看过，也联系了居民",
        "要有执法权和设备，小分格做不了", o.what, "情况属实，请街道牵头", "", "请尽快到场，办好后反馈", o.result, "到现场核实，办好了",
        False, t["applied"], t["issued"], community, t["assigned"], street, t["assigned"], street, t["filed"], clerk,
        t["closed"], chief, 0, "", 1,
    )  # fmt: skip


def _clock_rows(orders: list[PastOrder], next_clock: int) -> None:
    numbered = list(enumerate(((o, clock) for o in orders for clock in o.clocks), start=next_clock))
    columns = (
        "id", "case_id", "order_id", "milestone", "rule", "rule_version", "calendar_version", "amount", "unit", "basis",
        "started_at", "due_at", "warn_at", "awaiting_calendar", "running", "stopped_at", "warned_at", "breached_at",
    )  # fmt: skip
    copy_rows(Clock, columns, ((n, o.case_id, o.id, *clock.row()) for n, (o, clock) in numbered))
    settle_sequence(Clock)
    copy_rows(
        ClockEvent,
        ("clock_id", "event", "at", "by", "reason", "unit"),
        (
            (n, event.event, event.at, event.by, event.reason, "")
            for n, (_, clock) in numbered
            for event in clock.events
        ),
    )


def _course(o: PastOrder, district: District, ids: Ids) -> Iterator[tuple[Any, ...]]:
    """The order's part of the case's timeline, as its actions would have written it."""
    chief, community, street, clerk = o.people
    for name, when, who, words in (
        ("order_apply", "applied", chief, "小分格解决不了，已申请由上一级来办"),
        ("order_issue", "issued", community, ""),
        ("order_assign", "assigned", street, ""),
        ("order_receive", "received", clerk, ""),
        ("order_arrive", "arrived", clerk, ""),
        ("order_file", "filed", clerk, "主办单位说办好了，正在核实"),
        ("order_verify", "closed", chief, "已到现场核实"),
    ):
        detail = {"order": o.id, **({"words": {"_": ""}} if words else {})}
        staff = district.staff[who - 1]
        yield (
            o.case_id, o.times[when], name, who, staff.display_zh, "", words, "handling", "handling",
            json.dumps(detail, ensure_ascii=False),
        )  # fmt: skip
