"""The way to the unit's own sign-in and back."""

from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.decorators import rate_limit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maplegrid.accounts.adapter import END_SESSION
from maplegrid.accounts.oidc.provider import PROVIDER, UnitAdapter, UnitProvider


def _provider(request: HttpRequest) -> UnitProvider:
    if not settings.OIDC_ISSUER:
        raise Http404
    return get_adapter(request).get_provider(request, PROVIDER)


@login_not_required
@never_cache
@require_POST
@rate_limit(action="login")
def leave_for_issuer(request: HttpRequest) -> HttpResponse:
    """Go to the issuer. A page that moves on by itself, not a redirect: `form-action 'self'` would stop that."""
    provider = _provider(request)
    try:
        onward = provider.redirect_from_request(request)
    except OAuth2Error as error:
        return render_authentication_error(request, provider, exception=error, extra_context={"state": {}})
    if not isinstance(onward, HttpResponse) or "Location" not in onward:
        return onward
    return render(request, "accounts/to_issuer.html", {"address": onward["Location"], "label": provider.name})


@login_not_required
@never_cache
@require_GET
def back_from_issuer(request: HttpRequest) -> HttpResponse:
    """Come back with a code: check everything, then sign in (and ask for the second factor where there is one)."""
    provider = _provider(request)
    state, _at, _name = statekit.get_states(request).get(request.GET.get("state", ""), ({}, 0.0, ""))
    request.oidc_nonce = state.get("nonce", "")  # type: ignore[attr-defined]
    try:
        response = OAuth2CallbackView.adapter_view(UnitAdapter(request, PROVIDER))(request)
    except OAuth2Error as error:
        return render_authentication_error(request, provider, exception=error, extra_context={"state": state})
    except ImmediateHttpResponse as turned:
        return turned.response
    end_session = getattr(request, "oidc_end_session", "")
    if end_session:
        request.session[END_SESSION] = end_session
    return response


@login_not_required
@never_cache
@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """Signed out here; the unit's own sign-in may still be open on this device, and can be closed as well."""
    address = request.session.pop(END_SESSION, "")
    if not address or not settings.OIDC_ISSUER:
        return redirect("account_login")
    provider = _provider(request)
    return render(request, "accounts/signed_out.html", {"label": provider.name, "address": address})
