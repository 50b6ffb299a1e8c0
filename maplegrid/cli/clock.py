"""maplegrid clock: due times with their reasoning, and their proof from exported events alone."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from maplegrid.cli.framework import REFUSED, UNREADABLE, stop
from maplegrid.rules.calendar import default_calendar
from maplegrid.rules.clock import CHINA, ClockEvent, Rule, compute
from maplegrid.rules.profiles import default_profiles

EXPORT_FIELDS = ("event", "at", "by", "reason", "amount", "unit")


@click.group()
def command() -> None:
    """Due times can be recomputed by anybody from the events alone."""


@command.command()
@click.option("--profile", required=True, help="P2, U2, M30 …, or a statutory clock such as law.L5.")
@click.option("--start", required=True, help="Receipt and acceptance, ISO-8601.")
@click.option(
    "--events",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Pauses and the like, JSON lines.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on the last line.")
def due(profile: str, start: str, events: Path | None, as_json: bool) -> None:
    """Every milestone of a profile with its due time and the reasoning line by line."""
    rules = default_profiles().get(profile)
    if rules is None:
        stop(f"没有这个时限档：{profile} (no such profile)", UNREADABLE)
    at = _moment(start, "--start")
    given = [event for _, event in _events_in(events)] if events else []
    starts = [] if any(event.event == "start" for event in given) else [ClockEvent("start", at)]
    milestones = [_milestone(rule, [*starts, *given]) for rule in rules]
    if as_json:
        print(
            json.dumps(
                {"profile": profile, "start": at.isoformat(), "milestones": milestones}, ensure_ascii=False
            )
        )
    else:
        for milestone in milestones:
            print(f"{milestone['name']}: {milestone['due']}\n  " + "\n  ".join(milestone["because"]))


def _milestone(rule: Rule, events: list[ClockEvent]) -> dict[str, Any]:
    state = compute(rule, events, default_calendar())
    if state.awaiting_calendar is not None:
        stop(
            f"{state.awaiting_calendar} 年的节假日安排还没有公布，不猜 (no official calendar for that year)",
            REFUSED,
        )
    return {
        "name": rule.milestone,
        "due": state.due.isoformat() if state.due else None,
        "calendar": rule.unit,
        "amount": rule.amount,
        "because": [*state.because, f"依据：{rule.basis}"],
    }


@command.command()
@click.option(
    "--export", "export", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def verify(export: Path) -> None:
    """Recompute every exported clock; one line per difference, exit 1 if there is any."""
    clocks: dict[str, list[tuple[dict[str, Any], ClockEvent]]] = {}
    for row, event in _events_in(export):
        clocks.setdefault(str(row.get("clock")), []).append((row, event))
    differences = [line for name, rows in clocks.items() for line in _differences(name, rows)]
    for line in differences:
        print(line, file=sys.stderr)
    print(json.dumps({"clocks": len(clocks), "differences": len(differences)}))
    sys.exit(1 if differences else 0)


def _differences(name: str, rows: list[tuple[dict[str, Any], ClockEvent]]) -> Iterator[str]:
    """What an exported row claims (`due`) against what its events make."""
    first = rows[0][0]
    rule = _rule_of(first)
    if rule is None:
        yield f"{name}: 没有规则 {first.get('rule')}"
        return
    state = compute(rule, [event for _, event in rows], default_calendar())
    for row, _ in rows:
        claimed = row.get("due")
        if claimed and (state.due is None or datetime.fromisoformat(claimed) != state.due):
            yield f"{name}: 记的到期是 {claimed}，按事件算是 {state.due.isoformat() if state.due else '待日历'}"


def _rule_of(row: dict[str, Any]) -> Rule | None:
    """The rule a row names, with the limit it carries itself when the district has changed the default."""
    known = default_profiles().get(str(row.get("rule")), ())
    named = [rule for rule in known if rule.milestone == row.get("milestone", "result")]
    if "limit_amount" in row:
        return Rule(
            str(row["rule"]),
            int(row.get("rule_version", 1)),
            str(row.get("milestone", "result")),
            int(row["limit_amount"]),
            str(row["limit_unit"]),
            "",
        )
    return named[0] if named else None


def _events_in(path: Path) -> Iterator[tuple[dict[str, Any], ClockEvent]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            fields = {name: row.get(name) for name in EXPORT_FIELDS} | {
                "at": datetime.fromisoformat(row["at"])
            }
            fields |= {"by": row.get("by") or "", "reason": row.get("reason") or ""}
            yield row, ClockEvent(**fields)
        except (ValueError, KeyError, TypeError) as error:
            stop(f"{path.name} 第 {number} 行看不懂：{error} (unreadable line)", UNREADABLE)


def _moment(words: str, where: str) -> datetime:
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        stop(f"{where} 不是 ISO-8601 时间：{words}", UNREADABLE)
    return found if found.tzinfo else found.replace(tzinfo=CHINA)
