"""Photos, to those who may see the case they belong to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maplegrid.cases.queries.scope import visible_to
from maplegrid.messaging.models import Attachment
from maplegrid.messaging.photos import photo_response
from maplegrid.territory.guard import actor_in, desk


@desk()
@require_GET
def photo(request: HttpRequest, photo_id: int, size: str) -> HttpResponse:
    """A photo or its thumbnail, if it hangs on a message or step of a case this person may see."""
    seen = visible_to(actor_in(request))
    attachment = (
        Attachment.objects.filter(pk=photo_id, message__appeal__case__in=seen).first()
        or Attachment.objects.filter(pk=photo_id, steps__case__in=seen).first()
    )
    if attachment is None:
        raise Http404(_("没有找到这张照片"))
    return photo_response(attachment, thumb=size == "thumb")
