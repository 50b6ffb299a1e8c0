"""The host's pages: today on a phone, the standing hours, and calendars."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.change import Refused
from maplegrid.kit.moment import CHINA, now
from maplegrid.kit.words import WEEKDAYS
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.hosts import HOST_ROLES
from maplegrid.rules.vocabulary import N_, Refusal, Role
from maplegrid.secretary.actions.hours import (
    NOT_YOUR_HOURS,
    add_weekly,
    change_hours,
    drop_change,
    end_for_district,
    end_weekly,
    name_for_district,
)
from maplegrid.secretary.forms import HoursForm
from maplegrid.secretary.invitations import calendar_of, invitation, person_of, token_of, where
from maplegrid.secretary.models import ChangedHours, DistrictHost, Meeting, Room, WeeklyHours
from maplegrid.secretary.queries.desk import today_of
from maplegrid.secretary.queries.scope import audiences_visible_to
from maplegrid.secretary.views.desk import READERS
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import valid_on
from maplegrid.territory.words import sentence_of

NOT_FILLED = Refusal("not_filled", N_("请把时间填完整"))
CALENDAR = "text/calendar; charset=utf-8"
DESKS = frozenset({Role.DISTRICT_COMMAND, Role.STREET_DESK, Role.COMMUNITY_DESK})


@desk(*READERS)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Today's meetings, the clocks at risk, what was promised."""
    moment = now()
    page = today_of(actor_in(request), moment)
    context = {"page": page, "moment": moment, "calendar": _calendar_address(request), "where": where}
    return render(request, "secretary/today.html", context)


def _calendar_address(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("secretary:calendar", args=[token_of(_me(request))]))


def _me(request: HttpRequest) -> Person:
    assert isinstance(request.user, Person)
    return request.user


