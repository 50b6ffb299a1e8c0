"""Handing out the inbox as a file."""

from typing import IO

from django.contrib import messages
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.exporting import export_inbox
from maplegrid.cases.queries.inbox import Filters
from maplegrid.kit.moment import now
from maplegrid.kit.sheets import XLSX
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of


@desk()
@require_POST
def inbox(request: HttpRequest) -> HttpResponseBase:
    """Everything the list holds with these filters, whatever the page."""
    filters = Filters.of(request.GET)
    try:
        made = export_inbox(filters=filters, actor=actor_in(request), now=now())
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
        return redirect(f"{reverse('cases:inbox')}?{filters.address()}")
    return file_response(made.file, made.name)


def file_response(file: IO[bytes], name: str) -> FileResponse:
    """An Excel file that no cache keeps."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
    response["Cache-Control"] = "private, no-store"
    return response
