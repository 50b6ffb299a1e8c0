"""The doors: home, and one report page that is entered openly, by the code on a door, or by a relayed link."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from maplegrid.cases.queries.follow import joinable_in, open_matters_in, promise_for
from maplegrid.cases.views.resident import memory
from maplegrid.cases.views.resident.photos import take_photos
from maplegrid.cases.words import person_words, unit_words
from maplegrid.kit.crypto import sm3
from maplegrid.kit.moment import now
from maplegrid.kit.throttle import limit_posts
from maplegrid.messaging.actions import receive_message
from maplegrid.messaging.forms import ReportForm
from maplegrid.messaging.models import Message
from maplegrid.messaging.qr import read_door_code
from maplegrid.messaging.relay import read_relay
from maplegrid.rules.vocabulary import Channel
from maplegrid.territory.models import Building, Unit
from maplegrid.territory.queries import tower

ME_TOO = "我家也是"  # what the button says for somebody who wrote nothing else; staff read it


@dataclass(frozen=True)
class Doorway:
    """How somebody came in, and what that says about the place."""

    channel: Channel
    building: Building | None = None
    unit: Unit | None = None
    door_id: int | None = None
    relay_id: int | None = None
    how: str = ""

    @property
    def building_id(self) -> int | None:
        return self.building.pk if self.building else None

    @property
    def unit_id(self) -> int | None:
        if self.building:
            return self.building.grid_id
        return self.unit.pk if self.unit else None

    @property
    def unit_name(self) -> str:
        """The sub-grid of the place, by name."""
        sub_grid = tower().sub_grid_of(self.unit_id) if self.unit_id else None
        return unit_words(tower().by_id[sub_grid]) if sub_grid else ""


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Residents start here; staff who are signed in go to their desk."""
    if request.user.is_authenticated:
        return redirect("cases:inbox")
    return render(request, "cases/resident/home.html")


@never_cache
@require_http_methods(["GET", "POST"])
@limit_posts
def report(request: HttpRequest) -> HttpResponse:
    """The open door."""
    return _report(request, Doorway(Channel.WEB))


@never_cache
@require_http_methods(["GET", "POST"])
@limit_posts
def report_at_door(request: HttpRequest, code: str) -> HttpResponse:
    """By the code on a door."""
    door = read_door_code(code)
    if door is None:
        messages.warning(request, _("这个码认不出来。请直接写在哪里，一样能收到"))
        return redirect("cases:report")
    how = _("扫门口的码认出来的")
    return _report(request, Doorway(Channel.QR_BUILDING, building=door.building, door_id=door.pk, how=how))


@never_cache
@require_http_methods(["GET", "POST"])
@limit_posts
def report_by_relay(request: HttpRequest, token: str) -> HttpResponse:
    """By the link a grid worker dropped into a group; nothing of the group is read."""
    link = read_relay(token, now())
    if link is None:
        messages.warning(request, _("这个链接已经过期。请直接写在哪里，一样能收到"))
        return redirect("cases:report")
    how = _("{person}发的链接，群里的聊天我们不看").format(person=person_words(link.person))
    doorway = Doorway(Channel.RELAY, building=link.building, unit=link.unit, relay_id=link.pk, how=how)
    return _report(request, doorway)


def _report(request: HttpRequest, doorway: Doorway) -> HttpResponse:
    if request.method != "POST":
        return _page(request, doorway, ReportForm(), secrets.token_urlsafe(16))
    form = ReportForm(_filled(request.POST, doorway))
    if form.is_valid():
        return _receive(request, form, doorway)
    token = request.POST.get("token", "")[:60] or secrets.token_urlsafe(16)
    photos = take_photos(request, now(), room=_room(request, token))
    memory.keep_photos(request, token, [*memory.kept_photos(request, token), *(p.pk for p in photos)])
    return _page(request, doorway, form, token, status=422)


def _filled(data: QueryDict, doorway: Doorway) -> QueryDict:
    """One tap on "me too" is enough; nobody has to write the same again."""
    if data.get("words", "").strip() or not _me_too(data.get("me_too_of", ""), doorway):
        return data
    data = data.copy()
    data["words"] = ME_TOO
    return data


def _page(
    request: HttpRequest, doorway: Doorway, form: ReportForm, token: str, status: int = 200
) -> HttpResponse:
    moment = now()
    context = {
        "form": form,
        "token": token,
        "doorway": doorway,
        "matters": open_matters_in(doorway.building) if doorway.building else [],
        "promise": promise_for(doorway.unit_id, moment),
        "moment": moment,
        "room": _room(request, token),
        "kept": len(memory.kept_photos(request, token)),
    }
    return render(request, "cases/resident/report.html", context, status=status)


def _room(request: HttpRequest, token: str) -> int:
    """How many photos this page may still take."""
    return max(0, settings.PHOTOS_PER_MESSAGE - len(memory.kept_photos(request, token)))


def _receive(request: HttpRequest, form: ReportForm, doorway: Doorway) -> HttpResponse:
    """Keep the message and lead on to its page; the same page sent again leads there too."""
    moment, data = now(), form.cleaned_data
    page, data["token"] = data["token"], _name_of(data)
    data["me_too_of"] = _me_too(data["me_too_of"], doorway)
    raw = form.raw_message(
        channel=doorway.channel,
        building_id=None if _is_elsewhere(data) else doorway.building_id,
        door_id=doorway.door_id,
        unit_hint_id=doorway.unit.pk if doorway.unit else None,
        relay_id=doorway.relay_id,
        language=get_language() or "",
        photos=_photos(request, doorway, data["token"], page, moment),
    )
    received = receive_message(raw=raw, actor="resident", now=moment)
    number = received.message.number
    memory.forget_photos(request, page)
    memory.remember(request, number)
    if received.code:
        memory.keep_code(request, number, received.code, moment)
    return redirect("cases:follow", number)


def _name_of(data: dict[str, Any]) -> str:
    """The page's token with what was said on it: a second tap is the same message, other words are another one.

    A browser may bring an old page back with its old token; what is then written must not be taken for a repeat.
    """
    said = "\n".join((data["words"], data["place"], data["me_too_of"]))
    return f"{data['token']}.{sm3(said.encode())[:12]}"


def _is_elsewhere(data: dict[str, Any]) -> bool:
    """Whether another place was written or pointed at than the one of the door."""
    return bool(data["place"] or data["building"] or data["lon"] is not None)


def _me_too(number: str, doorway: Doorway) -> str:
    """Only a matter shown at this door can be joined: a guessed number opens nobody's page."""
    shown = doorway.building is not None and joinable_in(doorway.building).filter(number=number).exists()
    return number if shown else ""


def _photos(
    request: HttpRequest, doorway: Doorway, name: str, page: str, moment: datetime
) -> tuple[int, ...]:
    """Photos kept before and those sent now; none are stored again for a message that came before."""
    kept = memory.kept_photos(request, page)
    if not request.FILES and not kept:
        return ()
    if Message.objects.filter(channel=doorway.channel, external_id=name).exists():
        return ()
    fresh = take_photos(request, moment, room=_room(request, page))
    return (*kept, *(photo.pk for photo in fresh))
