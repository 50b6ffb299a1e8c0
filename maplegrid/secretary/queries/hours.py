"""A host's slots: read from the tables, cut by the rules, less what is taken."""

from datetime import date, datetime, timedelta

from maplegrid.accounts.models import Delegation
from maplegrid.kit.moment import CHINA
from maplegrid.rules.calendar import CalendarUnknown, default_calendar
from maplegrid.rules.secretary.slots import HORIZON, DayChange, Place, Slot, Weekly, free_slots, slots_between
from maplegrid.secretary.models import Audience, ChangedHours, Room, Taken, WeeklyHours


def is_open(day: date) -> bool:
    """Whether it is no public holiday; in a year nobody has published yet, the host's own week decides.

    A host may meet on weekends; a Saturday is a holiday when its Friday is one, a Sunday when its Monday is.
    """
    beside = {6: day - timedelta(days=1), 7: day + timedelta(days=1)}.get(day.isoweekday(), day)
    try:
        return default_calendar().is_working_day(beside)
    except CalendarUnknown:
        return True


def slots_of(host_id: int, now: datetime) -> list[Slot]:
    """Every slot of this host from now to the horizon, taken or not."""
    weekly = [
        Weekly(row.weekday, row.opens, row.closes, row.minutes, _place(row.room, row.video), row.valid_from, row.valid_to)
        for row in WeeklyHours.objects.filter(host_id=host_id).select_related("room")
    ]  # fmt: skip
    changes = [
        DayChange(row.starts_at, row.ends_at, row.minutes, _place(row.room, row.video))
        for row in ChangedHours.objects.filter(host_id=host_id, ends_at__gt=now).select_related("room")
    ]
    away = [
        DayChange(row.valid_from, row.valid_to)
        for row in Delegation.objects.filter(person_id=host_id, valid_to__gt=now)
    ]
    today = now.astimezone(CHINA).date()
    return slots_between(weekly, [*changes, *away], today, today + HORIZON, CHINA, is_open)


def _place(room: Room | None, video: bool) -> Place:
    if room is None or not room.active:
        return Place(video=video)
    return Place(room.pk, room.accessible, video)


def taken_of(host_id: int, slots: list[Slot]) -> set[tuple[str, int, datetime]]:
    """What is taken of the host and of the rooms of these slots."""
    if not slots:
        return set()
    span = Taken.objects.filter(cell_at__gte=slots[0].starts, cell_at__lt=max(slot.ends for slot in slots))
    rooms = {slot.room_id for slot in slots if slot.room_id}
    host = span.filter(kind="host", key=host_id)
    return {
        (kind, key, cell.astimezone(CHINA))
        for kind, key, cell in host.union(span.filter(kind="room", key__in=rooms)).values_list(
            "kind", "key", "cell_at"
        )
    }


def free_for(audience: Audience, now: datetime) -> list[Slot]:
    """The slots this writer may have with their host, by what they need."""
    if audience.host_id is None:
        return []
    slots = slots_of(audience.host_id, now)
    return free_slots(
        slots,
        taken_of(audience.host_id, slots),
        audience.host_id,
        now,
        video=audience.video,
        accessible=audience.accessible,
    )
