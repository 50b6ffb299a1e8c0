"""Indicators, and the letters behind each figure."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maplegrid.kit.moment import CHINA, now
from maplegrid.rules.secretary.level import LEVEL_NAMES, MeetingLevel
from maplegrid.secretary.queries.desk import lines_of
from maplegrid.secretary.queries.figures import KINDS, Asked, figures, letters_behind
from maplegrid.secretary.views.desk import READERS
from maplegrid.territory.guard import actor_in, desk

MOST = 500


@desk(*READERS)
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Shares, medians and 90th percentiles by level and host."""
    asked, moment = asked_in(request), now()
    rows = [
        {
            "row": row,
            "name": _name_of(row.group, row.key, row.person),
            "query": _query(asked, row.group, row.key),
        }
        for row in figures(actor_in(request), asked, moment)
    ]
    return render(request, "secretary/figures.html", {"rows": rows, "asked": asked, "moment": moment})


@desk(*READERS)
@require_GET
def behind(request: HttpRequest) -> HttpResponse:
    """The letters of one figure."""
    asked, moment = asked_in(request), now()
    kind, which = request.GET.get("kind", ""), request.GET.get("which", "all")
    found = letters_behind(actor_in(request), asked, kind, which, moment)
    for one in found[:MOST]:
        one.ahead = []  # type: ignore[attr-defined]
    context = {
        "lines": lines_of(found[:MOST], moment),
        "count": len(found),
        "asked": asked,
        "kind": kind if kind in KINDS else "",
        "which": which,
        "moment": moment,
    }
    return render(request, "secretary/behind.html", context)


def asked_in(request: HttpRequest) -> Asked:
    """The period (this year when none is asked) and the group from the address; nonsense is left out."""
    today = now().astimezone(CHINA).date()
    level, host = request.GET.get("level", ""), request.GET.get("host", "")
    return Asked(
        first=_day(request.GET.get("first", ""), today.replace(month=1, day=1)),
        last=_day(request.GET.get("last", ""), today),
        level=level if level in {"0", "1", "2", "3"} else "",
        host=host if host.isdecimal() and len(host) < 10 else "",
    )


def _day(words: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return otherwise


def _name_of(group: str, key: str, person: object) -> str:
    if group == "all":
        return _("全部来信")
    if group == "level":
        return _(LEVEL_NAMES[MeetingLevel(int(key))]) if key != "0" else _("还没有定级别")
    return str(person)


def _query(asked: Asked, group: str, key: str) -> str:
    period = f"first={asked.first}&last={asked.last}"
    return period if group == "all" else f"{period}&{group}={key}"
