"""A year of matters into the database: messages, cases, appeals, timelines and clocks with their events."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection

from maplegrid.cases.actions.clocks import AFTER_CLOSING
from maplegrid.cases.catalogue import catalogue
from maplegrid.cases.models import Appeal, Case, Category, Clock, ClockEvent, Handover, Step
from maplegrid.kit.crypto import keyring
from maplegrid.kit.moment import CHINA
from maplegrid.language.tokens import search_tokens
from maplegrid.messaging.models import Message, NumberRange
from maplegrid.rules.lifecycle import OPEN, Status
from maplegrid.rules.triage import PROFILE_LEVEL, Urgency
from maplegrid.rules.vocabulary import CHANNEL_NAMES, LEVELS, Channel, Level, Role
from maplegrid.simulate.district import District
from maplegrid.simulate.history import History, Moments
from maplegrid.simulate.load.copying import copy_rows, settle_sequence
from maplegrid.simulate.load.orders import is_ordered, load_orders
from maplegrid.simulate.load.timekeeping import TimedClock, clocks_of
from maplegrid.simulate.load.tower import Ids

DESK_ROLES = (Role.DISTRICT_COMMAND, Role.STREET_DESK, Role.COMMUNITY_DESK, Role.SUBGRID_CHIEF)
PLAIN = {"words": {"_": ""}}


@dataclass(frozen=True)
class Matter:
    """One row of the history with what the tables need to know of it."""

    id: int
    number: str
    category: Category
    status: Status
    unit_code: str
    unit_id: int
    body_id: int | None
    area_id: int
    path: str
    building_id: int | None
    lon: float | None
    lat: float | None
    assignee: int | None
    accountable: int
    times: dict[str, datetime | None]
    clocks: list[TimedClock]


def load_history(district: District, history: History, ids: Ids) -> None:
    """Write it all; `ids` come from `load_tower`."""
    matters = list(_matters(district, history, ids))
    _messages(history, matters)
    _cases(history, matters)
    copy_rows(
        Appeal,
        ("message_id", "case_id", "joined", "answered_at", "solved", "satisfied", "rating_words", "rated_at", "withdrawn_at", "reopen_reason"),
        (_appeal(history, at, matter) for at, matter in enumerate(matters)),
    )  # fmt: skip
    _steps(district, history, matters)
    load_orders(district, history, ids, matters, next_clock=_clocks(matters))
    _handovers(matters)
    NumberRange.objects.update_or_create(year=district.plan.now.year, defaults={"used": len(matters)})


def _moment(moments: Moments, at: int) -> datetime | None:
    value = moments[at]
    return (
        None
        if np.isnat(value)
        else value.astype("datetime64[s]").item().replace(tzinfo=UTC).astimezone(CHINA)
    )


def _matters(district: District, history: History, ids: Ids) -> Iterator[Matter]:
    categories, desks = catalogue().categories, _desks(district, ids)
    sub_grid_codes = district.units[Level.SUB_GRID].code
    buildings = district.buildings
    year, now = district.plan.now.year, district.plan.now
    for at in range(len(history)):
        row = int(history.building[at])
        area = sub_grid_codes[int(buildings.sub_grid[row])] if row >= 0 else history.unit[at]
        category, status = categories[history.category[at]], history.status[at]
        ordered = is_ordered(history, at)
        unit_code = area if ordered else history.unit[at]
        assignee = desks[area] if ordered else _assignee(int(history.handler[at]), status)
        times = _times(history, at, status)
        yield Matter(
            id=at + 1,
            number=f"{year}-{at + 1:06d}",
            category=category,
            status=status,
            unit_code=unit_code,
            unit_id=ids.unit[unit_code],
            body_id=ids.body[history.body[at]] if history.body[at] and not ordered else None,
            area_id=ids.unit[area],
            path=ids.path[area],
            building_id=row + 1 if row >= 0 else None,
            lon=float(buildings.lon[row]) if row >= 0 else None,
            lat=float(buildings.lat[row]) if row >= 0 else None,
            assignee=assignee,
            accountable=assignee or desks[unit_code],
            times=times,
            clocks=clocks_of(
                category.profile, status, times, now, found_by_staff=history.channel[at] == Channel.PATROL
            ),
        )


def _assignee(handler: int, status: Status) -> int | None:
    return handler + 1 if handler >= 0 and status not in (Status.TRIAGE, Status.RETURNED) else None


def _times(history: History, at: int, status: Status) -> dict[str, datetime | None]:
    """Moments by name; whatever has ended has an end, if only that of its last step."""
    times = {name: _moment(getattr(history, name), at) for name in TIMES}
    if status not in OPEN and times["closed"] is None:
        times["closed"] = next(
            times[name]
            for name in ("since", "result", "started", "first_contact", "filed", "received")
            if times[name]
        )
    return times


TIMES = ("received", "filed", "dispatched", "first_contact", "started", "result", "closed", "since", "rated")


def _desks(district: District, ids: Ids) -> dict[str, int]:
    """The first desk person of every unit."""
    desks: dict[str, int] = {}
    for staff in district.staff:
        if staff.role in DESK_ROLES and staff.unit:
            desks.setdefault(staff.unit, ids.person[staff.username])
    return desks


def _messages(history: History, matters: list[Matter]) -> None:
    ring = keyring()
    columns = (
        "id", "channel", "external_id", "number", "code_digest", "received_at", "title", "text", "anonymous",
        "contact_name", "contact_phone", "phone_index", "place_words", "lon", "lat", "datum", "building_id",
        "registered_by_id", "consent", "me_too_of", "language", "raw", "opened_at", "trouble",
    )  # fmt: skip

    def rows() -> Iterator[tuple[Any, ...]]:
        for at, m in enumerate(matters):
            phone, name = history.phone[at], history.contact[at]
            registrar = max(int(history.registrar[at]), int(history.reporter[at]))
            yield (
                m.id, history.channel[at], f"demo-{m.id}", m.number, "", m.times["received"], "", history.text[at],
                bool(history.anonymous[at]), ring.seal(name, "messaging.message.contact_name") if name else "",
                ring.seal(phone, "messaging.message.contact_phone") if phone else "", ring.index(phone) if phone else "",
                history.place_words[at], m.lon, m.lat, "cgcs2000" if m.lon else "", m.building_id,
                registrar + 1 if registrar >= 0 else None, "{}", "", "zh-hans", "{}",
                m.times["filed"] or m.times["received"], "",
            )  # fmt: skip

    copy_rows(Message, columns, rows())
    settle_sequence(Message)


def _cases(history: History, matters: list[Matter]) -> None:
    columns = (
        "id", "number", "title", "category_id", "category_confidence", "category_reason", "urgency", "urgency_reason",
        "profile", "kept_profile", "flags", "sealed", "channel", "area_id", "path", "building_id", "place_words",
        "place_confidence", "place_reason", "lon", "lat", "status", "unit_id", "body_id", "assignee_id", "accountable_id",
        "merged_into_id", "households", "promise", "solution", "settled_in_grid", "received_at", "accepted_at",
        "contacted_at", "closed_at", "told_at", "reopened", "next_at", "next_milestone", "breached_at", "version",
    )  # fmt: skip
    copy_rows(Case, columns, (_case(history, at, matter) for at, matter in enumerate(matters)))
    settle_sequence(Case)
    _index(history, matters)


def _case(history: History, at: int, m: Matter) -> tuple[Any, ...]:
    counted = [clock for clock in m.clocks if clock.milestone not in AFTER_CLOSING]
    running = [clock for clock in counted if clock.running and clock.due]
    following = min(running, key=lambda clock: clock.due or datetime.max.replace(tzinfo=UTC), default=None)
    late = [clock.breached for clock in counted if clock.breached]
    merged = int(history.merged_into[at])
    closed = m.status == Status.CLOSED
    return (
        m.id, m.number, history.title[at][:120], m.category.pk, 0.9, "{}", PROFILE_LEVEL.get(m.category.profile, Urgency.FOUR),
        "{}", m.category.profile, "", [], False, history.channel[at], m.area_id, m.path, m.building_id,
        history.place_words[at], 1.0 if m.building_id else 0.0, "{}", m.lon, m.lat, m.status,
        None if m.body_id else m.unit_id, m.body_id, m.assignee, m.accountable, merged + 1 if merged >= 0 else None, 1, "",
        history.result_words[at], history.level[at] == "sub_grid" if closed else None, m.times["received"],
        m.times["filed"] if m.status != Status.TRIAGE else None, m.times["first_contact"],
        m.times["closed"] if m.status not in OPEN else None, m.times["closed"] if closed else None,
        1 if m.status == Status.REOPENED else 0, following.due if following else None,
        following.milestone if following else "", min(late, default=None), 1,
    )  # fmt: skip


def _index(history: History, matters: list[Matter]) -> None:
    """Search words of every case, through a temporary table and one UPDATE."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE words_of (id bigint, words text) ON COMMIT DROP")
        with cursor.copy("COPY words_of FROM STDIN") as copy:
            for at, m in enumerate(matters):
                words = search_tokens(
                    f"{m.number} {history.title[at]} {history.text[at]} {history.place_words[at]}"
                )
                copy.write_row((m.id, " ".join(words)))
        cursor.execute(
            "UPDATE cases_case SET tokens = to_tsvector('simple', words) FROM words_of WHERE words_of.id = cases_case.id"
        )


