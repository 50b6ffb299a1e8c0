"""The tower's own pages: an overview of one's area, one unit, the roster of its office, police grids."""

from datetime import time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.kit.moment import now
from maplegrid.rules.tower import why_not_keep_tower, why_not_publish_roster
from maplegrid.rules.vocabulary import Level
from maplegrid.territory.actions import Refused, RosterLine, match_police_grids, publish_roster
from maplegrid.territory.forms import RosterForm
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.models import SharedOffice
from maplegrid.territory.queries import police_mismatches, serving_in
from maplegrid.territory.queries.page import area_overview, unit_page
from maplegrid.territory.views.maps import unit_or_404
from maplegrid.territory.words import sentence_of

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@desk()
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The units one looks after, with people and empty seats."""
    rows = area_overview(actor_in(request), now())
    keeps = why_not_keep_tower(actor_in(request)) is None
    return render(request, "territory/home.html", {"rows": rows, "keeps": keeps})


@desk()
@require_GET
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: its place, people, duties, office, stations and police grids."""
    found = unit_or_404(request, code)
    moment = now()
    context = {
        "page": unit_page(found, moment),
        "moment": moment,
        "weekdays": [_(words) for words in WEEKDAYS],
        "keeps_roster": why_not_publish_roster(actor_in(request), found.path) is None,
        "levels": {level.value: level for level in Level},
    }
    return render(request, "territory/unit.html", context)


@desk()
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """The roster of a sub-grid's shared office, published whole."""
    found = unit_or_404(request, code)
    office = SharedOffice.objects.filter(unit=found).select_related("unit").first()
    if office is None or why_not_publish_roster(actor_in(request), found.path) is not None:
        raise Http404(_("没有找到这个单元，或者它不在您负责的范围内"))
    people = serving_in(found.pk, now())
    form = RosterForm(request.POST if request.method == "POST" else None, people=people, office=office)
    if request.method == "POST" and form.is_valid() and _publish(request, office, form.lines()):
        return redirect("territory:unit", code)
    context = {"office": office, "form": form, "people": people, "weekdays": list(enumerate(WEEKDAYS, 1))}
    return render(request, "territory/roster.html", context)


def _publish(request: HttpRequest, office: SharedOffice, lines: list[tuple[int, int, time, time]]) -> bool:
    try:
        publish_roster(
            office=office, lines=[RosterLine(*line) for line in lines], actor=actor_in(request), now=now()
        )
    except Refused as refused:
        for refusal in refused.refusals:
            messages.error(request, sentence_of(refusal))
        return False
    messages.success(request, _("值班表已公布，共 {n} 行").format(n=len(lines)))
    return True


@desk()
@require_GET
def police(request: HttpRequest) -> HttpResponse:
    """Where police grids and sub-grids do not match, in one's own area."""
    actor = actor_in(request)
    areas = sorted({seat.path for seat in actor.seats if seat.path}, key=len)
    report = police_mismatches(areas[0] if areas else "-")
    keeps = why_not_keep_tower(actor) is None
    return render(request, "territory/police.html", {"report": report, "keeps": keeps})


@desk()
@require_POST
def match_police(request: HttpRequest) -> HttpResponse:
    """Compare the boundaries again."""
    try:
        pairs = match_police_grids(actor=actor_in(request), now=now())
        messages.success(request, _("已重新比对，{n} 对警格和小分格有交叠").format(n=pairs))
    except Refused as refused:
        messages.error(request, sentence_of(refused.refusal))
    return redirect("territory:police")
