"""Who has a matter in hand at each level, and which body a subject leads to."""

from dataclasses import dataclass

from maplegrid.rules.lifecycle import Status
from maplegrid.rules.vocabulary import Channel, Level
from maplegrid.simulate.bodies import station_of
from maplegrid.simulate.district import District
from maplegrid.simulate.phrases import Talk

ENDED_EARLY = (Status.MERGED, Status.WITHDRAWN, Status.TRIAGE, Status.REGISTERED)
FINDERS = ("patrol", "patrol", "patrol", "info", "service", "chief")


@dataclass(frozen=True)
class Assigned:
    """Area code and body code answering for a matter, and staff rows; -1 where nobody was."""

    unit: str
    body: str
    reporter: int
    registrar: int
    handler: int
    checker: int


class Desks:
    """Looks up staff by sign-in name and bodies by the words they lead with."""

    def __init__(self, district: District) -> None:
        self._row = {person.username: row for row, person in enumerate(district.staff)}
        self._handle = {
            person.unit: person.username.split(".")[0]
            for person in district.staff
            if person.username.endswith((".chief", ".secretary"))
        }
        self._districtwide = {
            word: body.code for body in district.bodies if not body.unit for word in body.lead
        }
        self._sub_grid = district.units[Level.SUB_GRID].code
        self._home = district.buildings.sub_grid
        self._streets = district.units[Level.STREET].code
        self._area_leads = {word for body in district.bodies if body.unit for word in body.lead}

    def leads(self, word: str) -> bool:
        """Whether a district-wide body leads what `word` names."""
        return word in self._districtwide

    def assign(
        self,
        level: str,
        status: Status,
        talk: Talk,
        building: int,
        by_staff: bool,
        channel: Channel,
        turn: int,
    ) -> Assigned:
        """Everybody who has to do with one matter; `turn` spreads the work over posts and desks."""
        sub_grid = self._sub_grid[self._home[building]] if building >= 0 else ""
        street = sub_grid[:9] if sub_grid else self._streets[turn % len(self._streets)]
        body = self._body(level, status, talk, sub_grid)
        unit = {"sub_grid": sub_grid, "department": sub_grid, "community": sub_grid[:12]}.get(level, street)
        handler = -1 if status in ENDED_EARLY else self._handler(level, body, talk, sub_grid, street, turn)
        return Assigned(
            unit,
            body,
            self._staff(self._handle[sub_grid], FINDERS[turn % len(FINDERS)]) if by_staff else -1,
            self._registrar(channel, street, turn),
            handler,
            self._checker(level, sub_grid, turn) if status is Status.CLOSED else -1,
        )

    def _body(self, level: str, status: Status, talk: Talk, sub_grid: str) -> str:
        if level != "department" and status is not Status.DIVERTED:
            return ""
        if talk.lead in self._districtwide:
            return self._districtwide[talk.lead]
        if talk.lead == "派出所":
            return station_of(sub_grid[:12])
        return f"street.{self._handle[sub_grid[:9]]}.justice"

    def _handler(self, level: str, body: str, talk: Talk, sub_grid: str, street: str, turn: int) -> int:
        if body:
            return self._staff(body, "clerk1")
        if level == "sub_grid":
            return self._staff(self._handle[sub_grid], _post(talk.code))
        handle = self._handle[sub_grid[:12] if level == "community" else street]
        return self._staff(handle, f"desk{1 + turn % 2}")

    def _checker(self, level: str, sub_grid: str, turn: int) -> int:
        """The sub-grid's chief checks what the posts did; the community desk checks the rest."""
        if level == "sub_grid":
            return self._staff(self._handle[sub_grid], "chief")
        return self._staff(self._handle[sub_grid[:12]], f"desk{1 + turn % 2}")

    def _registrar(self, channel: Channel, street: str, turn: int) -> int:
        if channel is Channel.HALL:
            return self._staff(self._handle[street], "hall")
        return self._staff("district", f"hotline{1 + turn % 2}") if channel is Channel.HOTLINE else -1

    def _staff(self, handle: str, post: str) -> int:
        return self._row[f"{handle}.{post}"]


def _post(category: str) -> str:
    """Which of the three posts takes a category: safety and streets the patrol, services and disputes the service."""
    first = category[:2]
    return "patrol" if first in ("08", "09", "10", "11") else ("service" if first != "01" else "chief")
