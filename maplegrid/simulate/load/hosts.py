"""The demo district's hosts of 书记在线: a room in each street and community, hours of each secretary and deputy."""

from datetime import date, datetime, time

from maplegrid.rules.vocabulary import Level, Role
from maplegrid.secretary.models import DistrictHost, Room, WeeklyHours
from maplegrid.simulate.district import District
from maplegrid.simulate.load.tower import Ids

MORNING, AFTERNOON = (time(9), time(12)), (time(14), time(18))
WORKWEEK = (1, 2, 3, 4, 5)
# weekdays, hours, minutes of each meeting, also by video
HOURS = {
    Role.STREET_SECRETARY: ((2, 4), (MORNING,), 30, True),
    Role.STREET_DEPUTY: (WORKWEEK, (AFTERNOON,), 30, True),
    Role.COMMUNITY_SECRETARY: (WORKWEEK, (MORNING, AFTERNOON), 30, False),
    Role.DISTRICT_COMMAND: ((3,), (AFTERNOON,), 45, True),
}
LEADER = "district.leader1"


def load_hosts(district: District, ids: Ids) -> None:
    """Rooms, weekly hours, and whom the district names above a street secretary."""
    since = date(district.plan.now.year - 1, 1, 1)
    rooms = _rooms(district, ids)
    hosts = [
        s
        for s in district.staff
        if s.role in HOURS and (s.role != Role.DISTRICT_COMMAND or s.username == LEADER)
    ]
    WeeklyHours.objects.bulk_create(
        row
        for staff in hosts
        for row in _hours(ids.person[staff.username], staff.role, rooms[staff.unit], since)
    )
    named_at = datetime(since.year, 1, 1, tzinfo=district.plan.now.tzinfo)
    DistrictHost.objects.create(person_id=ids.person[LEADER], named_at=named_at)


def _rooms(district: District, ids: Ids) -> dict[str, Room]:
    """By unit code; every second community still has a step at its door."""
    rooms: dict[str, Room] = {}
    for level in (Level.DISTRICT, Level.STREET, Level.COMMUNITY):
        units = district.units[level]
        for row, (code, name, name_en) in enumerate(zip(units.code, units.name, units.name_en, strict=True)):
            rooms[code] = Room(
                name=f"{name}接访室",
                name_en=f"{name_en}, meeting room",
                unit_id=ids.unit[code],
                address=f"{name}群众诉求服务大厅一楼",
                accessible=level != Level.COMMUNITY or row % 2 == 0,
            )
    Room.objects.bulk_create(rooms.values())
    return rooms


def _hours(person_id: int, role: Role, room: Room, since: date) -> list[WeeklyHours]:
    weekdays, spans, minutes, video = HOURS[role]
    return [
        WeeklyHours(
            host_id=person_id, weekday=day, opens=opens, closes=closes, minutes=minutes, room=room, video=video, valid_from=since
        )
        for day in weekdays
        for opens, closes in spans
    ]  # fmt: skip
