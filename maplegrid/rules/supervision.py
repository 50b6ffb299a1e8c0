"""Supervision (督办): a leader wants a matter looked after, says why and by when; whoever has it answers.

Three colours, each with days to answer and penalty points. Points are written down but count nowhere unless the
district switches them on: a measure that punishes soon measures something else.
"""

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from maplegrid.rules.access import Actor, CaseView, is_subject, why_not_see
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.vocabulary import HANDLING_ROLES, N_, Refusal, Role

LEADS = frozenset(
    {Role.DISTRICT_COMMAND, Role.STREET_SECRETARY, Role.STREET_DEPUTY, Role.COMMUNITY_SECRETARY}
)


class Colour(StrEnum):
    """How grave; each one above may follow the one before."""

    NORMAL = "normal"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True)
class Grade:
    """One colour's name, days to answer, and penalty points."""

    colour: Colour
    name: str
    name_en: str
    days: int
    points: int


COLOUR_NAMES = {Colour.NORMAL: N_("一般督办"), Colour.YELLOW: N_("黄牌督办"), Colour.RED: N_("红牌督办")}


@cache
def grades() -> dict[Colour, Grade]:
    """From data/supervision.csv."""
    text = (files("maplegrid.rules") / "data" / "supervision.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        Colour(row["colour"]): Grade(
            Colour(row["colour"]), row["name_zh"], row["name_en"], int(row["days"]), int(row["points"])
        )
        for row in rows
    }


def above(colour: Colour) -> Colour | None:
    """What a supervision that was not answered is raised to; None above red."""
    ladder = list(Colour)
    at = ladder.index(colour) + 1
    return ladder[at] if at < len(ladder) else None


NOT_A_LEADER = Refusal("not_leading", N_("督办由社区书记、街道领导和区指挥中心提出"))


def why_not_supervise(actor: Actor, case: CaseView) -> Refusal | None:
    """May this person supervise this case? Leaders, within their own area, while it is open."""
    if refusal := why_not_see(actor, case):
        return refusal
    if not any(seat.role in LEADS and seat.path and case.path.startswith(seat.path) for seat in actor.seats):
        return NOT_A_LEADER
    if case.status not in OPEN:
        return Refusal("ended", N_("这件事已经结束，不用督办"))
    return None


def why_not_answer(actor: Actor, case: CaseView) -> Refusal | None:
    """May this person answer? Whoever handles cases and has it: its queue, the one who does it, or whom it was given."""
    if is_subject(actor, case) or not actor.holds(*HANDLING_ROLES):
        return NOT_THEIRS
    has_it = (
        case.assignee_id in actor.person_ids
        or case.unit_id in actor.unit_ids
        or case.body_id in actor.body_ids
        or case.accountable_id in actor.person_ids
    )
    return None if has_it else NOT_THEIRS


NOT_THEIRS = Refusal("not_theirs", N_("督办由这件事的承办单位回复"))