@desk(*READERS)
@require_GET
def meeting_file(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One invitation for the calendar of the host or their desk."""
    meeting = (
        Meeting.objects.select_related("host", "room", "audience__case")
        .filter(pk=meeting_id, audience__in=audiences_visible_to(actor_in(request)))
        .first()
    )
    if meeting is None:
        raise Http404(_("没有找到这件事，或者它不在您负责的范围内"))
    response = HttpResponse(invitation(meeting, now()), content_type=CALENDAR)
    response["Content-Disposition"] = f'attachment; filename="meeting-{meeting.pk}.ics"'
    return response


@never_cache
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A host's calendar for a program that cannot sign in: the address itself is the key."""
    person = person_of(token)
    if person is None:
        raise Http404(_("没有找到这个日历"))
    return HttpResponse(calendar_of(person, now()), content_type=CALENDAR)


def hosts_of(actor: Actor) -> list[Person]:
    """Whose hours this person may change: their own if they host, and those of hosts in their desk's area."""
    moment = now()
    rows = Assignment.objects.filter(valid_on(moment.date()), role__in=sorted(HOST_ROLES), unit__isnull=False)
    areas = [s.path for s in actor.seats if s.path and s.role in DESKS]
    own = set(actor.person_ids)
    able = {
        row.person_id
        for row in rows.select_related("unit")
        if row.person_id in own or (row.unit and any(row.unit.path.startswith(area) for area in areas))
    }
    named = set(DistrictHost.objects.filter(ended_at=None).values_list("person_id", flat=True))
    able |= named & own if not actor.holds(Role.DISTRICT_COMMAND) else named
    return list(Person.objects.filter(pk__in=able, is_active=True).order_by("pk"))


@desk(*READERS)
@require_GET
def hours(request: HttpRequest) -> HttpResponse:
    """One host's week and what changes it."""
    hosts = hosts_of(actor_in(request))
    wanted = request.GET.get("host", "")
    chosen = next((host for host in hosts if str(host.pk) == wanted), None) or _first(request, hosts)
    return render(request, "secretary/hours.html", {**_hours_of(request, chosen), "hosts": hosts})


def _first(request: HttpRequest, hosts: list[Person]) -> Person | None:
    own = next((host for host in hosts if host.pk in actor_in(request).person_ids), None)
    return own or next(iter(hosts), None)


def _hours_of(request: HttpRequest, host: Person | None) -> dict[str, Any]:
    moment = now()
    mine = WeeklyHours.objects.filter(host=host).select_related("room")
    district = actor_in(request).holds(Role.DISTRICT_COMMAND)
    return {
        "host": host,
        "weekly": [(_(WEEKDAYS[row.weekday - 1]), row) for row in mine.filter(valid_to=None)] if host else [],
        "changes": list(ChangedHours.objects.filter(host=host, ends_at__gt=moment).select_related("room")),
        "rooms": list(Room.objects.filter(active=True).select_related("unit")),
        "weekdays": [(n, _(words)) for n, words in enumerate(WEEKDAYS, start=1)],
        "moment": moment,
        "named": DistrictHost.objects.filter(ended_at=None).select_related("person") if district else [],
        "to_name": _able_to_be_named() if district else [],
    }


def _able_to_be_named() -> list[Person]:
    roles = sorted({*HOST_ROLES, Role.DISTRICT_COMMAND} - {Role.COMMUNITY_SECRETARY})
    rows = Assignment.objects.filter(valid_on(now().date()), role__in=roles)
    return list(Person.objects.filter(pk__in=rows.values("person_id"), is_active=True).order_by("pk"))


@desk(*READERS)
@require_POST
def hours_step(request: HttpRequest, what: str) -> HttpResponse:
    """Add or end hours, go away for a time, add extra times."""
    host = next((one for one in hosts_of(actor_in(request)) if str(one.pk) == request.POST.get("host")), None)
    form = HoursForm(request.POST)
    if host is None:
        messages.error(request, sentence_of(NOT_YOUR_HOURS))
        return redirect("secretary:hours")
    if what not in HOURS_STEPS:
        raise Http404(_("没有找到这件事"))
    if not form.is_valid():
        messages.error(request, next(str(errors[0]) for errors in form.errors.values()))
    else:
        try:
            HOURS_STEPS[what](request, host, form.cleaned_data)
        except Refused as no:
            messages.error(request, sentence_of(no.refusal))
        else:
            messages.success(request, _("接访时间改好了"))
    return redirect(f"{reverse('secretary:hours')}?host={host.pk}")


def _weekly(request: HttpRequest, host: Person, data: dict[str, Any]) -> None:
    if not (data["weekday"] and data["opens"] and data["closes"]):
        raise Refused(NOT_FILLED)
    row = WeeklyHours(
        host=host,
        weekday=data["weekday"],
        opens=data["opens"],
        closes=data["closes"],
        minutes=data["minutes"] or 30,
        room=_room(data["room"]),
        video=data["video"],
    )
    add_weekly(hours=row, actor=actor_in(request), now=now())


def _end(request: HttpRequest, host: Person, data: dict[str, Any]) -> None:
    row = WeeklyHours.objects.filter(host=host, pk=_number(request, "hours"), valid_to=None).first()
    if row:
        end_weekly(hours=row, actor=actor_in(request), now=now())


def _change(request: HttpRequest, host: Person, data: dict[str, Any]) -> None:
    if not (data["starts"] and data["ends"]):
        raise Refused(NOT_FILLED)
    row = ChangedHours(
        host=host,
        starts_at=data["starts"].astimezone(CHINA),
        ends_at=data["ends"].astimezone(CHINA),
        minutes=data["minutes"],
        room=_room(data["room"]) if data["minutes"] else None,
        video=data["video"],
        reason=data["reason"],
    )
    change_hours(change=row, actor=actor_in(request), now=now())


def _drop(request: HttpRequest, host: Person, data: dict[str, Any]) -> None:
    row = ChangedHours.objects.filter(host=host, pk=_number(request, "change")).first()
    if row:
        drop_change(change=row, actor=actor_in(request), now=now())


def _room(pk: int | None) -> Room | None:
    return Room.objects.filter(pk=pk or 0, active=True).first()


def _number(request: HttpRequest, name: str) -> int:
    words = request.POST.get(name, "")
    return int(words) if words.isdecimal() and len(words) < 10 else 0


HOURS_STEPS = {"weekly": _weekly, "end": _end, "change": _change, "drop": _drop}


@desk(Role.DISTRICT_COMMAND)
@require_POST
def named(request: HttpRequest) -> HttpResponse:
    """The district names, or no longer names, somebody above the street secretaries."""
    actor, moment = actor_in(request), now()
    ended = DistrictHost.objects.filter(pk=_number(request, "end"), ended_at=None).first()
    able = {person.pk for person in _able_to_be_named()}
    if ended:
        end_for_district(row=ended, actor=actor, now=moment)
    elif _number(request, "person") in able:
        name_for_district(person_id=_number(request, "person"), actor=actor, now=moment)
    return redirect("secretary:hours")
