"""Photos, to those who may see the case they belong to."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from maplegrid.cases.queries.photos import photo_seen_by
from maplegrid.messaging.photos import photo_response
from maplegrid.territory.guard import actor_in, desk


@desk()
@require_GET
def photo(request: HttpRequest, photo_id: int, size: str) -> HttpResponse:
    """A photo or its thumbnail."""
    attachment = photo_seen_by(actor_in(request), photo_id)
    if attachment is None:
        raise Http404(_("没有找到这张照片"))
    return photo_response(attachment, thumb=size == "thumb")
