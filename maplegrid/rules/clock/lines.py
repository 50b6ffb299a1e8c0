"""Clock events as they are exported, one JSON object a line (formats.md "Clocks"), in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maplegrid.rules.clock.model import CHINA, ClockEvent, Rule, Sentence, why_not_limit
from maplegrid.rules.clock.state import ClockState
from maplegrid.rules.vocabulary import N_

# What a line may keep of the computed clock, for an auditor to compare with.
KEPT = ("due", "stopped_at", "running", "awaiting_calendar")
YEARS = range(1900, 2900)
Record = Mapping[str, object]


@dataclass(frozen=True)
class Line:
    """One exported event. `milestone`, `party`, `starts_from` and what is `kept` are extras beside the format."""

    number: int
    event: ClockEvent
    clock: str = ""
    case: str = ""
    rule: str = ""
    rule_version: int | None = None
    calendar_version: str = ""
    milestone: str = ""
    party: str = ""
    starts_from: str = ""
    kept: Record = field(default_factory=dict)


def read_line(record: object, number: int) -> Line:
    """An exported event from its JSON object. Raises ValueError with one sentence about what cannot be read."""
    if not isinstance(record, dict):
        raise ValueError(N_("每行要是一个 JSON 对象"))
    rule, _, milestone = _word(record, "rule").partition(":")
    if _word(record, "party") not in {"", "authority", "resident"}:
        raise ValueError(N_("party 只能写 authority 或 resident"))
    return Line(
        number=number,
        event=_event(record),
        clock=_word(record, "clock"),
        case=_word(record, "case"),
        rule=rule,
        rule_version=_whole(record, "rule_version"),
        calendar_version=_word(record, "calendar_version"),
        milestone=_word(record, "milestone") or milestone,
        party=_word(record, "party"),
        starts_from=_word(record, "starts_from"),
        kept={name: record[name] for name in KEPT if name in record},
    )


def written(
    *, clock: str, case: str, calendar_version: str, event: ClockEvent, state: ClockState
) -> dict[str, object]:
    """An event as exported, with what the clock is computed to be after it. A start carries the rule's limit."""
    rule = state.rule
    starts = event.event == "start"
    return {
        "clock": clock,
        "case": case,
        "rule": rule.code,
        "rule_version": rule.version,
        "milestone": rule.milestone,
        "party": rule.party,
        "calendar_version": calendar_version,
        "event": event.event,
        "at": event.at.astimezone(CHINA).isoformat(),
        "by": event.by,
        "reason": event.reason,
        "amount": rule.amount if starts else event.amount,
        "unit": rule.unit if starts else event.unit,
        **kept_of(state),
    }


def kept_of(state: ClockState) -> dict[str, object]:
    """The computed clock in the words of the export."""
    return {
        "due": state.due.isoformat() if state.due else None,
        "stopped_at": state.stopped_at.isoformat() if state.stopped_at else None,
        "running": state.running,
        "awaiting_calendar": state.awaiting_calendar,
    }


def events_for(rule: Rule, receipt: datetime, lines: list[Line]) -> list[ClockEvent]:
    """The events of one milestone of a case that was received at `receipt`.

    Receipt is acceptance too unless a `start` line says otherwise: one that names the milestone or `starts_from`
    moves that start, a plain one is the acceptance. Every other line is for all milestones unless it names one.
    """
    own = [line for line in lines if _is_about(line, rule)]
    starts = [line for line in own if line.event.event == "start"]
    others = [line.event for line in own if line.event.event != "start"]
    at = max((line.event.at for line in starts if _starts(line, rule)), default=receipt)
    return [ClockEvent("start", at), *others]


def _is_about(line: Line, rule: Rule) -> bool:
    return line.rule in {"", rule.code} and line.milestone in {"", rule.milestone}


def _starts(line: Line, rule: Rule) -> bool:
    if line.milestone:
        return True
    return (line.starts_from or "accepted") == rule.starts_from


def _event(record: Record) -> ClockEvent:
    amount, unit = _whole(record, "amount"), _word(record, "unit") or None
    problem = why_not_limit(amount or 0, unit or "calendar_day")
    if problem:
        raise ValueError(problem)
    return ClockEvent(
        event=_word(record, "event"),
        at=moment(record.get("at")),
        by=_word(record, "by"),
        reason=_word(record, "reason"),
        amount=amount,
        unit=unit,
    )


def moment(said: object) -> datetime:
    """An ISO-8601 moment with its offset. Raises ValueError otherwise: evidence leaves no zone to be guessed."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        raise ValueError(Sentence(N_("不是 ISO 8601 时间：{said}"), said=said)) from None
    if at.tzinfo is None:
        raise ValueError(Sentence(N_("时间没有写时区：{at}"), at=said))
    if at.year not in YEARS:
        raise ValueError(Sentence(N_("不是这个时代的时间：{at}"), at=said))
    return at.astimezone(CHINA)


def _word(record: Record, name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(Sentence(N_("{name} 要是文字"), name=name))
    return str(value)


def _whole(record: Record, name: str) -> int | None:
    value = record.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(Sentence(N_("{name} 要是整数"), name=name))
    return value
