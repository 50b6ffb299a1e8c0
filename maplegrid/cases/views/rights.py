"""The desk for people's own data: requests to answer, cases kept as evidence, and the proof of what was erased."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.rights import DECIDES, decide, lift, preserve
from maplegrid.cases.models import Preservation, RightsRequest
from maplegrid.cases.queries.rights import certificates, preserved, requests_to_decide
from maplegrid.kit.moment import now
from maplegrid.rules.vocabulary import Role
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of

PAGE = 30


@desk(*DECIDES, Role.AUDITOR)
@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Requests first; the auditor reads and decides nothing."""
    context = {
        "page": Paginator(requests_to_decide(), PAGE).get_page(request.GET.get("page")),
        "kept": preserved()[:PAGE],
        "certificates": certificates()[:PAGE],
        "may_decide": actor_in(request).holds(*DECIDES),
        "moment": now(),
    }
    return render(request, "cases/desk/rights.html", context)


@desk(*DECIDES)
@require_POST
def answer_request(request: HttpRequest, request_id: int, what: str) -> HttpResponse:
    """Grant or refuse one request."""
    if what not in ("grant", "refuse") or not RightsRequest.objects.filter(pk=request_id).exists():
        raise Http404(_("没有找到这个请求"))
    words = request.POST.get("words", "")
    try:
        decide(
            request_id=request_id, granted=what == "grant", answer=words, actor=actor_in(request), now=now()
        )
        messages.success(request, _("答复已记下，居民在自己的页面上看得到"))
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    return redirect("cases:rights")


@desk(*DECIDES)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep a case as evidence."""
    try:
        number, reason = request.POST.get("number", ""), request.POST.get("reason", "")
        preserve(number=number, reason=reason, actor=actor_in(request), now=now())
        messages.success(request, _("已作为证据保全，解除以前什么都不会删"))
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    return redirect("cases:rights")


@desk(*DECIDES)
@require_POST
def release(request: HttpRequest, preservation_id: int) -> HttpResponse:
    """It need not be kept any longer."""
    if not Preservation.objects.filter(pk=preservation_id).exists():
        raise Http404(_("没有找到这次保全"))
    lift(preservation_id=preservation_id, actor=actor_in(request), now=now())
    messages.success(request, _("保全已解除"))
    return redirect("cases:rights")
