"""Sign-in with the unit's own account against a real provider in another process: in, refused, bent, down, out."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user
from django.test import Client

from maplegrid.accounts.models import Identity, Person
from maplegrid.audit.models import Entry
from tests.cast import CAST, person
from tests.oidc_provider.start import CLIENT, SECRET, Provider, provider_for

pytestmark = pytest.mark.django_db
SENT_BACK = "没有登录"


@pytest.fixture(scope="session")
def running() -> Iterator[Provider]:
    with provider_for("http://testserver") as provider:
        yield provider


@pytest.fixture
def provider(running: Provider, settings) -> Provider:
    """The provider, honest, and this installation set up for it."""
    running.bend()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = running.issuer, CLIENT, SECRET
    settings.OIDC_LABEL, settings.OIDC_CLAIM, settings.OIDC_MATCH = (
        "区统一账号",
        "preferred_username",
        "username",
    )
    return running


def onward(client: Client, **fields: str) -> str:
    """Press the button on the sign-in page; the address at the provider one is sent to."""
    page = client.post("/oidc/login", fields)
    assert page.status_code == 200, page.get("Location")
    return unescape(re.search(r'content="0;url=([^"]+)"', page.content.decode())[1])


def signed_in(client: Client, provider: Provider, username: str, **fields: str):
    """The whole way: button, provider's page, back. The last page's answer, redirects not followed."""
    return client.get(provider.walk(onward(client, **fields), username))


def sentence(client: Client, response) -> str:
    """What the sign-in page says after one was sent back; nobody is signed in."""
    assert response.status_code == 302
    assert response.url.startswith("/account/login")
    page = client.get(response.url).content.decode()
    assert not get_user(client).is_authenticated
    return re.sub(r"<[^>]+>", "", re.search(r'<li class="msg error">.*?</li>', page)[0])


def test_a_person_of_the_roster_signs_in_and_the_link_is_kept_and_audited(provider: Provider):
    client, before = Client(), Person.objects.count()
    response = signed_in(client, provider, CAST.chief)
    assert (response.status_code, response.url) == (302, "/")
    assert get_user(client) == person(CAST.chief)
    link = Identity.objects.get()
    assert (link.issuer, link.person, link.claim) == (provider.issuer, person(CAST.chief), CAST.chief)
    told = Entry.objects.get(action="identity.linked")
    assert told.subject == f"person:{link.person_id}"
    assert told.detail == {"issuer": provider.issuer, "subject": link.subject}
    assert Person.objects.count() == before


def test_the_request_carries_state_nonce_and_a_hashed_pkce_challenge(provider: Provider):
    client = Client()
    first, second = (parse_qs(urlsplit(onward(client)).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name][0] != second[name][0]
        assert len(first[name][0]) >= 16
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    assert first["redirect_uri"] == ["http://testserver/oidc/back"]
