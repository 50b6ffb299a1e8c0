"""Ledgers on screen, on paper and as Excel; and the grid centre's own forms."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.ledgers import (
    FORM_KEEPERS,
    export_ledger,
    facts_of,
    form_in_use,
    form_of,
    keep_form,
    withdraw_form,
)
from maplegrid.cases.queries.ledgers import COLUMNS, FACTS, KIND_NAMES, MOST_LINES, Asked, Kind, ledger_of
from maplegrid.cases.views.desk import units_below
from maplegrid.kit.moment import now
from maplegrid.kit.sheet_forms import LARGEST_FORM, UnusableForm
from maplegrid.kit.sheets import XLSX
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.queries import tower
from maplegrid.territory.words import sentence_of

ON_SCREEN = 200
USUAL = timedelta(days=6)  # a week, today included


@desk()
@require_GET
def ledger(request: HttpRequest, kind: str) -> HttpResponse:
    """One ledger over a period and an area; `?print=1` is the sheet for paper."""
    asked, moment, actor = asked_in(request, kind), now(), actor_in(request)
    paper = request.GET.get("print") == "1"
    found = ledger_of(actor, asked, moment, MOST_LINES if paper else ON_SCREEN)
    columns = list(COLUMNS[asked.kind])
    context = {
        "asked": asked,
        "ledger": found,
        "facts": facts_of(asked, found.total, actor, moment),
        "columns": [_(name) for name in columns],
        "lines": [[(_(name), line[name]) for name in columns] for line in found.lines],
        "kinds": [(one.value, _(words)) for one, words in KIND_NAMES.items()],
        "units": units_below(request),
        "query": _query(asked),
        "number_column": _("编号"),
        "keeps": actor.holds(*FORM_KEEPERS),
        "form": form_in_use(asked.kind),
    }
    return render(request, f"cases/desk/{'ledger_print' if paper else 'ledger'}.html", context)


def asked_in(request: HttpRequest, kind: str) -> Asked:
    """What the address asks for; nonsense is a week up to today, an unknown ledger is not found."""
    if kind not in set(Kind):
        raise Http404(_("没有这本台账"))
    today = now().date()
    last = _day(request, "last") or today
    first = _day(request, "first") or last - USUAL
    return Asked(Kind(kind), min(first, last), last, tower().by_code.get(request.GET.get("unit", "")))


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        found = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if found and date(2000, 1, 1) <= found <= date(2100, 1, 1) else None


def _query(asked: Asked) -> str:
    parts = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    return urlencode(parts | ({"unit": asked.unit.code} if asked.unit else {}))


@desk()
@require_POST
def excel(request: HttpRequest, kind: str) -> HttpResponse:
    """The same ledger in the district's own form."""
    asked = asked_in(request, kind)
    try:
        data, name = export_ledger(asked=asked, actor=actor_in(request), now=now())
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
        return redirect(f"{reverse('cases:ledger', args=[kind])}?{_query(asked)}")
    return _file(data, name)


@desk(*FORM_KEEPERS)
@require_http_methods(["GET", "POST"])
def forms(request: HttpRequest) -> HttpResponse:
    """The forms in use; a new one is checked before it is kept."""
    if request.method == "POST":
        _keep(request)
        return redirect("cases:ledger_forms")
    rows: list[dict[str, Any]] = [
        {"kind": kind.value, "words": _(words), "form": form_in_use(kind), "columns": list(COLUMNS[kind])}
        for kind, words in KIND_NAMES.items()
    ]
    return render(request, "cases/desk/ledger_forms.html", {"rows": rows, "facts": FACTS})


def _keep(request: HttpRequest) -> None:
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if upload is None or kind not in set(Kind):
        messages.error(request, _("请选台账和一个 xlsx 文件"))
        return
    try:
        form = keep_form(
            kind=Kind(kind),
            name=upload.name or "",
            data=upload.read(LARGEST_FORM + 1),
            actor=actor_in(request),
            now=now(),
        )
    except UnusableForm as trouble:
        messages.error(request, str(trouble))
    else:
        messages.success(request, _("已换上样式 {name}").format(name=form.name))


@desk(*FORM_KEEPERS)
@require_POST
def withdraw(request: HttpRequest, form_id: int) -> HttpResponse:
    """Take a form out of use."""
    withdraw_form(form_id=form_id, actor=actor_in(request), now=now())
    return redirect("cases:ledger_forms")


@desk(*FORM_KEEPERS)
@require_GET
def form_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The form in use, to change it."""
    if kind not in set(Kind):
        raise Http404(_("没有这本台账"))
    return _file(form_of(Kind(kind)), f"{kind}-form.xlsx")


def _file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
