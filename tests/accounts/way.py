"""The way to the provider and back, as a browser goes it."""

import re
from html import unescape

from django.contrib.auth import get_user
from django.test import Client

from tests.oidc_provider.start import Provider


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
