"""Preferences anybody may set: large text and language. Kept in cookies, and on the account of who is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

YEAR_S = 365 * 24 * 3600


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
