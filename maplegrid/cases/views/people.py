"""People and their work: one's own load and one's desk's, and handing over when somebody leaves."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from maplegrid.accounts.models import Person
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.leaving import Left, end_and_hand_over, open_cases_of_seat, successors
from maplegrid.cases.queries.load import loads_of, open_cases_with
from maplegrid.kit.moment import now
from maplegrid.rules.tower import KEEPERS
from maplegrid.territory.actions import Refused as TowerRefused
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.models import Assignment
from maplegrid.territory.queries import may_stand_in_for, valid_on
from maplegrid.territory.words import sentence_of

SHOWN = 60


@desk()
@require_GET
def load(request: HttpRequest) -> HttpResponse:
    """What I have, and what the people of my desk have."""
    moment = now()
    return render(
        request, "cases/desk/load.html", {"loads": loads_of(actor_in(request), moment), "moment": moment}
    )


@desk(*sorted(KEEPERS))
@require_GET
def leaving(request: HttpRequest) -> HttpResponse:
    """Appointments in force, found by name or unit, with how many open cases hang on each person."""
    words = request.GET.get("q", "").strip()[:40]
    rows = Assignment.objects.filter(valid_on(now().date()), person__is_active=True)
    if words:
        rows = rows.filter(
            Q(person__display_name__icontains=words)
            | Q(person__username__icontains=words)
            | Q(unit__name__icontains=words)
            | Q(body__name__icontains=words)
        )
    seats = list(rows.select_related("person", "unit", "body").order_by("person__username", "pk")[:SHOWN])
    counts = open_cases_with([seat.person_id for seat in seats])
    context = {
        "rows": [{"seat": seat, "open": counts.get(seat.person_id, 0)} for seat in seats],
        "q": words,
        "most": SHOWN,
    }
    return render(request, "cases/desk/leaving.html", context)


@desk(*sorted(KEEPERS))
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, seat_id: int) -> HttpResponse:
    """End one appointment; while cases are open it asks who takes them."""
    moment = now()
    seat = (
        Assignment.objects.filter(valid_on(moment.date()), pk=seat_id)
        .select_related("person", "unit", "body")
        .first()
    )
    if seat is None:
        raise Http404(_("没有这段任职，或者已经结束了"))
    on = _day(request) or moment.date()
    if request.method == "POST" and _ended(request, seat, on):
        return redirect("cases:leaving")
    context: dict[str, Any] = {
        "seat": seat,
        "on": on,
        "open": open_cases_of_seat(seat, on).count(),
        "people": successors(seat, list(may_stand_in_for(seat.person, moment)), moment),
        "sent": request.POST,
    }
    return render(request, "cases/desk/leave.html", context)


def _day(request: HttpRequest) -> date | None:
    try:
        return parse_date(request.POST.get("on", ""))
    except ValueError:
        return None


def _ended(request: HttpRequest, seat: Assignment, on: date) -> bool:
    chosen = request.POST.get("to", "")
    to = Person.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    try:
        left = end_and_hand_over(
            seat=seat,
            to=to,
            on=on,
            actor=actor_in(request),
            now=now(),
            reason=request.POST.get("reason", "").strip()[:200],
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
        return False
    except TowerRefused as no:
        messages.error(request, sentence_of(no.refusal))
        return False
    messages.success(request, _said(seat, to, left))
    return True


def _said(seat: Assignment, to: Person | None, left: Left) -> str:
    if not left.taken and not left.above:
        return _("{person}的任职已结束，手上没有在办的事").format(person=seat.person)
    words = _("{person}的任职已结束，{n} 件在办的事交给{to}，时限照旧").format(
        person=seat.person, n=left.taken, to=to
    )
    if left.above:
        words += _("；另有 {n} 件要回避，交给上一级").format(n=left.above)
    return words
