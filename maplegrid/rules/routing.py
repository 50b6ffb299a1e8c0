"""Where a new case goes: whose queue, what status, and whether it is sealed.

The first receiver stays responsible until somebody else has taken over (首接负责制; 北京市接诉即办工作条例 Art 14).
A report never goes to its subject (信访工作条例 Art 30): reports against officials start at the district, sealed.
"""

from dataclasses import dataclass

from maplegrid.rules.lifecycle import Status
from maplegrid.rules.vocabulary import N_, Level


@dataclass(frozen=True)
class Place:
    """The units a message was located to, as deep as is known; ids from `territory`."""

    district_id: int
    street_id: int | None = None
    community_id: int | None = None
    sub_grid_id: int | None = None


@dataclass(frozen=True)
class Destination:
    """The unit whose queue takes the case, its first status, and why."""

    unit_id: int
    level: Level
    status: Status
    sealed: bool
    reason: str


def decide_destination(
    place: Place, *, triage: str | None, sealed: bool, wary: bool, avoid: frozenset[int] = frozenset()
) -> Destination:
    """The queue for a new case.

    `triage` is the reason why a person must look first; `sealed` a report against an official that is certain;
    `wary` one that only might be, which a street looks at before the sub-grid sees it. `avoid` are units the
    report is about: neither they nor anything below them may receive it.
    """
    if sealed:
        return Destination(
            place.district_id, Level.DISTRICT, Status.TRIAGE, True, N_("反映干部或单位，由区里密封分办")
        )
    if triage or wary or avoid & {place.sub_grid_id, place.community_id}:
        return _triage_desk(place, triage or N_("可能反映本地工作人员，先由街道看一眼"), avoid)
    if place.street_id in avoid:
        return _triage_desk(place, N_("反映的是街道，由区里分办"), avoid)
    if place.sub_grid_id is not None:
        return Destination(
            place.sub_grid_id, Level.SUB_GRID, Status.DISPATCHED, False, N_("地点在这个小分格")
        )
    if place.community_id is not None:
        return Destination(
            place.community_id, Level.COMMUNITY, Status.TRIAGE, False, N_("知道社区，小分格由社区定")
        )
    return _triage_desk(place, N_("还不知道在哪个小分格"), avoid)


def _triage_desk(place: Place, reason: str, avoid: frozenset[int]) -> Destination:
    """The street's triage desk, or the district's when no street is known or the report is about it."""
    if place.street_id is not None and place.street_id not in avoid:
        return Destination(place.street_id, Level.STREET, Status.TRIAGE, False, reason)
    return Destination(place.district_id, Level.DISTRICT, Status.TRIAGE, False, reason)


@dataclass(frozen=True)
class Asked:
    """What somebody asked for at a door beside having a matter settled: its time limits, and why a desk looks first."""

    profile: str
    why_desk: str


# By the word in a message's `raw["asks"]`. Whoever does it hears `case.asked` (config/wiring.py).
ASKED: dict[str, Asked] = {"secretary": Asked("SEC", N_("写给书记的信，先定级别、定由谁见"))}
# What was asked for in confidence: neither shown to neighbours nor to everybody who looks after the area.
PRIVATE_PROFILES = frozenset(asked.profile for asked in ASKED.values())
# Whatever else is asked for, danger keeps its own limits.
NEVER_DROPPED = frozenset({"P0", "P1"})
