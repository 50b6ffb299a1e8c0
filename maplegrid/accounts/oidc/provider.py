"""allauth's `openid_connect` provider with what it leaves open closed: nonce, signature, one origin, one purpose."""

import secrets
from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from maplegrid.accounts.oidc.issuer import discover, fetch
from maplegrid.accounts.oidc.tokens import BadToken, verified

PROVIDER = "unit"


class UnitAdapter(OpenIDConnectOAuth2Adapter):
    """Speaks to the issuer for one sign-in."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself; read once a request."""
        if not hasattr(self, "_described"):
            self._described = discover()
        return self._described

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the issuer sends people back to: exactly one address."""
        return request.build_absolute_uri(reverse("accounts:oidc_back"))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """The verified claims as a sign-in that knows no person yet. BadToken, IssuerTrouble."""
        claims = verified(
            str(kwargs["response"].get("id_token", "")),
            keys=fetch(self.openid_config["jwks_uri"]),
            issuer=settings.OIDC_ISSUER,
            client=settings.OIDC_CLIENT,
            nonce=request.oidc_nonce,  # type: ignore[attr-defined]
        )
        login = SocialLogin(
            provider=self.get_provider(), account=SocialAccount(provider=PROVIDER, uid=PROVIDER)
        )
        login.claims = claims | self._further(claims, token)
        login.end_session = self.openid_config.get("end_session_endpoint", "")
        return login

    def _further(self, claims: dict[str, Any], token: SocialToken) -> dict[str, Any]:
        """The claim we ask for from the userinfo endpoint, where the token itself does not carry it."""
        address = self.openid_config.get("userinfo_endpoint")
        if claims.get(settings.OIDC_CLAIM) or not address:
            return {}
        said = fetch(address, Authorization=f"Bearer {token.token}")
        if said.get("sub") != claims["sub"]:
            raise BadToken("userinfo speaks of somebody else")
        return {name: said[name] for name in (settings.OIDC_CLAIM, "email") if name in said}


class UnitProvider(OpenIDConnectProvider):
    """The one provider there is; nothing in the address of a request changes what it asks for."""

    oauth2_adapter_class = UnitAdapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """A sign-in with a fresh nonce; only `next` is taken from the request, and only where it stays here."""
        given = super().get_redirect_from_request_kwargs(request)
        nonce = secrets.token_urlsafe(24)
        kept = {"next_url": given["next_url"]} if "next_url" in given else {}
        return {
            **kept,
            "process": AuthProcess.LOGIN,
            "scope": self.get_scope(),
            "auth_params": {"nonce": nonce},
            "nonce": nonce,
        }
