"""The supervision desk (督办), and its forms on the case page."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.exporting import export_supervisions
from maplegrid.cases.actions.supervising import (
    answer_supervision,
    raise_supervision,
    settle_supervision,
    supervise,
)
from maplegrid.cases.queries.supervision import SHOWN, points_of, supervision_on, supervisions_of
from maplegrid.cases.views.export import file_response
from maplegrid.cases.views.guard import case_or_404
from maplegrid.kit.moment import now
from maplegrid.rules.supervision import Colour
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of

PAGE = 30


@desk()
@require_GET
def supervisions(request: HttpRequest) -> HttpResponse:
    """Within one's own sight: open, late, answered, settled."""
    shown = request.GET.get("shown", "open")
    shown = shown if shown in SHOWN else "open"
    moment, actor = now(), actor_in(request)
    context = {
        "page": Paginator(supervisions_of(actor, shown, moment), PAGE).get_page(request.GET.get("page")),
        "tabs": [
            ("open", _("没有销号")),
            ("late", _("超期没回复")),
            ("answered", _("已回复，等销号")),
            ("settled", _("已销号")),
        ],
        "shown": shown,
        "points": points_of(actor, moment) if settings.SUPERVISION_POINTS else None,
        "late": supervisions_of(actor, "late", moment).count(),
        "moment": moment,
    }
    return render(request, "cases/desk/supervisions.html", context)


@desk()
@require_POST
def supervisions_excel(request: HttpRequest) -> HttpResponseBase:
    """What the list shows, as a file."""
    shown = request.POST.get("shown", "open")
    made = export_supervisions(shown=shown if shown in SHOWN else "open", actor=actor_in(request), now=now())
    return file_response(made.file, made.name)


@desk()
@require_POST
def supervision_step(request: HttpRequest, number: str, what: str) -> HttpResponse:
    """Place, answer, settle or raise; back to the case with a sentence."""
    case = case_or_404(request, number)
    actor, moment, words = actor_in(request), now(), request.POST.get("words", "")
    try:
        if what == "place":
            colour = request.POST.get("colour", "")
            known = colour if colour in set(Colour) else Colour.NORMAL
            supervise(case_id=case.pk, colour=Colour(known), reason=words, actor=actor, now=moment)
        else:
            placed = supervision_on(case)
            if placed is None or what not in ("answer", "settle", "raise"):
                raise Http404(_("这件事现在没有督办"))
            if what == "answer":
                answer_supervision(supervision_id=placed.pk, words=words, actor=actor, now=moment)
            elif what == "settle":
                settle_supervision(supervision_id=placed.pk, actor=actor, now=moment)
            else:
                raise_supervision(supervision_id=placed.pk, reason=words, actor=actor, now=moment)
        messages.success(request, _("记下了"))
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    return redirect("cases:case", case.number)
