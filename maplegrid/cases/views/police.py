"""The police desk: what was handed over to one's own station, with receipt or return."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.police import give_receipt, return_handover
from maplegrid.cases.models import Handover
from maplegrid.cases.queries.police import handovers_to
from maplegrid.kit.moment import now
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of

PAGE = 30


@desk(Role.POLICE_OFFICER)
@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """Waiting for a receipt, or all."""
    mine = handovers_to(actor_in(request))
    waiting = mine.filter(state=Handover.State.SENT)
    shown = mine if request.GET.get("all") == "1" else waiting
    context = {
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "waiting": waiting.count(),
        "all": request.GET.get("all") == "1",
        "moment": now(),
    }
    return render(request, "cases/desk/police.html", context)


@desk(Role.POLICE_OFFICER)
@require_POST
def answer(request: HttpRequest, handover_id: int, what: str) -> HttpResponse:
    """A receipt with the station's own number, or back with a reason."""
    actor = actor_in(request)
    if not handovers_to(actor).filter(pk=handover_id).exists() or what not in ("receipt", "return"):
        raise Http404(_("没有找到这次移交，或者它不是交给您单位的"))
    words = request.POST.get("words", "")
    try:
        if what == "receipt":
            number = request.POST.get("number", "")
            give_receipt(handover_id=handover_id, number=number, words=words, actor=actor, now=now())
            messages.success(request, _("回执已记下，移交的人马上能看到"))
        else:
            return_handover(handover_id=handover_id, reason=words, actor=actor, now=now())
            messages.success(request, _("已退回，理由照您写的保存"))
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    return redirect("cases:police")
