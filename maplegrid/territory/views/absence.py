"""My absence: who answers for me while I am away, and whom I stand in for."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from maplegrid.accounts.models import Delegation, Person
from maplegrid.kit.moment import now
from maplegrid.territory.actions import Refused, end_absence, stand_in
from maplegrid.territory.forms import AbsenceForm
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.queries import may_stand_in_for
from maplegrid.territory.words import sentence_of


@desk()
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """Name a deputy for a time; see what is arranged."""
    me, moment = cast(Person, request.user), now()
    people = may_stand_in_for(me, moment)
    form = AbsenceForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid() and _arranged(request, me, form):
        return redirect("territory:absence")
    ahead = Delegation.objects.filter(valid_to__gt=moment).order_by("valid_from")
    context = {
        "form": form,
        "people": people,
        "moment": moment,
        "mine": ahead.filter(person=me).select_related("deputy"),
        "others": ahead.filter(deputy=me).select_related("person"),
    }
    return render(request, "territory/absence.html", context)


def _arranged(request: HttpRequest, me: Person, form: AbsenceForm) -> bool:
    data = form.cleaned_data
    try:
        stand_in(
            person=me,
            deputy=data["deputy"],
            start=data["start"],
            end=data["end"],
            reason=data["reason"],
            actor=actor_in(request),
            now=now(),
        )
    except Refused as refused:
        messages.error(request, sentence_of(refused.refusal))
        return False
    messages.success(
        request, _("已安排：这段时间由{deputy}代理，时限也一并转过去").format(deputy=data["deputy"])
    )
    return True


@desk()
@require_POST
def end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back early, or not going after all. Only for one's own absence."""
    held = Delegation.objects.filter(pk=absence_id, person=cast(Person, request.user)).first()
    if held is None:
        raise Http404(_("没有找到这段代理"))
    try:
        end_absence(absence=held, actor=actor_in(request), now=now())
        messages.success(request, _("已结束代理，事情回到您手上"))
    except Refused as refused:
        messages.error(request, sentence_of(refused.refusal))
    return redirect("territory:absence")
