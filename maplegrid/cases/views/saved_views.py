"""One's own views of the inbox: save, rename, share, delete. Each comes back to the list it stands for."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.saved_views import change_view, delete_view, save_view
from maplegrid.cases.models import SavedView
from maplegrid.cases.queries.inbox import Filters
from maplegrid.kit.moment import now
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of


@desk()
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep the filters in the address under the name in the form."""
    filters = Filters.of(request.GET)
    try:
        view = save_view(
            name=request.POST.get("name", ""),
            filters=filters,
            share=request.POST.get("share", ""),
            actor=actor_in(request),
            now=now(),
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    else:
        messages.success(request, _("已存为视图“{name}”，在左边").format(name=view.name))
    return _to_list(filters.address())


@desk()
@require_POST
def change(request: HttpRequest, view_id: int) -> HttpResponse:
    """A new name, or another circle that may see it."""
    view = _mine_or_404(request, view_id)
    try:
        change_view(
            view_id=view.pk,
            name=request.POST.get("name", ""),
            share=request.POST.get("share", ""),
            actor=actor_in(request),
            now=now(),
        )
    except Refused as no:
        messages.error(request, sentence_of(no.refusal))
    return _to_list(view.address)


@desk()
@require_POST
def delete(request: HttpRequest, view_id: int) -> HttpResponse:
    """Only the name goes; the cases stay where they are."""
    view = _mine_or_404(request, view_id)
    name = delete_view(view_id=view.pk, actor=actor_in(request), now=now())
    messages.success(request, _("已删掉视图“{name}”").format(name=name))
    return _to_list(view.address)


def _mine_or_404(request: HttpRequest, view_id: int) -> SavedView:
    view = SavedView.objects.filter(pk=view_id, owner_id=actor_in(request).person_id).first()
    if view is None:
        raise Http404(_("没有这个视图，或者它不是您的"))
    return view


def _to_list(address: str) -> HttpResponse:
    return redirect(f"{reverse('cases:inbox')}?{address}")
