"""`maplegrid clock`: when something is due and why, and whether exported clocks follow from their events."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import click

from maplegrid.cli.framework import REFUSED, UNREADABLE, stop
from maplegrid.rules.calendar import Calendar, OwnTable, default_calendar, own_table
from maplegrid.rules.clock import CHINA, ClockState, Rule, compute, default_profiles
from maplegrid.rules.clock.lines import Line, events_for, moment, read_line
from maplegrid.rules.clock.proof import differences

FILE = click.Path(path_type=Path)


def calendars(command: Callable[..., None]) -> Callable[..., None]:
    """The options that load a district's own calendar tables (CSV: date,working)."""
    command = click.option("--provisional", type=FILE, help="区里暂定的日历 CSV（date,working）。")(command)
    return click.option("--calendar", "official", type=FILE, help="区里正式的日历 CSV（date,working）。")(
        command
    )


@click.group(name="clock")
def command() -> None:
    """时限：什么时候到期、为什么；导出的时钟能不能从事件重新算出来。"""


@command.command()
@click.option("--profile", required=True, help="时限档，如 P2、U2、M30、law.L5。")
@click.option("--start", required=True, help="收到（也是受理）的时间，ISO 8601；不写时区就是北京时间。")
@click.option("--events", type=FILE, help="时钟事件，每行一个 JSON。")
@click.option("--json", "as_json", is_flag=True, help="只打印一行 JSON。")
@calendars
def due(
    profile: str,
    start: str,
    events: Path | None,
    as_json: bool,
    official: Path | None,
    provisional: Path | None,
) -> None:
    """算出一个时限档每个节点的到期时间，一步一步写出理由。"""
    rules = default_profiles().get(profile)
    if rules is None:
        stop(f"没有时限档 {profile}；有：{'、'.join(default_profiles())}", UNREADABLE)
    receipt = _start(start)
    lines = list(_lines(events)) if events else []
    calendar = _calendar(official, provisional)
    states = [_computed(rule, receipt, lines, calendar) for rule in rules]
    if not as_json:
        _explain(states)
    milestones = [_milestone(state) for state in states]
    _print({"profile": profile, "start": receipt.isoformat(), "milestones": milestones})


@command.command()
@click.option("--export", type=FILE, required=True, help="导出的时钟事件，每行一个 JSON。")
@calendars
def verify(export: Path, official: Path | None, provisional: Path | None) -> None:
    """只凭事件把每个时钟重算一遍；每处不同打印一行 JSON，有不同就以 1 退出。"""
    lines = list(_lines(export, whole=True))
    found = differences(lines, _calendar(official, provisional))
    for difference in found:
        _print(asdict(difference))
    clocks = len({line.clock for line in lines})
    if found:
        click.echo(f"{clocks} 个时钟、{len(lines)} 个事件，{len(found)} 处不同", err=True)
        raise SystemExit(1)
    _print({"clocks": clocks, "events": len(lines), "differences": 0})


def _computed(rule: Rule, receipt: datetime, lines: list[Line], calendar: Calendar) -> ClockState:
    """One milestone's clock; refuses where a year has no table, because nothing is guessed."""
    try:
        state = compute(rule, events_for(rule, receipt, lines), calendar)
    except (OverflowError, ValueError):
        stop(f"{receipt.isoformat()} 起算的时限超出了能算的年份", UNREADABLE)
    if state.awaiting_calendar is not None:
        year = state.awaiting_calendar
        stop(f"{rule.code} 的 {rule.milestone} 要用 {year} 年的节假日安排，还没有公布，不能算", REFUSED)
    return state


def _milestone(state: ClockState) -> dict[str, object]:
    return {
        "name": state.rule.milestone,
        "due": state.due.isoformat() if state.due else None,
        "calendar": state.rule.unit,
        "amount": state.rule.amount,
        "basis": state.rule.basis,
        "provisional": state.provisional,
        "because": list(state.because),
    }


def _explain(states: Iterable[ClockState]) -> None:
    for state in states:
        click.echo(state.rule.milestone)
        for sentence in state.because:
            click.echo(f"  {sentence}")


def _print(result: dict[str, object]) -> None:
    click.echo(json.dumps(result, ensure_ascii=False))


def _start(said: str) -> datetime:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        stop(f"--start 不是 ISO 8601 时间：{said}", UNREADABLE)
    try:
        return moment(at if at.tzinfo else at.replace(tzinfo=CHINA))
    except ValueError as problem:
        stop(f"--start {problem}", UNREADABLE)


def _calendar(official: Path | None, provisional: Path | None) -> Calendar:
    return replace(default_calendar(), official=_table(official), provisional=_table(provisional))


def _table(path: Path | None) -> OwnTable | None:
    if path is None:
        return None
    try:
        return own_table(csv.DictReader(_text(path).splitlines()))
    except ValueError as problem:
        stop(f"{path}：{problem}", UNREADABLE)


def _lines(path: Path, *, whole: bool = False) -> Iterator[Line]:
    """The events of a file. An exported one (`whole`) names its clock and rule on every line."""
    for number, text in enumerate(_text(path).split("\n"), start=1):
        if text.strip():
            try:
                line = read_line(json.loads(text), number)
            except (ValueError, RecursionError) as problem:
                stop(f"{path} 第 {number} 行：{_said(problem)}", UNREADABLE)
            if whole and not (line.clock and line.rule):
                stop(f"{path} 第 {number} 行：没有写 clock 或 rule", UNREADABLE)
            yield line


def _said(problem: Exception) -> str:
    if isinstance(problem, json.JSONDecodeError | RecursionError):
        return "不是 JSON"
    return str(problem)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        stop(f"{path} 不是 UTF-8 文本", UNREADABLE)
    except OSError as problem:
        stop(f"{path} 打不开：{problem.strerror}", UNREADABLE)
