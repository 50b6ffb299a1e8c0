"""The resident's pages: report, follow, add, answer, rate, re-open, withdraw. No account, no script needed."""

import secrets
from typing import Any

from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.cases.actions import resident
from maplegrid.cases.actions.change import Faster, Refused
from maplegrid.cases.models import Appeal
from maplegrid.cases.queries.follow import (
    FollowPage,
    follow_page,
    message_with_code,
    open_matters_in,
    promise_for,
)
from maplegrid.cases.views.desk import sentence
from maplegrid.kit.moment import now
from maplegrid.messaging.actions import keep_photo, receive_message
from maplegrid.messaging.forms import ReportForm
from maplegrid.messaging.models import Attachment, Message
from maplegrid.messaging.photos import photo_response
from maplegrid.messaging.qr import read_door_code
from maplegrid.messaging.relay import read_relay
from maplegrid.rules.vocabulary import N_, POLICE_FIRST_FLAGS, Channel, Refusal
from maplegrid.territory.models import Building, Station
from maplegrid.territory.queries import is_open, nearest_stations, tower

FOLLOWED = "followed"


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Residents start here; staff who are signed in go to their desk."""
    if request.user.is_authenticated:
        return redirect("cases:inbox")
    return render(request, "cases/resident/home.html")


@require_http_methods(["GET", "POST"])
@rate_limit(action="report")
def report(request: HttpRequest) -> HttpResponse:
    """The open door."""
    return _report(request, Channel.WEB, {})


@require_http_methods(["GET", "POST"])
@rate_limit(action="report")
def report_at_door(request: HttpRequest, code: str) -> HttpResponse:
    """By the code on a door."""
    door = read_door_code(code)
    if door is None:
        messages.warning(request, _("这个码认不出来。请直接写在哪里，一样能收到"))
        return redirect("cases:report")
    return _report(
        request,
        Channel.QR_BUILDING,
        {"building": door.building, "door_id": door.pk, "how": _("扫门口的码认出来的")},
    )


@require_http_methods(["GET", "POST"])
@rate_limit(action="report")
def report_by_relay(request: HttpRequest, token: str) -> HttpResponse:
    """By the link a grid worker dropped into a group; nothing of the group is read."""
    link = read_relay(token, now())
    if link is None:
        messages.warning(request, _("这个链接已经过期。请直接写在哪里，一样能收到"))
        return redirect("cases:report")
    how = _("{person}发的链接，群里的聊天我们不看").format(person=link.person)
    return _report(
        request,
        Channel.RELAY,
        {"building": link.building, "unit": link.unit, "relay_id": link.pk, "how": how},
    )


def _report(request: HttpRequest, channel: Channel, place: dict[str, Any]) -> HttpResponse:
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _receive(request, form, channel, place)
    building: Building | None = place.get("building")
    unit_id = building.grid_id if building else (place["unit"].pk if place.get("unit") else None)
    moment = now()
    context = {
        "form": form,
        "token": request.POST.get("token") or secrets.token_urlsafe(16),
        "building": building,
        "unit": _sub_grid_name(unit_id),
        "how": place.get("how", ""),
        "matters": open_matters_in(building) if building else [],
        "promise": promise_for(unit_id, moment),
        "moment": moment,
        "max_photos": settings.PHOTOS_PER_MESSAGE,
        "photos_lost": request.method == "POST" and bool(request.FILES),
    }
    return render(
        request, "cases/resident/report.html", context, status=422 if request.method == "POST" else 200
    )


def _sub_grid_name(unit_id: int | None) -> str:
    sub_grid = tower().sub_grid_of(unit_id) if unit_id else None
    return tower().by_id[sub_grid].name if sub_grid else ""


def _receive(request: HttpRequest, form: ReportForm, channel: Channel, place: dict[str, Any]) -> HttpResponse:
    moment = now()
    building: Building | None = place.get("building")
    elsewhere = bool(form.cleaned_data["place"])
    raw = form.raw_message(
        channel=channel,
        building_id=building.pk if building and not elsewhere else None,
        door_id=place.get("door_id"),
        unit_hint_id=place["unit"].pk if place.get("unit") else None,
        relay_id=place.get("relay_id"),
        language=get_language() or "",
        photos=_photos(request, moment),
    )
    received = receive_message(raw=raw, actor="resident", now=moment)
    number = received.message.number
    request.session[FOLLOWED] = [*request.session.get(FOLLOWED, [])[-19:], number]
    if received.code:
        request.session[f"code:{number}"] = received.code
    return redirect("cases:follow", number)


def _photos(request: HttpRequest, moment: Any) -> tuple[int, ...]:
    """Keep what can be read; say which could not. The words are never held up by a photo."""
    kept = []
    for upload in request.FILES.getlist("photos")[: settings.PHOTOS_PER_MESSAGE]:
        result = keep_photo(upload, message=None, uploaded_by=None, now=moment)
        if isinstance(result, Refusal):
            messages.warning(request, sentence(result))
        else:
            kept.append(result.pk)
    return tuple(kept)


@require_http_methods(["GET", "POST"])
@rate_limit(action="follow")
def find(request: HttpRequest) -> HttpResponse:
    """Number and code; a wrong number and a wrong code get the same sentence."""
    if request.method == "POST":
        message = message_with_code(request.POST.get("number", "")[:20], request.POST.get("code", "")[:20])
        if message:
            request.session[FOLLOWED] = [*request.session.get(FOLLOWED, [])[-19:], message.number]
            return redirect("cases:follow", message.number)
        messages.error(request, _("编号和查询码对不上，请再看一眼。也可以用留过的手机号后四位"))
    return render(request, "cases/resident/find.html", {"number": request.POST.get("number", "")})


def _mine(request: HttpRequest, number: str) -> Message:
    """Only a message this browser sent, or opened with its code."""
    if number not in request.session.get(FOLLOWED, []):
        raise Http404(_("请先输入编号和查询码"))
    return Message.objects.select_related("building").get(number=number)


@require_GET
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, who answers for it, what comes next and when."""
    if number not in request.session.get(FOLLOWED, []):
        return redirect("cases:find")
    page = follow_page(_mine(request, number), now())
    context = _follow_context(request, page)
    part = request.htmx and request.headers.get("HX-Target") == "status"  # type: ignore[attr-defined]
    return render(request, "cases/resident/_status.html" if part else "cases/resident/follow.html", context)


