"""Who meets. The level names a role; somebody the letter is about is passed over for the next host up.

Automatic recusal is this product's reading of the article's "never by someone the appeal complains about" and of
信访工作条例 Art 30 (nothing goes to whom it is about).
"""

import csv
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from maplegrid.rules.secretary.level import MeetingLevel
from maplegrid.rules.vocabulary import N_, Role

DATA = files("maplegrid.rules.data")
# From the nearest host upwards; above the last one the district names somebody.
LADDER: tuple[Role, ...] = (Role.COMMUNITY_SECRETARY, Role.STREET_DEPUTY, Role.STREET_SECRETARY)
HOST_ROLES = frozenset(LADDER)


@dataclass(frozen=True)
class Choice:
    """Who meets, in which role (None: named by the district), and who was passed over because of a conflict.

    `person_id` None: the ladder is at its end, and the district has to name somebody.
    """

    person_id: int | None
    role: Role | None
    recused: tuple[int, ...] = ()


def host_table(rows: Iterable[Mapping[str, str]]) -> dict[MeetingLevel, Role]:
    """Level → role of the host. Raises ValueError unless each level has exactly one host of the ladder."""
    table: dict[MeetingLevel, Role] = {}
    for row in rows:
        level, role = MeetingLevel(int(row["level"])), Role(row["role"])
        if role not in HOST_ROLES or level in table:
            raise ValueError(N_("每一级只能写一个接访人，由社区书记、街道分管领导或街道书记担任"))
        table[level] = role
    if set(table) != set(MeetingLevel):
        raise ValueError(N_("三个级别都要写由谁接访"))
    return table


@lru_cache
def default_host_table() -> Mapping[MeetingLevel, Role]:
    """The article's table."""
    with (DATA / "secretary_hosts.csv").open(encoding="utf-8-sig") as file:
        return host_table(csv.DictReader(file))


def ladder_from(role: Role) -> tuple[Role, ...]:
    """This host and those above, nearest first."""
    return LADDER[LADDER.index(role) :]


def choose_host(
    role: Role, seats: Mapping[Role, Sequence[int]], named: Sequence[int], barred: Container[int]
) -> Choice:
    """The host of a letter.

    `seats` are the people in charge of such matters by role, whoever answers first at the front; a role that nobody
    fills is passed over. Somebody barred is not replaced by a colleague of the same rank but by the next rank.
    `named` are those the district names above a street secretary.
    """
    recused: list[int] = []
    for rank in ladder_from(role):
        first = next(iter(seats.get(rank, ())), None)
        if first is None:
            continue
        if first not in barred:
            return Choice(first, rank, tuple(recused))
        recused.append(first)
    free = next((person for person in named if person not in barred), None)
    return Choice(free, None, tuple(recused))
