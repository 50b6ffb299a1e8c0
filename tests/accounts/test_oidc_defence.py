"""Tokens, codes, addresses and connections that are not what they should be, against the real provider."""

import re
import socket
import time
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.contrib.auth import get_user
from django.test import Client

from maplegrid.accounts.models import Identity
from maplegrid.accounts.oidc import issuer
from maplegrid.accounts.oidc.issuer import IssuerSession, IssuerTrouble
from tests.accounts.way import onward, sentence, signed_in
from tests.cast import CAST
from tests.oidc_provider.start import CLIENT, Provider

pytestmark = pytest.mark.django_db


def test_the_request_carries_state_nonce_and_a_hashed_pkce_challenge(provider: Provider):
    client = Client()
    first, second = (parse_qs(urlsplit(onward(client)).query) for _ in range(2))
    for name in ("state", "nonce", "code_challenge"):
        assert first[name][0] != second[name][0]
        assert len(first[name][0]) >= 16
    assert first["code_challenge_method"] == ["S256"]
    assert first["response_type"] == ["code"]
    assert first["redirect_uri"] == ["http://testserver/oidc/back"]


@pytest.mark.parametrize(
    ("bend", "words"),
    [
        ({"token": {"nonce": "somebody-elses"}}, "没有通过检验"),
        ({"drop": ["nonce"]}, "没有通过检验"),
        ({"token": {"aud": "another-client"}}, "没有通过检验"),
        ({"token": {"aud": [CLIENT, "another-client"]}}, "没有通过检验"),
        ({"token": {"azp": "another-client"}}, "没有通过检验"),
        ({"token": {"iss": "http://localhost:1"}}, "没有通过检验"),
        ({"token": {"exp": -3600}}, "没有通过检验"),
        ({"token": {"iat": 3600}}, "没有通过检验"),
        ({"drop": ["exp"]}, "没有通过检验"),
        ({"drop": ["sub"]}, "没有通过检验"),
        ({"forged": True}, "没有通过检验"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_token_that_proves_nothing_signs_nobody_in(provider: Provider, bend: dict, words: str):
    client = Client()
    provider.bend(**bend)
    assert words in sentence(client, signed_in(client, provider, CAST.chief))
    assert not Identity.objects.exists()


def test_the_provider_asks_for_the_secret_the_challenge_and_our_exact_address(provider: Provider, settings):
    client = Client()
    address = onward(client)
    assert provider.answer(address.replace("testserver", "elsewhere.example"), CAST.chief).status_code == 400
    without = provider.answer(
        re.sub(r"&code_challenge=[^&]+|(?<=[?])code_challenge=[^&]+&", "", address), CAST.chief
    )
    assert "code=" not in without.headers.get("Location", "")
    assert "error=invalid_request" in without.headers["Location"]
    settings.OIDC_SECRET = "not the secret"
    assert "没有通过检验" in sentence(client, signed_in(client, provider, CAST.chief))


def test_a_code_taken_from_another_browser_is_worth_nothing(provider: Provider):
    thief, victim = Client(), Client()
    back = provider.walk(onward(thief), CAST.chief)
    assert "不是在这个窗口开始的" in sentence(victim, victim.get(back))
    onward(victim)
    assert "不是在这个窗口开始的" in sentence(victim, victim.get(back))
    assert thief.get(back).url == "/"
    thief.logout()
    assert "不是在这个窗口开始的" in sentence(thief, thief.get(back)), "a code works once"


def test_a_code_sent_back_with_another_sign_ins_state_fails_at_the_verifier(provider: Provider):
    thief, victim = Client(), Client()
    stolen = parse_qs(urlsplit(provider.walk(onward(thief), CAST.chief)).query)["code"][0]
    state = parse_qs(urlsplit(onward(victim)).query)["state"][0]
    query = urlencode({"code": stolen, "state": state})
    assert "没有通过检验" in sentence(victim, victim.get(f"/oidc/back?{query}"))


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_off_the_site(provider: Provider, target: str):
    client = Client()
    assert signed_in(client, provider, CAST.chief, next=target).url == "/"


def test_next_leads_where_one_wanted_to_go(provider: Provider):
    assert signed_in(Client(), provider, CAST.chief, next="/cases/map").url == "/cases/map"
    client = Client()
    response = signed_in(client, provider, "stranger", next="/cases/map")
    assert response.url == "/account/login/?next=%2Fcases%2Fmap"


def test_nothing_in_the_address_changes_what_is_asked_for(provider: Provider):
    client = Client()
    page = client.post("/oidc/login?scope=admin&auth_params=prompt%3Dnone&process=connect&action=rerequest")
    query = parse_qs(
        urlsplit(unescape(re.search(r'content="0;url=([^"]+)"', page.content.decode())[1])).query
    )
    assert set(query["scope"][0].split()) == {"openid", "profile"}
    assert "prompt" not in query
    assert client.get("/oidc/login").status_code == 405


def test_an_issuer_that_names_endpoints_elsewhere_is_not_followed(provider: Provider, monkeypatch):
    asked: list[str] = []
    send = requests.Session.send

    def listening(session, prepared, **how):
        asked.append(prepared.url)
        answer = send(session, prepared, **how)
        answer._content = answer.content.replace(
            f"{provider.issuer}/token".encode(), b"http://elsewhere.test/token"
        )
        return answer

    monkeypatch.setattr(requests.Session, "send", listening)
    client = Client()
    assert "现在连不上" in sentence(client, client.post("/oidc/login"))
    assert asked == [f"{provider.issuer}/.well-known/openid-configuration"]


def test_an_issuer_with_another_name_than_configured_is_refused(provider: Provider, settings):
    settings.OIDC_ISSUER = provider.issuer + "/"
    client = Client()
    assert "现在连不上" in sentence(client, client.post("/oidc/login"))


def test_nothing_is_sent_to_another_host_and_no_redirect_is_followed(provider: Provider):
    with IssuerSession() as session:
        with pytest.raises(IssuerTrouble, match="nothing was sent"):
            session.get("http://elsewhere.test/")
        with pytest.raises(IssuerTrouble, match="nothing was sent"):
            session.get(provider.issuer.replace("http:", "https:"))
        with pytest.raises(IssuerTrouble, match="redirect"):
            session.get(f"{provider.issuer}/authorize/?client_id={CLIENT}&response_type=code")


def test_an_issuer_that_never_answers_is_given_up_within_its_time(settings, monkeypatch):
    monkeypatch.setattr(issuer, "READ_S", 0.3)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.OIDC_ISSUER = f"http://127.0.0.1:{silent.getsockname()[1]}"
        begun = time.monotonic()
        with pytest.raises(IssuerTrouble, match="ReadTimeout"):
            issuer.discover()
        assert time.monotonic() - begun < 2


def test_a_sign_in_connects_to_the_issuer_and_the_database_only(provider: Provider, monkeypatch):
    connected: set[tuple[str, int]] = set()
    connect = socket.socket.connect

    def listening(self, address):
        connected.add(address)
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", listening)
    client = Client()
    signed_in(client, provider, CAST.chief)
    assert get_user(client).is_authenticated
    client.get("/cases/")
    assert {address[1] for address in connected} == {urlsplit(provider.issuer).port}


def test_nobody_makes_us_ask_the_issuer_without_end(provider: Provider, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "2/m/ip"}
    client = Client()
    assert [client.post("/oidc/login").status_code for _ in range(3)] == [200, 200, 429]
    settings.OIDC_ISSUER = "http://localhost:1"
    assert "不是在这个窗口开始的" in sentence(client, client.get("/oidc/back?code=1&state=2")), (
        "it asked the issuer"
    )