def _follow_context(request: HttpRequest, page: FollowPage) -> dict[str, Any]:
    number = page.message.number
    call_first = page.case is not None and bool(POLICE_FIRST_FLAGS & set(page.case.flags))
    return {
        "page": page,
        "number": number,
        "code": request.session.get(f"code:{number}"),
        "call_first": call_first,
    }


@require_POST
@rate_limit(action="resident_step")
def follow_step(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """One thing a resident does to their own matter."""
    appeal = Appeal.objects.filter(message=_mine(request, number)).first()
    doing = STEPS.get(what)
    if appeal is None or doing is None:
        raise Http404(_("没有找到这件事"))
    try:
        doing(request, appeal)
    except Refused as no:
        messages.error(request, sentence(no.refusal))
    except Faster:
        messages.warning(request, _("刚刚有新的进展，请看一眼再试一次"))
    return redirect("cases:follow", number)


def _add(request: HttpRequest, appeal: Appeal) -> None:
    moment = now()
    photos = list(Attachment.objects.filter(pk__in=_photos(request, moment)))
    resident.add_words(appeal_id=appeal.pk, text=_words(request), photos=photos, now=moment)
    messages.success(request, _("已经加上，办理的人会看到"))


def _answer(request: HttpRequest, appeal: Appeal) -> None:
    question = request.POST.get("question", "")
    question_id = int(question) if question.isdigit() else 0
    resident.answer_question(appeal_id=appeal.pk, question_id=question_id, text=_words(request), now=now())
    messages.success(request, _("谢谢，已经转给问的人"))


def _rate(request: HttpRequest, appeal: Appeal) -> None:
    stars = request.POST.get("satisfied", "")
    satisfied = int(stars) if stars in {"1", "2", "3", "4", "5"} else None
    solved = request.POST.get("solved") == "yes"
    resident.rate(appeal_id=appeal.pk, solved=solved, satisfied=satisfied, words=_words(request), now=now())
    messages.success(request, _("谢谢您告诉我们") if solved else _("记下了。要继续办，请点“要求重新办理”"))


def _reopen(request: HttpRequest, appeal: Appeal) -> None:
    resident.ask_reopen(appeal_id=appeal.pk, reason=_words(request), now=now())
    messages.success(request, _("已经重新办理，交回原来办的人"))


def _withdraw(request: HttpRequest, appeal: Appeal) -> None:
    resident.withdraw(appeal_id=appeal.pk, reason=_words(request), now=now())
    messages.success(request, _("已经撤回。以后有事随时再说"))


def _words(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\x00", "").strip()[:2000]


STEPS = {"add": _add, "answer": _answer, "rate": _rate, "reopen": _reopen, "withdraw": _withdraw}


@require_GET
def follow_photo(request: HttpRequest, number: str, photo_id: int, size: str) -> HttpResponse:
    """A photo of one's own message."""
    attachment = Attachment.objects.filter(pk=photo_id, message=_mine(request, number)).first()
    if attachment is None:
        raise Http404(_("没有找到这张照片"))
    return photo_response(attachment, thumb=size == "thumb")


@require_GET
@rate_limit(action="resident_step")
def stations(request: HttpRequest) -> HttpResponse:
    """The nearest open points for appeals, legal and psychological help, by straight line."""
    moment = now()
    lon, lat = _point(request)
    near = nearest_stations(lon, lat, moment, count=12)
    rows = [{"station": s, "metres": round(m), "open": is_open(s, moment)} for s, m in near]
    return render(
        request,
        "cases/resident/stations.html",
        {"rows": rows, "known": "lon" in request.GET, "kinds": {kind: _(words) for kind, words in KINDS}},
    )


KINDS = (("appeal", N_("群众诉求")), ("legal", N_("公共法律")), ("psychological", N_("社会心理")))


def _point(request: HttpRequest) -> tuple[float, float]:
    """The asker's point, else the district centre."""
    try:
        return float(request.GET["lon"]), float(request.GET["lat"])
    except (KeyError, ValueError):
        centre = Station.objects.filter(tier=Station.Tier.DISTRICT).first()
        return (centre.lon, centre.lat) if centre else settings.OWNER_ORIGIN
