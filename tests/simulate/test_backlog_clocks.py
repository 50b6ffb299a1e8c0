"""The open matters show the clock colours they were made for when the district's own rules compute them."""

import csv
from collections import defaultdict
from datetime import UTC, datetime
from importlib import resources

import numpy as np
import pytest

from maplegrid.rules.clock import ClockEvent, Rule, compute
from maplegrid.rules.lifecycle import Status
from maplegrid.simulate.district import District
from maplegrid.simulate.history import History, build_history
from maplegrid.simulate.phrases import all_talk
from maplegrid.simulate.plan import CHINA

MET_BY = {
    "dispatch": "dispatched",
    "first_contact": "first_contact",
    "accept": "filed",
    "on_site": "started",
    "progress": "started",
    "stop_work": "started",
    "result": "result",
}
COLOURS = {"late": "late", "met_late": "late", "soon": "soon", "paused": "paused"}


def rules() -> dict[str, list[Rule]]:
    """The default limits by profile."""
    found: dict[str, list[Rule]] = defaultdict(list)
    text = (
        resources.files("maplegrid.rules.data").joinpath("service_profiles.csv").read_text(encoding="utf-8")
    )
    for row in csv.DictReader(text.splitlines()):
        if row["milestone"] in MET_BY:
            limit = Rule(
                row["profile"], 1, row["milestone"], int(row["amount"]), row["unit"], row["starts_from"]
            )
            found[row["profile"]].append(limit)
    return found


def moment(history: History, name: str, row: int) -> datetime | None:
    value = getattr(history, name)[row]
    return None if np.isnat(value) else value.item().replace(tzinfo=UTC).astimezone(CHINA)


def state_of(history: History, row: int, rule: Rule, now: datetime) -> str:
    """What one clock of an open matter shows; empty when it has not started."""
    start = moment(history, "received" if rule.starts_from == "received" else "filed", row)
    if start is None:
        return ""
    events = [ClockEvent("start", start)]
    stop, status = moment(history, MET_BY[rule.milestone], row), history.status[row]
    if stop and not (status is Status.REOPENED and rule.milestone == "result"):
        events.append(ClockEvent("stop", max(stop, start)))
    elif status is Status.SUSPENDED:
        since = moment(history, "since", row)
        assert since is not None
        events.append(ClockEvent("pause", since))
    return compute(rule, events).state_at(now)


@pytest.mark.parametrize(
    "now",
    [datetime(2026, 11, 23, 15, 18, tzinfo=CHINA), datetime(2026, 11, 22, 3, 10, tzinfo=CHINA)],
    ids=["a working afternoon", "a Sunday night"],
)
def test_open_matters_show_the_colours_they_were_made_for(small: District, now: datetime) -> None:
    plan = type(small.plan)(scale=0.1, now=now)
    history = build_history(small, plan)
    limits, profile = rules(), {talk.code: talk.profile for talk in all_talk()}
    for row, wanted in enumerate(history.clock):
        if not wanted:
            continue
        states = {state_of(history, row, rule, now) for rule in limits[profile[history.category[row]]]}
        shown = [colour for state, colour in COLOURS.items() if state in states] or ["in_time"]
        if "awaiting" not in states:
            assert shown[0] == wanted
