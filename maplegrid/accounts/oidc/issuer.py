"""Talks to the configured issuer and to nobody else: same origin, no redirects, no proxies, with timeouts."""

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.conf import settings

CONNECT_S, READ_S = 3, 5
ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
)
NEEDED = ENDPOINTS[:3]


class IssuerTrouble(OAuth2Error):
    """The issuer did not answer, or answered what cannot be used. The words are for the log, in English."""


class IssuerSession(requests.Session):
    """An HTTP session that opens no connection except to the issuer."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False
        self.verify = settings.OIDC_CA or True

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests does it; IssuerTrouble for another origin, no answer in time or a redirect."""
        if origin(str(url)) != origin(settings.OIDC_ISSUER):
            raise IssuerTrouble(f"{url} is not at the issuer; nothing was sent")
        kwargs |= {"allow_redirects": False, "timeout": (CONNECT_S, READ_S)}
        try:
            answer = super().request(method, url, *args, **kwargs)
        except requests.RequestException as error:
            raise IssuerTrouble(f"{urlsplit(url).path}: {type(error).__name__}") from error
        if answer.is_redirect:
            raise IssuerTrouble(f"{urlsplit(url).path} answers with a redirect")
        return answer


def origin(address: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)


def fetch(url: str, **headers: str) -> dict[str, Any]:
    """A JSON object of the issuer; IssuerTrouble when there is none."""
    with IssuerSession() as session:
        answer = session.get(url, headers=headers)
    try:
        answer.raise_for_status()
        found = answer.json()
    except requests.RequestException as error:
        raise IssuerTrouble(f"{urlsplit(url).path}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise IssuerTrouble(f"{urlsplit(url).path} is no JSON object")
    return found


def discover() -> dict[str, Any]:
    """The issuer's own description (OpenID Connect Discovery 1.0, 4.3): it must name itself as configured here."""
    found = fetch(settings.OIDC_ISSUER.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != settings.OIDC_ISSUER:
        raise IssuerTrouble(f"the issuer calls itself {found.get('issuer')!r}, configured is another")
    for name in ENDPOINTS:
        if name in NEEDED and not found.get(name):
            raise IssuerTrouble(f"the issuer names no {name}")
        if found.get(name) and origin(str(found[name])) != origin(settings.OIDC_ISSUER):
            raise IssuerTrouble(f"{name} is not at the issuer")
    return found
