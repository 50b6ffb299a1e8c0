"""Photos a resident sends: what can be read is kept, what cannot is named; words are never held up by a photo."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from maplegrid.cases.views.desk import aside_words
from maplegrid.messaging.actions import keep_photo
from maplegrid.messaging.models import Attachment
from maplegrid.rules.vocabulary import Refusal
from maplegrid.territory.words import sentence_of


def take_photos(request: HttpRequest, now: datetime, *, room: int) -> list[Attachment]:
    """Store at most `room` of the photos of this request."""
    uploads = request.FILES.getlist("photos")
    if len(uploads) > room:
        messages.warning(request, _("照片最多收 {n} 张，多出来的没有收").format(n=room))
    kept = []
    for upload in uploads[:room]:
        result = keep_photo(upload, message=None, uploaded_by=None, now=now)
        if isinstance(result, Refusal):
            messages.warning(request, sentence_of(result))
            continue
        kept.append(result)
        if result.waiting_scan:
            messages.warning(request, aside_words(result))
    return kept
