"""Preferences anybody may set (large text, language), and the links between people and the unit's own accounts."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from maplegrid.accounts.actions import unlink_identity
from maplegrid.accounts.queries import identities_with
from maplegrid.kit.moment import now
from maplegrid.rules.access import Actor
from maplegrid.rules.identity import why_not_unlink

YEAR_S = 365 * 24 * 3600
PAGE = 50


@require_POST
def large_text(request: HttpRequest) -> HttpResponse:
    """Switch large text on or off."""
    response = _back(request)
    value = "0" if request.COOKIES.get("large_text") == "1" else "1"
    response.set_cookie(
        "large_text", value, max_age=YEAR_S, samesite="Lax", secure=settings.SECURE_SITE, httponly=True
    )
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose Chinese or English."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        name = settings.LANGUAGE_COOKIE_NAME
        response.set_cookie(
            name, chosen, max_age=YEAR_S, samesite="Lax", secure=settings.SECURE_SITE, httponly=True
        )
    return response


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if safe else "/")


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, cast(Any, request).actor)


@login_required
@require_GET
def identities(request: HttpRequest) -> HttpResponse:
    """Which unit account signs in as whom; for the system administrator."""
    refusal = why_not_unlink(_actor(request))
    if refusal is not None:
        raise PermissionDenied(refusal.told(_))
    words = request.GET.get("q", "").strip()
    page = Paginator(identities_with(words), PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/identities.html", {"page": page, "words": words})


@login_required
@require_POST
def unlink(request: HttpRequest, identity_id: int) -> HttpResponse:
    """Undo one link."""
    reason = request.POST.get("reason", "").strip()[:200]
    refusal = unlink_identity(identity_id=identity_id, actor=_actor(request), now=now(), reason=reason)
    if refusal is not None:
        raise PermissionDenied(refusal.told(_))
    messages.success(request, _("已解除。这个单位账号下次登录会重新认人。"))
    return redirect("accounts:identities")
