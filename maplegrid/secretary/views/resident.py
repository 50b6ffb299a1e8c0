"""The resident's pages of 书记在线: writing, seeing and moving the appointment, reading the answer. No script needed."""

import secrets
from collections.abc import Callable
from typing import Any

from allauth.decorators import rate_limit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.forms.resident import first_error
from maplegrid.cases.views.resident import memory
from maplegrid.cases.views.resident.follow import mine, mine_or_404
from maplegrid.kit.crypto import sm3
from maplegrid.kit.moment import now
from maplegrid.kit.throttle import limit_posts
from maplegrid.messaging.actions import receive_message
from maplegrid.messaging.models import Message
from maplegrid.messaging.qr import read_door_code
from maplegrid.rules.secretary.answers import PARTS
from maplegrid.rules.secretary.life import BEFORE_MEETING, BOOKED, Stage
from maplegrid.rules.secretary.slots import spread
from maplegrid.rules.vocabulary import Channel
from maplegrid.secretary.actions.booking import agree, meeting_ahead, move
from maplegrid.secretary.actions.seating import name_conflict
from maplegrid.secretary.forms import WISHES, AgreeForm, LetterForm
from maplegrid.secretary.invitations import video_link
from maplegrid.secretary.models import Audience
from maplegrid.secretary.queries.hours import free_for
from maplegrid.territory.models import Door
from maplegrid.territory.words import sentence_of

CHOICES = 12


@never_cache
@require_http_methods(["GET", "POST"])
@limit_posts
def write(request: HttpRequest) -> HttpResponse:
    """The door to the secretary: open, or by the code of a building (`?door=`)."""
    door = read_door_code(request.GET.get("door", ""))
    form = LetterForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _receive(request, form, door)
    context = {
        "form": form,
        "token": request.POST.get("token", "")[:40] or secrets.token_urlsafe(16),
        "door": door,
        "wishes": WISHES,
    }
    return render(request, "secretary/resident/write.html", context, status=422 if form.is_bound else 200)


def _receive(request: HttpRequest, form: LetterForm, door: Door | None) -> HttpResponse:
    """Keep the letter and lead on to its page; the same page sent again leads there too."""
    moment, data = now(), form.cleaned_data
    said = "\n".join((data["words"], data["place"]))
    data["token"] = f"{data['token']}.{sm3(said.encode())[:12]}"
    elsewhere = bool(data["place"] or data["building"])
    raw = form.raw_message(
        channel=Channel.QR_BUILDING if door else Channel.WEB,
        building_id=door.building_id if door and not elsewhere else None,
        door_id=door.pk if door else None,
        language=get_language() or "",
        raw=form.letter(),
    )
    received = receive_message(raw=raw, actor="resident", now=moment)
    number = received.message.number
    memory.remember(request, number)
    if received.code:
        memory.keep_code(request, number, received.code, moment)
    return redirect("cases:follow", number)


def audience_of(message: Message) -> Audience | None:
    """The letter's audience, once it was taken up."""
    return (
        Audience.objects.select_related("case", "appeal__message", "host", "unit", "answer")
        .filter(appeal__message=message)
        .first()
    )


def appointment_of(audience: Audience) -> dict[str, Any]:
    """What the writer reads about it."""
    meeting = meeting_ahead(audience)
    return {
        "audience": audience,
        "meeting": meeting,
        "video_link": video_link(meeting) if meeting else "",
        "answer": getattr(audience, "answer", None),
        "can_agree": audience.stage == Stage.OFFERED,
        "can_move": audience.stage in (Stage.WAITING, *BOOKED) and audience.host_id is not None,
        "can_object": audience.stage in (*BEFORE_MEETING, Stage.WRITING) and audience.host_id is not None,
    }


@never_cache
@require_GET
def follow_panel(request: HttpRequest, number: str) -> HttpResponse:
    """The card on the follow page; nothing while the letter has not been taken up. Without HTMX: the whole page."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("secretary:appointment", number)
    message = mine(request, number)
    audience = audience_of(message) if message else None
    if audience is None:
        return HttpResponse("")
    context = {**appointment_of(audience), "number": number, "moment": now()}
    return render(request, "secretary/resident/_card.html", context)


@never_cache
@require_GET
def appointment(request: HttpRequest, number: str) -> HttpResponse:
    """When, where, with whom; confirm, move, or ask for somebody else."""
    message = mine(request, number)
    audience = audience_of(message) if message else None
    if message is None:
        return redirect("cases:find")
    if audience is None:
        return redirect("cases:follow", number)
    return _appointment(request, audience, number)


def _appointment(request: HttpRequest, audience: Audience, number: str, trouble: str = "") -> HttpResponse:
    moment = now()
    page = appointment_of(audience)
    slots = spread(free_for(audience, moment), CHOICES) if page["can_move"] else []
    context = {**page, "number": number, "moment": moment, "slots": slots, "trouble": trouble}
    return render(request, "secretary/resident/appointment.html", context, status=422 if trouble else 200)


@never_cache
@require_POST
@rate_limit(action="resident_step")
def appointment_step(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """One thing the writer does about the appointment."""
    audience = audience_of(mine_or_404(request, number))
    if audience is None or what not in STEPS:
        raise Http404(_("没有找到这件事"))
    form = AgreeForm(request.POST)
    trouble = first_error(form) or _try(request, audience, form, what)
    if not trouble:
        return redirect("secretary:appointment", number)
    audience.refresh_from_db()
    return _appointment(request, audience, number, trouble)


def _try(request: HttpRequest, audience: Audience, form: AgreeForm, what: str) -> str:
    """Do it; the sentence of whatever stood against it, else nothing."""
    try:
        messages.success(request, STEPS[what](audience, form.cleaned_data))
    except Refused as no:
        return sentence_of(no.refusal)
    except Faster:
        return _("刚刚有新的进展，请看一眼再试一次")
    return ""


def _agree(audience: Audience, data: dict[str, Any]) -> str:
    agree(audience_id=audience.pk, companion=data["companion"], now=now())
    return _("约好了。到时候见，前一天会再提醒您")


def _move(audience: Audience, data: dict[str, Any]) -> str:
    if data["starts"] is None:
        return _("请选一个时间")
    move(
        audience_id=audience.pk,
        starts_at=data["starts"],
        video=data["video"],
        companion=data["companion"],
        now=now(),
    )
    return _("改好了。到时候见，前一天会再提醒您")


def _object(audience: Audience, data: dict[str, Any]) -> str:
    name_conflict(audience_id=audience.pk, reason=data["text"], now=now())
    return _("已经换人。原来那位再也看不到这件事")


STEPS: dict[str, Callable[[Audience, dict[str, Any]], str]] = {
    "agree": _agree,
    "move": _move,
    "conflict": _object,
}


@never_cache
@require_GET
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The written answer, on one A4 page."""
    audience = audience_of(mine_or_404(request, number))
    written = getattr(audience, "answer", None)
    if written is None:
        raise Http404(_("还没有书面答复"))
    parts = [(_(words), getattr(written, part)) for part, words in PARTS.items()]
    context = {"audience": audience, "answer": written, "parts": parts, "number": number}
    return render(request, "secretary/answer.html", context)
