"""Drafting a year: how many matters of each kind, what they are about, and when each step happened."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from maplegrid.rules.lifecycle import Status
from maplegrid.simulate.backlog import Backlog, fits, open_steps, plan_backlog
from maplegrid.simulate.desks import Desks
from maplegrid.simulate.lattice import Floats
from maplegrid.simulate.pace import DAY, HOUR, Steps, arrivals, hours_of, shifted, worked_through
from maplegrid.simulate.phrases import Talk, all_talk
from maplegrid.simulate.plan import CHINA, DistrictPlan

# Who had a matter in hand at last; `sub_grid` means it never left the sub-grid.
SUB_GRID, COMMUNITY, STREET, DEPARTMENT = "sub_grid", "community", "street", "department"
OPEN_LEVEL_SHARES = {SUB_GRID: 0.84, COMMUNITY: 0.07, STREET: 0.03, DEPARTMENT: 0.06}
OTHER_ENDS = {Status.MERGED: 0.22, Status.WITHDRAWN: 0.2, Status.DIVERTED: 0.58}
STAFF_SHARE_OPEN = 0.45
SHORTEST_PAST = 30 * DAY  # in January the past reaches back into the last year


@dataclass
class Draft:
    """One matter while it is being made."""

    status: Status
    level: str
    by_staff: bool
    clock: str = ""
    talk: Talk | None = None

    @property
    def subject(self) -> Talk:
        assert self.talk is not None
        return self.talk


def draft_all(rng: np.random.Generator, plan: DistrictPlan) -> list[Draft]:
    """How many of each kind, exactly; who reported is drawn so that the staff's finds are exact as well."""
    total, inside = plan.count(plan.governance_events), plan.count(plan.settled_in_sub_grid)
    departments = plan.count(plan.by_department)
    streets = round((total - inside - departments) * 0.45)
    levels = [SUB_GRID] * inside + [DEPARTMENT] * departments + [STREET] * streets
    levels += [COMMUNITY] * (total - len(levels))
    backlog = plan_backlog(rng, plan.count(plan.open_cases, at_least=40))
    found_open = round(STAFF_SHARE_OPEN * len(backlog.status))
    found = plan.count(plan.found_by_grid_staff) - found_open
    drafts = [
        Draft(Status.CLOSED, level, bool(by_staff))
        for level, by_staff in zip(levels, _drawn(rng, total, found), strict=True)
    ]
    drafts += _other_ends(plan)
    return drafts + _open_drafts(rng, backlog, found_open)


def _drawn(rng: np.random.Generator, total: int, chosen: int) -> NDArray[np.bool_]:
    """Exactly `chosen` of `total`, at random."""
    marks = np.zeros(total, bool)
    marks[rng.permutation(total)[:chosen]] = True
    return marks


def _other_ends(plan: DistrictPlan) -> list[Draft]:
    """Merged, withdrawn, diverted: outside the figures on settling."""
    return [
        Draft(status, SUB_GRID, False)
        for status, share in OTHER_ENDS.items()
        for _ in range(plan.count(round(plan.closed_otherwise * share)))
    ]


def _open_drafts(rng: np.random.Generator, backlog: Backlog, found: int) -> list[Draft]:
    """The backlog. Triage desks hold what residents wrote without a place, so staff found none of those."""
    located = [row for row, status in enumerate(backlog.status) if status is not Status.TRIAGE]
    by_staff = {located[at] for at in rng.permutation(len(located))[:found]}
    levels = rng.choice(list(OPEN_LEVEL_SHARES), len(backlog.status), p=list(OPEN_LEVEL_SHARES.values()))
    drafts = []
    for row, (status, clock) in enumerate(zip(backlog.status, backlog.clock, strict=True)):
        level = {Status.TRIAGE: STREET, Status.RETURNED: COMMUNITY, Status.REGISTERED: SUB_GRID}.get(
            status, str(levels[row])
        )
        drafts.append(Draft(status, level, row in by_staff, clock))
    return drafts


