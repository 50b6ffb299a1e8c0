"""Doors that staff open for somebody else: hall, hotline, and relaying with consent."""

import secrets
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maplegrid.cases.views.desk import kept_photos
from maplegrid.kit.moment import now
from maplegrid.messaging.actions import receive_message
from maplegrid.messaging.forms import DeskForm, RelayForm, ReportForm
from maplegrid.messaging.qr import picture
from maplegrid.messaging.relay import make_relay
from maplegrid.rules.vocabulary import GRID_ROLES, REGISTERING_ROLES, Channel
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.models import Building
from maplegrid.territory.queries import tower


@desk(*sorted(REGISTERING_ROLES))
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Hall and hotline: on behalf of a caller."""
    form = DeskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        number, code = _receive(request, form, Channel(form.cleaned_data["channel"]))
        messages.success(
            request,
            _("已登记：编号 {number}，查询码 {code}，请告诉来电或来访的人").format(number=number, code=code),
        )
        return redirect("cases:register")
    return render(request, "cases/desk/register.html", door_context(request, form))


@desk(*sorted(GRID_ROLES))
@require_http_methods(["GET", "POST"])
def relay(request: HttpRequest) -> HttpResponse:
    """One tap makes a link for a group; or the worker passes on one person's words with recorded consent."""
    form = RelayForm(request.POST if request.POST.get("what") == "words" else None)
    context = door_context(request, form)
    if request.POST.get("what") == "link":
        context["link"] = _make_link(request)
        context["qr"] = picture(context["link"])
    elif request.method == "POST" and form.is_valid():
        number, _code = _receive(request, form, Channel.RELAY, consent=_consent(form))
        messages.success(request, _("已转报：编号 {number}").format(number=number))
        return redirect("cases:inbox")
    return render(request, "cases/desk/relay.html", context)


def _consent(form: RelayForm) -> dict[str, Any]:
    named = form.cleaned_data["named"]
    return {"how": form.cleaned_data["consent_how"], "named": named, "at": now().isoformat()}


def _make_link(request: HttpRequest) -> str:
    seat = next(seat for seat in actor_in(request).seats if seat.role in GRID_ROLES)
    words = request.POST.get("building", "").strip()
    building = Building.objects.filter(name=words, path__startswith=seat.path).first() if words else None
    link = make_relay(
        person=request.user,  # type: ignore[arg-type]
        unit=tower().by_id[seat.unit_id or 0],
        building=building,
        group_name=request.POST.get("group", ""),
        now=now(),
    )
    return f"{settings.PUBLIC_ADDRESS}/r/{link.token}"


def door_context(request: HttpRequest, form: ReportForm) -> dict[str, Any]:
    """What each of these pages shows: the form, the token that names what is sent from it, the place."""
    return {
        "form": form,
        "token": request.POST.get("token") or secrets.token_urlsafe(16),
        "place": actor_in(request).seats[0].words,
    }


def _receive(
    request: HttpRequest, form: ReportForm, channel: Channel, consent: dict[str, Any] | None = None
) -> tuple[str, str | None]:
    """Keep it through the same door as everything else."""
    moment = now()
    unnamed = consent is not None and not consent["named"]
    raw = form.raw_message(
        channel=channel,
        registered_by_id=request.user.pk,
        consent=consent or {},
        unit_hint_id=unit_hint(request),
        photos=tuple(photo.pk for photo in kept_photos(request, moment)),
    )
    if unnamed:
        raw = replace(raw, anonymous=True)
    received = receive_message(raw=raw, actor=f"person:{request.user.pk}", now=moment)
    return received.message.number, received.code


def unit_hint(request: HttpRequest) -> int | None:
    """Grid staff report from their own sub-grid; a desk's caller may be anywhere."""
    return next((seat.unit_id for seat in actor_in(request).seats if seat.role in GRID_ROLES), None)