def _appeal(history: History, at: int, m: Matter) -> tuple[Any, ...]:
    stars = int(history.rating[at])
    merged = int(history.merged_into[at])
    withdrawn = m.times["closed"] if m.status == Status.WITHDRAWN else None
    rated = stars > 0 and m.times["rated"] is not None
    return (
        m.id, merged + 1 if merged >= 0 else m.id, merged >= 0, m.times["closed"] if m.status not in OPEN else None,
        stars >= 3 if rated else None, stars if rated else None, "", m.times["rated"] if rated else None, withdrawn, "",
    )  # fmt: skip


def _steps(district: District, history: History, matters: list[Matter]) -> None:
    names = {
        unit.code[row]: unit.name[row]
        for unit in (district.units[level] for level in LEVELS)
        for row in range(len(unit))
    }
    columns = (
        "case_id",
        "at",
        "action",
        "actor_id",
        "actor_words",
        "text",
        "public_text",
        "from_status",
        "to_status",
        "detail",
    )
    copy_rows(
        Step,
        columns,
        (row for at, m in enumerate(matters) for row in _course(district, history, names, at, m)),
    )


def _course(
    district: District, history: History, names: dict[str, str], at: int, m: Matter
) -> Iterator[tuple[Any, ...]]:
    """The timeline of one matter, as the actions would have written it."""
    handler, checker = int(history.handler[at]), int(history.checker[at])
    if is_ordered(history, at) and m.assignee:
        handler = checker = m.assignee - 1
    doer = (handler + 1, district.staff[handler].display_zh) if handler >= 0 else (None, "")
    closer = (checker + 1, district.staff[checker].display_zh) if checker >= 0 else doer
    plain, t = json.dumps(PLAIN), m.times
    to_unit = json.dumps({"words": {"unit": names[m.unit_code]}}, ensure_ascii=False)
    taken = json.dumps({"words": {"person": doer[1]}}, ensure_ascii=False)
    yield (
        m.id,
        t["received"],
        "received",
        None,
        "居民",
        CHANNEL_NAMES[history.channel[at]],
        "收到您的反映",
        "",
        "triage",
        plain,
    )
    if t["filed"]:
        yield m.id, t["filed"], "routed", None, "系统", "", "交给{unit}", "triage", "dispatched", to_unit
    if t["started"] and handler >= 0:
        yield m.id, t["started"], "accept", *doer, "", "{person}接下了这件事", "dispatched", "handling", taken
    if t["first_contact"]:
        yield m.id, t["first_contact"], "contact", *doer, "", "联系了您", "handling", "handling", plain
    if t["result"]:
        yield (
            m.id,
            t["result"],
            "report_result",
            *doer,
            history.result_words[at],
            "处理好了，正在核查",
            "handling",
            "checking",
            plain,
        )
    if t["closed"] and m.status == Status.CLOSED:
        yield (
            m.id,
            t["closed"],
            "close",
            *closer,
            history.result_words[at],
            history.result_words[at] or "办完了",
            "checking",
            "closed",
            "{}",
        )
    elif t["closed"]:
        ends = {
            Status.MERGED: ("merge", "和另一件事合在一起办"),
            Status.WITHDRAWN: ("withdraw", "您撤回了这件事"),
            Status.DIVERTED: ("divert", "已依法转到别的渠道"),
        }
        action, words = ends[m.status]
        yield (
            m.id,
            t["closed"],
            action,
            *closer,
            history.result_words[at],
            words,
            "dispatched",
            m.status,
            plain,
        )
    if m.status in (Status.SUSPENDED, Status.RETURNED, Status.REOPENED) and t["since"]:
        action, words = {
            Status.SUSPENDED: ("suspend", ""),
            Status.RETURNED: ("return", "正在换合适的人来办"),
            Status.REOPENED: ("reopen", "重新办理"),
        }[m.status]
        yield (
            m.id,
            t["since"],
            action,
            *doer,
            history.result_words[at],
            words,
            "handling",
            m.status,
            plain if words else "{}",
        )


