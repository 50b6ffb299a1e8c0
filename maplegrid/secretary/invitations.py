"""iCalendar for hosts (RFC 5545, 5546): an invitation that a later one replaces, and a private calendar to subscribe.

Nothing about the matter stands in it: the number, the time and the place. Made with the `icalendar` library.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress

from maplegrid.accounts.models import Person
from maplegrid.kit.crypto import keyring
from maplegrid.kit.moment import CHINA
from maplegrid.secretary.models import Meeting

KEPT_FOR = timedelta(days=60)
STATUS = {
    Meeting.State.HELD: "TENTATIVE",
    Meeting.State.AGREED: "CONFIRMED",
    Meeting.State.MET: "CONFIRMED",
    Meeting.State.MISSED: "CANCELLED",
    Meeting.State.DROPPED: "CANCELLED",
}


def invitation(meeting: Meeting, now: datetime) -> bytes:
    """One meeting as an invitation, or as its cancellation; the same UID with a higher SEQUENCE each time."""
    state = STATUS[Meeting.State(meeting.state)]
    calendar = _calendar("CANCEL" if state == "CANCELLED" else "REQUEST")
    event = _event(meeting, now)
    event.add("organizer", vCalAddress(f"MAILTO:no-reply@{_site()}"))
    attendee = vCalAddress(f"MAILTO:{meeting.host.username}@{_site()}")
    attendee.params["CN"], attendee.params["RSVP"] = str(meeting.host), "FALSE"
    event.add("attendee", attendee)
    calendar.add_component(event)
    return calendar.to_ical()


def calendar_of(person: Person, now: datetime) -> bytes:
    """Every meeting of a host, for a calendar program that asks again by itself."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", _("接访"))
    for meeting in _meetings_of(person, now):
        calendar.add_component(_event(meeting, now))
    return calendar.to_ical()


def _meetings_of(person: Person, now: datetime) -> Iterable[Meeting]:
    rows = Meeting.objects.filter(host=person, starts_at__gte=now - KEPT_FOR)
    return rows.select_related("host", "room", "audience__case").order_by("starts_at")


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//MapleGrid//secretary//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(meeting: Meeting, now: datetime) -> Event:
    number = meeting.audience.case.number
    event = Event()
    event.add("uid", f"meeting-{meeting.pk}@{_site()}")
    event.add("sequence", meeting.serial)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at.astimezone(CHINA))
    event.add("dtend", meeting.ends_at.astimezone(CHINA))
    event.add("summary", _("接访 {number}").format(number=number))
    event.add("location", where(meeting))
    event.add("url", settings.PUBLIC_ADDRESS + reverse("secretary:letter", args=[number]))
    event.add("status", STATUS[Meeting.State(meeting.state)])
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("接访 {number}").format(number=number))
    alarm.add("trigger", timedelta(minutes=-30))
    event.add_component(alarm)
    return event


def where(meeting: Meeting) -> str:
    """The room with its address, or the video link (the words alone where the district has no video service)."""
    if meeting.room:
        return "，".join(part for part in (meeting.room.name, meeting.room.address) if part)
    return video_link(meeting) or _("视频")


def video_link(meeting: Meeting) -> str:
    """The district's video service with the meeting's own room; "" without a service."""
    if not (settings.VIDEO_ADDRESS and meeting.video_key):
        return ""
    return f"{settings.VIDEO_ADDRESS.rstrip('/')}/{meeting.video_key}"


def _site() -> str:
    return settings.PUBLIC_ADDRESS.split("://", 1)[-1].split("/")[0].split(":")[0]


def token_of(person: Person) -> str:
    """Opens this person's calendar and nothing else."""
    return f"{person.pk}-{_mark(person.pk)}"


def _mark(person_id: int) -> str:
    return keyring().index(f"calendar:{person_id}")[:32]


def person_of(token: str) -> Person | None:
    """Whose calendar this token opens; None for anything that was not made here."""
    number, _dash, mark = token.partition("-")
    if (
        not number.isdecimal()
        or len(number) > 9
        or not hmac.compare_digest(_mark(int(number)).encode(), mark.encode())
    ):
        return None
    return Person.objects.filter(pk=int(number), is_active=True).first()
