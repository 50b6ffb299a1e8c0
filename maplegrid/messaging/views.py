"""Messaging's own pages: the import door, door-code sheets, notices on screen, and the demo's outbox."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from maplegrid.accounts.models import Person
from maplegrid.kit.moment import now
from maplegrid.kit.scanner import why_not_take
from maplegrid.messaging import file_import
from maplegrid.messaging.actions.importing import import_table
from maplegrid.messaging.models import ImportBatch, Notice
from maplegrid.messaging.qr import door_address, picture
from maplegrid.rules.vocabulary import HANDLING_ROLES, Role
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.models import Building, Door
from maplegrid.territory.queries import tower
from maplegrid.territory.words import sentence_of

IMPORTERS = (Role.DISTRICT_COMMAND, Role.STREET_DESK, Role.GRID_CENTRE)
LARGEST_FILE = 40 * 2**20
SHEET_LIMIT = 400


@desk(*IMPORTERS)
@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file, see what is in it row by row, then take it in."""
    if request.method == "POST":
        try:
            return _import(request)
        except file_import.Unreadable as trouble:
            messages.error(request, str(trouble))
    batches = ImportBatch.objects.select_related("by").order_by("-id")[:20]
    return render(request, "messaging/import.html", {"batches": batches})


def _import(request: HttpRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    source = request.POST.get("source", "").strip()[:60]
    if upload is None or not source:
        raise file_import.Unreadable(_("请选文件，并写来源的简称"))
    if (upload.size or 0) > LARGEST_FILE:
        raise file_import.Unreadable(_("文件超过 40 MB，请分成几个，或者用命令 maplegrid import"))
    raw = upload.read()
    if refusal := why_not_take(upload.name or "file.csv", raw):
        raise file_import.Unreadable(sentence_of(refusal))
    table = file_import.read_table(upload.name or "file.csv", raw)
    findings = file_import.dry_run(table)
    if request.POST.get("what") == "look":
        context = {"table": table, "findings": findings[:200], "found": len(findings), "source": source}
        return render(request, "messaging/import.html", context | {"sample": table.rows[:5]})
    batch = import_table(table=table, source=source, by=cast(Person, request.user), now=now())
    words = _("收下 {taken} 条，以前收过 {repeated} 条，一条都没有丢")
    messages.success(request, words.format(taken=batch.taken, repeated=batch.repeated))
    return redirect("messaging:import")


@desk(*sorted(HANDLING_ROLES))
@require_GET
def door_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Door codes of a building, sub-grid or community of one's own area, eight on an A4 page."""
    doors = list(_doors_of(request, code)[: SHEET_LIMIT + 1])
    if not doors:
        raise Http404(_("没有找到，或者不在您的辖区"))
    if len(doors) > SHEET_LIMIT:
        messages.warning(request, _("只排了前 400 个门，请按小分格或楼栋分开打印"))
    rows = [{"door": door, "picture": picture(door_address(door))} for door in doors[:SHEET_LIMIT]]
    Door.objects.filter(pk__in=[door.pk for door in doors[:SHEET_LIMIT]]).update(printed_at=now())
    return render(request, "messaging/door_sheet.html", {"rows": rows, "title": code})


def _doors_of(request: HttpRequest, code: str) -> QuerySet[Door]:
    """Doors under a unit's or building's code, only within the asker's area."""
    areas = actor_in(request).areas
    unit = tower().by_code.get(code)
    path = unit.path if unit else Building.objects.filter(code=code).values_list("path", flat=True).first()
    if path is None or not any(path.startswith(area) for area in areas):
        raise Http404(_("没有找到，或者不在您的辖区"))
    doors = Door.objects.filter(active=True, building__active=True).select_related("building")
    chosen = doors.filter(building__path__startswith=path) if unit else doors.filter(building__code=code)
    return chosen.order_by("building__code", "number")


@desk(Role.DISTRICT_COMMAND, Role.SYSTEM_ADMIN)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What the simulated gateway would have sent; only in a demo installation, numbers masked."""
    if not settings.DEMO:
        raise PermissionDenied(_("只有演示环境才有这一页"))
    sent = Notice.objects.exclude(message=None).select_related("message").order_by("-id")
    page = Paginator(sent, 50).get_page(request.GET.get("page"))
    return render(request, "messaging/outbox.html", {"page": page, "moment": now()})