def _clocks(matters: list[Matter]) -> int:
    """Write them and say which id comes next."""
    columns = (
        "id", "case_id", "milestone", "rule", "rule_version", "calendar_version", "amount", "unit", "basis", "started_at",
        "due_at", "warn_at", "awaiting_calendar", "running", "stopped_at", "warned_at", "breached_at",
    )  # fmt: skip
    numbered = list(enumerate(((m, clock) for m in matters for clock in m.clocks), start=1))
    copy_rows(Clock, columns, ((number, m.id, *clock.row()) for number, (m, clock) in numbered))
    settle_sequence(Clock)
    events = (
        (number, event.event, event.at, event.by, event.reason, "")
        for number, (_, clock) in numbered
        for event in clock.events
    )
    copy_rows(ClockEvent, ("clock_id", "event", "at", "by", "reason", "unit"), events)
    return len(numbered) + 1


def _handovers(matters: list[Matter]) -> None:
    """Diverted matters have their receipt; open police matters wait for a named person."""
    rows = []
    for m in matters:
        if m.status == Status.DIVERTED:
            rows.append(
                (
                    m.id,
                    "diversion",
                    "received",
                    m.body_id,
                    "依法定渠道",
                    "信访工作条例 31 条",
                    m.times["closed"],
                    m.times["closed"],
                    f"收{m.id:06d}",
                    m.times["closed"],
                    "",
                )
            )
        elif m.status in OPEN and m.category.route == "POLICE":
            rows.append(
                (
                    m.id,
                    "police",
                    "drafted",
                    None,
                    m.category.name,
                    "人民调解法 25 条",
                    m.times["received"],
                    None,
                    "",
                    None,
                    "",
                )
            )
    columns = (
        "case_id",
        "kind",
        "state",
        "body_id",
        "reason",
        "basis",
        "created_at",
        "sent_at",
        "receipt_number",
        "received_at",
        "answer",
    )
    copy_rows(Handover, columns, rows)
