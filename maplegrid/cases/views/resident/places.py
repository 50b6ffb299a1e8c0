"""Halls and stations near the resident."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maplegrid.cases.queries.stations import KINDS, halls, point_of, stations_named, stations_near
from maplegrid.kit.moment import now


@require_GET
def stations(request: HttpRequest) -> HttpResponse:
    """The nearest open points for appeals, legal and psychological help; by position, by words, else the halls."""
    moment, asked = now(), request.GET
    words, kind = asked.get("q", "").strip()[:40], asked.get("kind", "")
    kind = kind if kind in KINDS else ""
    point = point_of(asked.get("lon", ""), asked.get("lat", ""), asked.get("datum", "")[:12])
    if words:
        rows = stations_named(words, moment, kind)
    else:
        rows = stations_near(point, moment, kind) if point else halls(moment, kind)
    context = {
        "rows": rows,
        "words": words,
        "kind": kind,
        "located": bool(point and not words),
        "kinds": [(code, _(name)) for code, name in KINDS.items()],
        "lon": asked.get("lon", "") if point else "",
        "lat": asked.get("lat", "") if point else "",
        "datum": asked.get("datum", "") if point else "",
    }
    return render(request, "cases/resident/stations.html", context)
