"""A year of matters before today: who said what where, how far it went, and when. Pure; rows are for COPY.

Counts follow the article's table (stories.md): events settled in base-level governance, those of them settled
without leaving the sub-grid, appeals found by grid staff (another denominator: all matters), and an open backlog.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maplegrid.rules.lifecycle import Status
from maplegrid.rules.vocabulary import Channel
from maplegrid.simulate.desks import Desks
from maplegrid.simulate.district import District
from maplegrid.simulate.drafts import Draft, draft_all, give_subjects, moments
from maplegrid.simulate.lattice import Floats, Ints
from maplegrid.simulate.pace import Steps, awake
from maplegrid.simulate.phrases import Scene, Speaker
from maplegrid.simulate.plan import DistrictPlan

Moments = NDArray[np.datetime64]

CHANNELS = (Channel.WEB, Channel.QR_BUILDING, Channel.RELAY, Channel.HALL, Channel.HOTLINE)
CHANNEL_SHARES = (0.25, 0.32, 0.12, 0.11, 0.2)
RELAYED_BY_STAFF = 0.12
ANONYMOUS = 0.14
RATED = 0.62
RATING_SHARES = (0.03, 0.05, 0.12, 0.25, 0.55)
# First-level classes that come up where people live; the rest come up anywhere but in halls and schools.
AT_HOME = frozenset({"01", "02", "03", "06", "07", "12"})
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余"


@dataclass(frozen=True)
class History:
    """One row per matter, in order of receipt; moments in UTC to the second, NaT where it has not happened.

    `level` is who has (or had) it in hand; `body` the body code behind it ("" for sub-grid, community, street);
    `unit` the code of the area answering for it, `building` a row of buildings (-1: not located). `reporter` is
    the staff row of the grid worker who found it (-1: a resident), `registrar` that of the clerk who wrote it
    down for a caller, `handler` and `checker` those who worked on and closed it. `merged_into` is a row of this
    table. `clock` says what an open matter's clock is meant to show; rules decide what it does show.
    """

    category: list[str]
    channel: list[Channel]
    status: list[Status]
    level: list[str]
    unit: list[str]
    body: list[str]
    building: Ints
    reporter: Ints
    registrar: Ints
    handler: Ints
    checker: Ints
    anonymous: NDArray[np.bool_]
    contact: list[str]
    phone: list[str]
    title: list[str]
    text: list[str]
    place_words: list[str]
    received: Moments
    filed: Moments
    dispatched: Moments
    first_contact: Moments
    started: Moments
    result: Moments
    closed: Moments
    since: Moments
    result_words: list[str]
    rating: Ints
    rated: Moments
    merged_into: Ints
    clock: list[str]

    def __len__(self) -> int:
        return len(self.category)


def build_history(district: District, plan: DistrictPlan) -> History:
    """Everything from the first of January of the plan's year (at least thirty days back) to its `now`."""
    rng = plan.rng(20)
    drafts = draft_all(rng, plan)
    desks = Desks(district)
    give_subjects(rng, drafts, desks)
    steps, since = moments(rng, plan, drafts)
    order = np.argsort(steps.received, kind="stable")
    drafts = [drafts[row] for row in order]
    steps = Steps(*(moment[order] for moment in steps.__dict__.values()))
    return _written(rng, plan, district, desks, drafts, steps, since[order])


def _written(
    rng: np.random.Generator,
    plan: DistrictPlan,
    district: District,
    desks: Desks,
    drafts: list[Draft],
    steps: Steps,
    since: Floats,
) -> History:
    count = len(drafts)
    merged_into = _merge_targets(rng, drafts)
    building = _buildings(rng, district, drafts, merged_into)
    scenes = _scenes(rng, district, building)
    speaker = Speaker(rng, count)
    words = [
        speaker.staff(draft.subject, scene) if draft.by_staff else speaker.resident(draft.subject, scene)
        for draft, scene in zip(drafts, scenes, strict=True)
    ]
    by_staff = np.array([draft.by_staff for draft in drafts])
    channel = _channels(rng, by_staff)
    anonymous = ~by_staff & (rng.random(count) < ANONYMOUS)
    known = ~by_staff & ~anonymous
    status = [draft.status for draft in drafts]
    rating, rated = _ratings(rng, plan, status, known, steps.closed)
    who = [
        desks.assign(draft.level, draft.status, draft.subject, int(row), draft.by_staff, one, at)
        for at, (draft, row, one) in enumerate(zip(drafts, building, channel, strict=True))
    ]
    return History(
        category=[draft.subject.code for draft in drafts],
        channel=channel,
        status=status,
        level=[draft.level for draft in drafts],
        unit=[one.unit for one in who],
        body=[one.body for one in who],
        building=building,
        reporter=np.array([one.reporter for one in who]),
        registrar=np.array([one.registrar for one in who]),
        handler=np.array([one.handler for one in who]),
        checker=np.array([one.checker for one in who]),
        anonymous=anonymous,
        contact=_contacts(rng, known),
        phone=[
            f"1000000{number:04d}" if yes else ""
            for yes, number in zip(known, rng.integers(0, 10_000, count), strict=True)
        ],
        title=[said.title for said in words],
        text=[said.text for said in words],
        place_words=[scene.place if row >= 0 else "" for scene, row in zip(scenes, building, strict=True)],
        received=_utc(steps.received),
        filed=_utc(steps.filed),
        dispatched=_utc(steps.dispatched),
        first_contact=_utc(steps.first_contact),
        started=_utc(steps.started),
        result=_utc(steps.result),
        closed=_utc(steps.closed),
        since=_utc(since),
        result_words=[
            speaker.done(draft.subject, said.sentence) if finished else ""
            for draft, said, finished in zip(drafts, words, ~np.isnan(steps.result), strict=True)
        ],
        rating=rating,
        rated=rated,
        merged_into=merged_into,
        clock=[draft.clock for draft in drafts],
    )


