"""Grid staff's own finds: a plain form, and the same door for a phone that sends what it kept in a dead spot."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from maplegrid.accounts.models import Person
from maplegrid.accounts.phone import phone_mark
from maplegrid.cases.views.desk import photos_of
from maplegrid.cases.views.doors import door_context, unit_hint
from maplegrid.kit.moment import now
from maplegrid.messaging.actions import Received, receive_message
from maplegrid.messaging.forms import PatrolForm
from maplegrid.messaging.models import Attachment, Message
from maplegrid.rules.vocabulary import GRID_ROLES, Channel
from maplegrid.territory.guard import desk


@desk(*sorted(GRID_ROLES))
@never_cache
@require_http_methods(["GET", "POST"])
def patrol(request: HttpRequest) -> HttpResponse:
    """Photo first, position with one tap. A phone's outbox asks for JSON, a page without scripts for the next page."""
    data = {**request.POST.dict(), "channel": Channel.PATROL} if request.method == "POST" else None
    form = PatrolForm(data)
    if data is not None and request.accepts("application/json") and not request.accepts("text/html"):
        return _answer_phone(request, form)
    if data is not None and form.is_valid():
        received, notes = _receive(request, form, now())
        for words in notes:
            messages.warning(request, words)
        messages.success(request, _("已上报：编号 {number}").format(number=received.message.number))
        return redirect("cases:inbox")
    return render(request, "cases/desk/patrol.html", door_context(request, form))


@desk(*sorted(GRID_ROLES))
@never_cache
@require_GET
def patrol_me(request: HttpRequest) -> JsonResponse:
    """Whose session this is, by the mark a phone knows, and the token its next POST needs."""
    return JsonResponse({"person": phone_mark(cast(Person, request.user)), "csrf": get_token(request)})


def _answer_phone(request: HttpRequest, form: PatrolForm) -> JsonResponse:
    """201 kept, 200 known already, 422 to be mended, 409 somebody else is signed in by now."""
    if request.POST.get("owner") != phone_mark(cast(Person, request.user)):
        return JsonResponse({"notes": [_("现在登录的是另一个人，没有发")]}, status=409)
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"notes": sentences}, status=422)
    received, notes = _receive(request, form, now())
    answer = {"number": received.message.number, "repeat": received.repeat, "notes": notes}
    return JsonResponse(answer, status=200 if received.repeat else 201)


def _receive(request: HttpRequest, form: PatrolForm, moment: datetime) -> tuple[Received, list[str]]:
    """Keep it, with sentences about photos that were not. The page's token makes a repeat harmless."""
    photos, notes = _photos(request, form, moment)
    raw = form.raw_message(
        channel=Channel.PATROL,
        sent_at=form.found_at(moment),
        registered_by_id=request.user.pk,
        unit_hint_id=unit_hint(request),
        photos=tuple(photo.pk for photo in photos),
    )
    return receive_message(raw=raw, actor=f"person:{request.user.pk}", now=moment), notes


def _photos(request: HttpRequest, form: PatrolForm, moment: datetime) -> tuple[list[Attachment], list[str]]:
    """A find that came before brings no second set of its photos."""
    token = form.cleaned_data["token"]
    if Message.objects.filter(channel=Channel.PATROL, external_id=token).exists():
        return [], []
    return photos_of(request, moment)