def give_subjects(rng: np.random.Generator, drafts: list[Draft], desks: Desks) -> None:
    """Draw each matter's category from those that come up that way."""
    wishes: dict[tuple[str, bool, frozenset[str] | None, bool], list[Draft]] = {}
    for draft in drafts:
        way = "divert" if draft.status is Status.DIVERTED else ("staff" if draft.by_staff else "resident")
        is_open = bool(draft.clock)
        key = (way, draft.level == DEPARTMENT, fits(draft.status, draft.clock) if is_open else None, is_open)
        wishes.setdefault(key, []).append(draft)
    for (way, by_department, profiles, is_open), group in wishes.items():
        talks = [
            talk
            for talk in all_talk()
            if (not by_department or desks.leads(talk.lead))
            and (profiles is None or talk.profile in profiles)
            and not (is_open and talk.profile == "P0")
        ]
        weight = np.array([talk.weights[way] for talk in talks])
        for draft, at in zip(group, rng.choice(len(talks), len(group), p=weight / weight.sum()), strict=True):
            draft.talk = talks[at]


def moments(rng: np.random.Generator, plan: DistrictPlan, drafts: list[Draft]) -> tuple[Steps, Floats]:
    """All steps of all matters, and since when each is as it is."""
    now = plan.now.timestamp()
    year = plan.now.astimezone(CHINA).year
    start = min(datetime(year, 1, 1, tzinfo=CHINA).timestamp(), now - SHORTEST_PAST)
    ended = [draft for draft in drafts if not draft.clock]
    backlog = Backlog([d.status for d in drafts if d.clock], [d.clock for d in drafts if d.clock])
    past, past_since = _ended(rng, start, now, ended)
    present = open_steps(rng, now, backlog, [d.subject.profile for d in drafts if d.clock])
    joined = Steps(
        *(
            np.concatenate(pair)
            for pair in zip(past.__dict__.values(), present.__dict__.values(), strict=True)
        )
    )
    latest = np.fmax.reduce(list(present.__dict__.values()))
    paused = np.array(
        [status in (Status.SUSPENDED, Status.RETURNED, Status.REOPENED) for status in backlog.status]
    )
    present_since = np.where(paused, np.floor(latest + 0.5 * (now - latest)), latest)
    return joined, np.concatenate([past_since, present_since])


def _ended(rng: np.random.Generator, start: float, now: float, ended: list[Draft]) -> tuple[Steps, Floats]:
    by_staff = np.array([draft.by_staff for draft in ended])
    profile = [draft.subject.profile for draft in ended]
    punctual = np.array([draft.level == DEPARTMENT for draft in ended])
    received = arrivals(rng, start, now - HOUR, by_staff)
    steps = worked_through(rng, received, profile, by_staff, punctual)
    steps = _over_by_now(steps, start, now)
    settled = np.array([draft.status is Status.CLOSED for draft in ended])
    return _cut_short(rng, ended, steps, settled, profile)


def _over_by_now(steps: Steps, start: float, now: float) -> Steps:
    """What would still go on at `now` came in some days earlier, at the same time of day."""
    long = np.maximum(1.0, (steps.closed - steps.received) / (0.8 * (now - start)))
    hurried = [steps.received + (moment - steps.received) / long for moment in steps.__dict__.values()]
    steps = Steps(*(np.floor(moment) for moment in hurried))
    over = np.maximum(steps.closed - now, 0)
    days = np.ceil(over / DAY) * DAY
    return shifted(steps, -np.where(steps.received - days >= start, days, np.ceil(over)))


def _cut_short(
    rng: np.random.Generator, ended: list[Draft], steps: Steps, settled: NDArray[np.bool_], profile: list[str]
) -> tuple[Steps, Floats]:
    """Merged and withdrawn matters end after filing, diverted ones when the right body has them."""
    limit = hours_of(profile)[0]
    wait = np.where(
        [draft.status is Status.DIVERTED for draft in ended],
        0.02 * limit,
        rng.uniform(0.1, 6, len(ended)) * HOUR,
    )
    since = np.where(
        settled, steps.closed, np.floor(steps.filed + np.minimum(wait, steps.closed - steps.filed))
    )
    never = np.full(len(ended), np.nan)
    kept = [np.where(settled, moment, never) for moment in list(steps.__dict__.values())[2:]]
    return Steps(steps.received, steps.filed, *kept), since
