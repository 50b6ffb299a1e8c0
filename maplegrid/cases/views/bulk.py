"""Several cases at once: choose rows and an action, fill in, see what will be done and what refused, do, read the result."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from maplegrid.cases.actions.bulk import (
    BULK_ACTIONS,
    MOST_CHOSEN,
    Bulk,
    Chosen,
    Outcome,
    chosen_cases,
    preview_steps,
    take_steps,
)
from maplegrid.cases.forms.steps import FIELDS, StepForm
from maplegrid.cases.queries.page import bodies_to_choose, people_for_all
from maplegrid.cases.views.choices import sub_grids_grouped
from maplegrid.kit.moment import now
from maplegrid.rules.lifecycle import ARROWS, Action
from maplegrid.territory.guard import actor_in, desk
from maplegrid.territory.words import sentence_of

DONE_ONCE_S = 24 * 3600
RESULT = "bulk-result"


@desk()
@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """POST with stage fill, preview or do; GET shows the result of the last doing, once."""
    if request.method == "GET":
        result = request.session.pop(RESULT, None)
        return render(request, "cases/desk/bulk_result.html", result) if result else redirect("cases:inbox")
    chosen = chosen_in(request)
    action = request.POST.get("action", "")
    if not chosen or action not in BULK_ACTIONS:
        messages.error(request, _("请先选中案件，再选要做什么"))
        return redirect(_next(request))
    form, stage = StepForm(request.POST), request.POST.get("stage", "")
    if stage and not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, str(errors[0]))
        stage = ""
    if stage == "do":
        return _do(request, Bulk(chosen, Action(action), form.wish([])))
    outcomes = _previewed(request, chosen, Action(action), form) if stage == "preview" else []
    return render(request, "cases/desk/bulk.html", _context(request, chosen, Action(action), outcomes))


def chosen_in(request: HttpRequest) -> list[Chosen]:
    """The ticked rows, `number:version` each; a version that is no number counts as unknown."""
    rows = []
    for ticked in dict.fromkeys(request.POST.getlist("number")[:MOST_CHOSEN]):
        number, _colon, version = ticked.partition(":")
        rows.append(Chosen(number[:20], int(version) if version.isdecimal() else None))
    return rows


def _previewed(
    request: HttpRequest, chosen: list[Chosen], action: Action, form: StepForm
) -> list[dict[str, Any]]:
    bulk = Bulk(chosen, action, form.wish([]))
    return [_said(outcome) for outcome in preview_steps(bulk=bulk, actor=actor_in(request), now=now())]


def _said(outcome: Outcome) -> dict[str, Any]:
    """An outcome in the reader's words, as it is shown and kept until the result page is read."""
    words = {"done": "", "faster": _("有人比您快了一步，这件事刚刚变了，没有做")}
    why = sentence_of(outcome.refusal) if outcome.refusal else words[outcome.kind]
    ticked = f"{outcome.number}:{outcome.version}"
    return {
        "kind": outcome.kind,
        "number": outcome.number,
        "title": outcome.title,
        "why": why,
        "ticked": ticked,
    }


def _context(
    request: HttpRequest, chosen: list[Chosen], action: Action, outcomes: list[dict[str, Any]]
) -> dict[str, Any]:
    moment = now()
    cases = chosen_cases(actor_in(request), chosen)
    return {
        "action": action,
        "arrow": ARROWS[action],
        "fields": FIELDS[action],
        "offer": ARROWS[action],
        "cases": cases,
        "missing": len(chosen) - len(cases),
        "outcomes": outcomes,
        "doable": sum(outcome["kind"] == "done" for outcome in outcomes),
        "sent": request.POST,
        "people": people_for_all(cases, moment) if action is Action.ASSIGN else [],
        "bodies": bodies_to_choose(),
        "sub_grids": sub_grids_grouped(),
        "next": _next(request),
        "once": secrets.token_urlsafe(12),
    }


def _do(request: HttpRequest, bulk: Bulk) -> HttpResponse:
    """Once per preview: a second click or a reload does nothing again."""
    once = request.POST.get("once", "")[:40]
    if not once or not cache.add(f"bulk:{request.user.pk}:{once}", True, DONE_ONCE_S):
        messages.warning(request, _("这一批已经做过了，没有再做一遍"))
        return redirect(_next(request))
    outcomes = [_said(outcome) for outcome in take_steps(bulk=bulk, actor=actor_in(request), now=now())]
    request.session[RESULT] = {
        "outcomes": outcomes,
        "done": sum(outcome["kind"] == "done" for outcome in outcomes),
        "words": ARROWS[bulk.action].words,
        "next": _next(request),
    }
    return redirect("cases:bulk")


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if target and safe else reverse("cases:inbox")
