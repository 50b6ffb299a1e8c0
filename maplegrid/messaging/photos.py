"""Handing out a photo. The caller has asked the rules; this only makes sure a browser does nothing else with it."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from maplegrid.messaging.models import Attachment


def photo_response(attachment: Attachment, *, thumb: bool) -> HttpResponse:
    """The image itself, never sniffed, never scripted, kept private by caches."""
    relative = attachment.thumb_path if thumb and attachment.thumb_path else attachment.path
    path = Path(settings.MEDIA_ROOT) / relative
    if not path.is_file():
        raise Http404(_("照片已经不在了"))
    response = HttpResponse(path.read_bytes(), content_type=attachment.mime)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, max-age=86400"
    return response