def _merge_targets(rng: np.random.Generator, drafts: list[Draft]) -> Ints:
    """A merged matter joins an earlier one on the same subject, or takes the subject of an earlier one."""
    target = np.full(len(drafts), -1)
    settled = np.array(
        [row for row, draft in enumerate(drafts) if draft.status is Status.CLOSED and not draft.by_staff]
    )
    for row, draft in enumerate(drafts):
        if draft.status is Status.MERGED:
            earlier = settled[settled < row][-60:]
            target[row] = earlier[rng.integers(len(earlier))] if len(earlier) else settled[0]
            draft.talk = drafts[target[row]].talk
    return target


def _buildings(rng: np.random.Generator, district: District, drafts: list[Draft], merged_into: Ints) -> Ints:
    """Residents write from where people live, staff find things everywhere; triage has no place yet."""
    houses = district.buildings
    per_grid = 1.0 / np.bincount(houses.grid)[houses.grid]
    public = np.isin(houses.kind, ("civic", "school", "clinic"))
    lived = _row_drawn(rng, np.sqrt(houses.residents), len(drafts))
    visited = _row_drawn(rng, per_grid * (houses.residents > 0), len(drafts))
    passed = _row_drawn(rng, per_grid * ~public, len(drafts))
    at_home = np.array([draft.subject.code[:2] in AT_HOME for draft in drafts])
    row = np.where([draft.by_staff for draft in drafts], np.where(at_home, visited, passed), lived)
    row = np.where(merged_into >= 0, row[merged_into], row)
    return np.where([draft.status is Status.TRIAGE for draft in drafts], -1, row).astype(np.int64)


def _row_drawn(rng: np.random.Generator, weight: Floats, count: int) -> Ints:
    return rng.choice(len(weight), count, p=weight / weight.sum())


def _scenes(rng: np.random.Generator, district: District, building: Ints) -> list[Scene]:
    """How the place is called: mostly by its name, sometimes by an alias."""
    houses = district.buildings
    works = [row for row, kind in enumerate(houses.kind) if kind == "factory"]
    works_near = np.array(works)[np.clip(np.searchsorted(works, building), 0, len(works) - 1)]
    alias = rng.random(len(building)) < 0.22
    pick = rng.integers(0, 1 << 30, len(building))
    scenes = []
    for at, row in enumerate(building.tolist()):
        if row < 0:
            scenes.append(Scene("我们这栋楼", "小区", "门口那条路", "厂里", 8))
            continue
        names = houses.aliases[row] if alias[at] and houses.aliases[row] else (houses.name[row],)
        road = houses.address[row].rsplit("社区", 1)[-1].rstrip("0123456789号")
        near = houses.place[int(works_near[at])]
        scenes.append(
            Scene(names[pick[at] % len(names)], houses.place[row], road, near, int(houses.floors[row]))
        )
    return scenes


def _channels(rng: np.random.Generator, by_staff: NDArray[np.bool_]) -> list[Channel]:
    doors = rng.choice(len(CHANNELS), len(by_staff), p=CHANNEL_SHARES)
    relayed = rng.random(len(by_staff)) < RELAYED_BY_STAFF
    return [
        (Channel.RELAY if relay else Channel.PATROL) if found else CHANNELS[door]
        for found, relay, door in zip(by_staff.tolist(), relayed.tolist(), doors.tolist(), strict=True)
    ]


def _contacts(rng: np.random.Generator, known: NDArray[np.bool_]) -> list[str]:
    """A form of address, no name: 陈女士."""
    surname = rng.integers(0, len(SURNAMES), len(known)).tolist()
    ending = rng.integers(0, 2, len(known)).tolist()
    return [
        SURNAMES[at] + ("女士", "先生")[end] if yes else ""
        for yes, at, end in zip(known.tolist(), surname, ending, strict=True)
    ]


def _ratings(
    rng: np.random.Generator,
    plan: DistrictPlan,
    status: list[Status],
    known: NDArray[np.bool_],
    closed: Floats,
) -> tuple[Ints, Moments]:
    """1 to 5 by some of the residents who left a number; 0 means not rated."""
    count = len(status)
    asked = known & np.array([one is Status.CLOSED for one in status]) & (rng.random(count) < RATED)
    moment = closed + rng.lognormal(9.2, 1.0, count)
    moment = awake(np.where(asked, moment, 0.0))
    asked &= moment <= plan.now.timestamp()
    stars = 1 + rng.choice(5, count, p=RATING_SHARES)
    return np.where(asked, stars, 0), _utc(np.where(asked, moment, np.nan))


def _utc(seconds: Floats) -> Moments:
    """Seconds since 1970 as moments in UTC; NaN becomes NaT."""
    moments = np.full(len(seconds), np.datetime64("NaT", "s"), dtype="datetime64[s]")
    happened = ~np.isnan(seconds)
    moments[happened] = seconds[happened].astype(np.int64).astype("datetime64[s]")
    return moments
