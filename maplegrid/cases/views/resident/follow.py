"""Following one's own matter: by number and code, then without either for as long as the session lasts."""

from dataclasses import dataclass
from typing import Any

from allauth.core import ratelimit
from allauth.decorators import rate_limit
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from maplegrid.audit.actions import record
from maplegrid.cases.forms.resident import FindForm
from maplegrid.cases.models import Appeal
from maplegrid.cases.queries.follow import (
    FollowPage,
    follow_page,
    is_phone_tail,
    message_with_code,
    normal_number,
)
from maplegrid.cases.queries.follow.story import own_photos, parts_of
from maplegrid.cases.queries.rights import copy_of
from maplegrid.cases.views.resident import memory
from maplegrid.kit.moment import now
from maplegrid.messaging.models import Attachment, Message
from maplegrid.messaging.photos import photo_response

# While the worker has not opened the case: seconds until the page asks again, by how often it has asked.
PATIENCE = ((10, 1), (30, 5))
PATIENT_S = 20


@dataclass(frozen=True)
class Trouble:
    """What could not be done, why, and the words that were written: they stay in their box."""

    what: str
    sentence: str
    text: str = ""
    question: int = 0


@never_cache
@require_http_methods(["GET", "POST"])
@rate_limit(action="follow")
def find(request: HttpRequest) -> HttpResponse:
    """Number and code; a wrong number and a wrong code get the same sentence."""
    form = FindForm(request.POST or None)
    if request.method == "POST":
        message, trouble = _look_up(request, form)
        if message:
            memory.remember(request, message.number)
            return redirect("cases:follow", message.number)
        messages.error(request, trouble)
    context = {"number": request.POST.get("number", "")[:40], "followed": memory.followed(request)}
    return render(request, "cases/resident/find.html", context, status=422 if form.is_bound else 200)


def _look_up(request: HttpRequest, form: FindForm) -> tuple[Message | None, str]:
    wrong = _("编号和查询码对不上，请再看一眼。也可以用留过的手机号后四位")
    if not form.is_valid():
        return None, wrong
    number, code = form.cleaned_data["number"], form.cleaned_data["code"]
    if is_phone_tail(code) and not _may_try_tail(request, number):
        return None, _("今天用手机号后四位试得太多了。请用查询码，或者打 12345")
    return message_with_code(number, code), wrong


def _may_try_tail(request: HttpRequest, number: str) -> bool:
    """Four digits are soon guessed, so they may be tried only a few times a day, per number and per address."""
    return ratelimit.consume(request, action="follow_tail", key=normal_number(number))


def mine(request: HttpRequest, number: str) -> Message | None:
    """The message, if this browser sent it or opened it with its code."""
    if number not in memory.followed(request):
        return None
    return Message.objects.select_related("building").filter(number=number).first()


def mine_or_404(request: HttpRequest, number: str) -> Message:
    """The message; a stranger and a wrong number get the same answer."""
    message = mine(request, number)
    if message is None:
        raise Http404(_("请先输入编号和查询码"))
    return message


@never_cache
@require_GET
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, who answers for it, what comes next and when. HTMX asks for the moving part alone."""
    part = request.htmx and request.headers.get("HX-Target") == "status"  # type: ignore[attr-defined]
    message = mine(request, number)
    if message is None:
        return render(request, "cases/resident/_away.html") if part else redirect("cases:find")
    page = follow_page(message, now())
    if part and "waiting" in request.GET and page.case:
        return HttpResponse(headers={"HX-Refresh": "true"})
    if part:
        return render(request, "cases/resident/_status.html", _moving(request, page))
    return follow_again(request, page)


def follow_again(request: HttpRequest, page: FollowPage, trouble: Trouble | None = None) -> HttpResponse:
    """The whole page; with a trouble, what was written is still there."""
    code = memory.code_to_note(request, page.message.number, now())
    context = {**_moving(request, page), "code": code, "trouble": trouble}
    return render(request, "cases/resident/follow.html", context, status=422 if trouble else 200)


def _moving(request: HttpRequest, page: FollowPage) -> dict[str, Any]:
    words = request.GET.get("waiting", "")
    asked = int(words) if words.isdecimal() and len(words) < 6 else 0
    seen = request.GET.get("seen")
    return {
        "page": page,
        "number": page.message.number,
        "asked": asked + 1,
        "pause": next((seconds for times, seconds in PATIENCE if asked < times), PATIENT_S),
        "slow": asked >= PATIENCE[0][0],
        "seen": seen if seen is not None else page.key,
        "changed": seen is not None and seen != page.key,
    }


@require_GET
def follow_photo(request: HttpRequest, number: str, photo_id: int, size: str) -> HttpResponse:
    """A photo of one's own message, or one added later by the same reporter."""
    photo = next((p for p in _photos_of(mine_or_404(request, number)) if p.pk == photo_id), None)
    if photo is None:
        raise Http404(_("没有找到这张照片"))
    return photo_response(photo, thumb=size == "thumb")


def _photos_of(message: Message) -> list[Attachment]:
    appeal = Appeal.objects.select_related("message", "case").filter(message=message).first()
    return own_photos(appeal, parts_of(appeal)) if appeal else list(message.attachments.all())


@never_cache
@require_GET
@rate_limit(action="resident_step")
def follow_copy(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that is held about one's own message, as a zip (个人信息保护法 Art. 45)."""
    message = mine_or_404(request, number)
    with transaction.atomic():
        record(
            actor="resident",
            action="rights.copied",
            subject=f"message:{message.pk}",
            now=now(),
            detail={"number": number},
        )
    answer = HttpResponse(copy_of(message), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="maplegrid-{number}.zip"'
    return answer
