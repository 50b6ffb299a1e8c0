"""Import with a dry run first, and export: for the district's grid centre and the system administrator."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from maplegrid.kit.moment import now
from maplegrid.rules.tower import KEEPERS
from maplegrid.territory.exchange import (
    COLUMNS,
    DATUM_NAMES,
    KIND_NAMES,
    ImportRefused,
    Kind,
    Report,
    UnreadableFile,
    apply,
    dry_run,
    export,
)
from maplegrid.territory.exchange.drafts import Draft, forget_draft, keep_draft, open_draft
from maplegrid.territory.exchange.writing import CannotExport, formats_of
from maplegrid.territory.forms import ImportForm
from maplegrid.territory.guard import actor_in, desk

SHOWN = 300


@desk(*sorted(KEEPERS))
@require_http_methods(["GET", "POST"])
def take_in(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is kept aside and judged, nothing is written yet."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        token = keep_draft(form.draft(), request.user.pk or 0, now())
        return redirect("territory:import_draft", token)
    return render(request, "territory/import.html", _context(form=form))


def _context(**more: Any) -> dict[str, Any]:
    kinds = [
        {
            "kind": kind.value,
            "words": _(words),
            "formats": formats_of(kind),
            "columns": [(_(column.words), column.name, column.required) for column in COLUMNS[kind]],
        }
        for kind, words in KIND_NAMES.items()
    ]
    return {"kinds": kinds, "datums": DATUM_NAMES.items(), **more}


@desk(*sorted(KEEPERS))
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, token: str) -> HttpResponse:
    """The dry run row by row; POST writes the file, whole, or puts it away."""
    held = open_draft(token, request.user.pk or 0)
    if held is None:
        raise Http404(_("这份文件已经不在了，请重新选一次"))
    if request.POST.get("what") == "forget":
        forget_draft(token)
        return redirect("territory:import")
    try:
        report = _judged_or_written(request, held, token)
    except UnreadableFile as trouble:
        forget_draft(token)
        messages.error(request, str(trouble))
        return redirect("territory:import")
    if report is None:
        return redirect("territory:import")
    return render(
        request, "territory/import.html", _context(report=report, held=held, **_shown(report, held))
    )


def _judged_or_written(request: HttpRequest, held: Draft, token: str) -> Report | None:
    """The report to show, or None when the file was written."""
    actor = actor_in(request)
    if request.method != "POST":
        return dry_run(held.upload, held.kind, held.datum, actor=actor, now=now())
    try:
        report = apply(held.upload, held.kind, held.datum, actor=actor, now=now())
    except ImportRefused as refused:
        messages.error(request, _("没有写入：文件里有 {n} 处错误").format(n=refused.report.errors))
        return refused.report
    forget_draft(token)
    words = _("已导入 {name}：新增 {new} 条，改动 {changed} 条")
    messages.success(
        request, words.format(name=held.upload.name, new=report.summary.new, changed=report.summary.changed)
    )
    return None


def _shown(report: Report, held: Draft) -> dict[str, Any]:
    return {
        "findings": report.rows[:SHOWN],
        "more": max(0, len(report.rows) - SHOWN),
        "kind_words": _(KIND_NAMES[held.kind]),
        "datum_words": DATUM_NAMES[held.datum],
    }


@desk(*sorted(KEEPERS))
@require_GET
def hand_out(request: HttpRequest, kind: str, ending: str) -> HttpResponse:
    """A file with everything of a kind, or what lies under `?under=`."""
    try:
        made = export(
            Kind(kind), ending, actor=actor_in(request), now=now(), under=request.GET.get("under", "")
        )
    except CannotExport as trouble:
        messages.error(request, str(trouble))
        return redirect("territory:import")
    except (ValueError, KeyError) as error:
        raise Http404(_("没有这样的文件")) from error
    response = HttpResponse(made.data, content_type=made.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    response["Cache-Control"] = "private, no-store"
    return response
