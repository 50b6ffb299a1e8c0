"""allauth's questions about identities from outside, answered by the district's rules."""

import logging
from typing import Any

import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from maplegrid.accounts.actions import sign_in_identity
from maplegrid.accounts.oidc.issuer import IssuerSession, IssuerTrouble
from maplegrid.accounts.oidc.provider import PROVIDER, UnitProvider
from maplegrid.kit.moment import now
from maplegrid.rules.vocabulary import Refusal

log = logging.getLogger("maplegrid.oidc")


class UnitAccounts(DefaultSocialAccountAdapter):
    """One provider, from the settings; no sign-up, no matching by e-mail, no accounts kept by allauth."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        return [app_of_settings()] if settings.OIDC_ISSUER else []

    def get_provider(self, request: HttpRequest, provider: Any, client_id: Any = None) -> UnitProvider:
        return UnitProvider(request, app=self.get_app(request, provider))

    def get_requests_session(self) -> requests.Session:
        return IssuerSession()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def authenticate_by_email(self, login: SocialLogin) -> None:
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Puts the person on the sign-in, or goes back to the sign-in page with the rule's sentence."""
        claims = sociallogin.claims
        found = sign_in_identity(
            issuer=settings.OIDC_ISSUER,
            subject=str(claims["sub"]),
            claim=_plain(claims.get(settings.OIDC_CLAIM)),
            email=_plain(claims.get("email")),
            field=settings.OIDC_MATCH,
            now=now(),
        )
        if isinstance(found, Refusal):
            raise ImmediateHttpResponse(turned_back(request, found.told(_), sociallogin.state))
        sociallogin.user = found
        request.oidc_end_session = sociallogin.end_session  # type: ignore[attr-defined]

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Whatever went wrong: one sentence on the sign-in page, where the password still works."""
        state = (extra_context or {}).get("state") or {}
        log.warning(
            "sign-in with the unit's account failed: %s", exception or request.GET.get("error") or error
        )
        raise ImmediateHttpResponse(
            turned_back(request, sentence_about(error, exception, bool(state)), state)
        )


def app_of_settings() -> SocialApp:
    """The one client registration, as allauth wants it."""
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER,
        name=settings.OIDC_LABEL or _("单位账号"),
        client_id=settings.OIDC_CLIENT,
        secret=settings.OIDC_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER,
            "scope": ["openid", "profile", *settings.OIDC_SCOPES],
            "oauth_pkce_enabled": True,
        },
    )


def _plain(value: Any) -> str:
    """A claim that is one word or number; lists and objects are no names."""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def sentence_about(error: Any, exception: Any, begun_here: bool) -> str:
    """What happened, and what to do."""
    if error == AuthError.CANCELLED:
        return _("您取消了用单位账号登录。")
    if isinstance(exception, IssuerTrouble | requests.RequestException):
        return _("单位账号系统现在连不上。请稍后再试，或者用密码登录。")
    if not begun_here:
        return _("这次登录已经过期，或者不是在这个窗口开始的。请再点一次。")
    return _("单位账号发回的凭据没有通过检验，没有登录。请再试一次；还不行，请用密码登录并告诉系统管理员。")


def turned_back(request: HttpRequest, sentence: str, state: dict[str, Any]) -> HttpResponse:
    """The sign-in page with a sentence; where one wanted to go is kept."""
    messages.error(request, sentence)
    query = f"?{urlencode({'next': state['next']})}" if state.get("next") else ""
    response = redirect("account_login")
    response["Location"] += query
    return response
