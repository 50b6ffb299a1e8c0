"""Sign-in with the unit's own account against a real provider in another process: who gets in, who does not."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal import auth as totp_auth
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.test import Client

from maplegrid.accounts.models import Identity, Person
from maplegrid.audit.models import Entry
from tests.accounts.way import onward, sentence, signed_in
from tests.cast import CAST, PASSWORD, person
from tests.oidc_provider.start import Provider

pytestmark = pytest.mark.django_db


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


def test_an_unknown_person_is_refused_and_no_account_is_made(provider: Provider):
    client, before = Client(), Person.objects.count()
    assert "没有和您的单位账号对应的人员" in sentence(client, signed_in(client, provider, "stranger"))
    assert Person.objects.count() == before
    assert Entry.objects.get(action="identity.refused").reason == "unknown"


def test_an_equal_e_mail_address_signs_nobody_in(provider: Provider):
    Person.objects.filter(username=CAST.chief).update(email="chief@example.org")
    provider.bend(claims={"email": "chief@example.org", "email_verified": True})
    client = Client()
    assert "邮箱不能用来认人" in sentence(client, signed_in(client, provider, "stranger"))


def test_somebody_who_left_is_refused_the_first_time_and_ever_after(provider: Provider):
    client = Client()
    signed_in(client, provider, CAST.chief)
    Person.objects.filter(username__in=[CAST.chief, CAST.community]).update(is_active=False)
    assert not get_user(client).is_authenticated, "whoever is deactivated is out at once"
    assert "已停用" in sentence(client, signed_in(client, provider, CAST.chief))
    assert "已停用" in sentence(client, signed_in(client, provider, CAST.community))


def test_two_people_with_the_same_number_are_both_refused(provider: Provider, settings):
    settings.OIDC_MATCH = "staff_number"
    settings.OIDC_CLAIM = "employee_number"
    provider.bend(claims={"employee_number": "00417"})
    Person.objects.filter(username__in=[CAST.chief, CAST.community]).update(staff_number="00417")
    client = Client()
    assert "不止一个" in sentence(client, signed_in(client, provider, "wang"))
    Person.objects.filter(username=CAST.community).update(staff_number="")
    signed_in(client, provider, "wang")
    assert get_user(client) == person(CAST.chief)


@pytest.mark.parametrize(
    "claims", [{}, {"employee_number": ""}, {"employee_number": ["00417"]}, {"employee_number": True}]
)
def test_without_the_claim_nobody_is_guessed(provider: Provider, settings, claims: dict):
    settings.OIDC_MATCH, settings.OIDC_CLAIM = "staff_number", "employee_number"
    provider.bend(claims=claims)
    client = Client()
    assert "认人要用的那一项" in sentence(client, signed_in(client, provider, "wang"))


def test_a_claim_only_userinfo_tells_counts_and_another_subjects_does_not(provider: Provider, settings):
    settings.OIDC_MATCH, settings.OIDC_CLAIM = "staff_number", "employee_number"
    Person.objects.filter(username=CAST.chief).update(staff_number="00417")
    client = Client()
    provider.bend(userinfo={"employee_number": "00417", "sub": "somebody-else"})
    assert "没有通过检验" in sentence(client, signed_in(client, provider, "wang"))
    provider.bend(userinfo={"employee_number": "00417"})
    signed_in(client, provider, "wang")
    assert get_user(client) == person(CAST.chief)


def test_a_changed_claim_moves_the_link_to_nobody(provider: Provider):
    client = Client()
    signed_in(client, provider, CAST.chief)
    provider.bend(claims={"preferred_username": CAST.community})
    client = Client()
    signed_in(client, provider, CAST.chief)
    assert get_user(client) == person(CAST.chief)
    assert Identity.objects.get().claim == CAST.chief


def test_a_user_name_given_to_a_newcomer_at_the_issuer_opens_nothing(provider: Provider):
    signed_in(Client(), provider, CAST.chief)
    provider.bend(claims={"preferred_username": CAST.chief})
    client = Client()
    assert "另一个单位账号" in sentence(client, signed_in(client, provider, "newcomer"))


def test_a_sign_in_changes_no_right_of_the_person(provider: Provider):
    provider.bend(
        claims={
            "is_staff": True,
            "is_superuser": True,
            "groups": ["admin"],
            "name": "Boss",
            "email": "b@x.cn",
        }
    )
    before = Person.objects.filter(username=CAST.chief).values().get()
    signed_in(Client(), provider, CAST.chief)
    after = Person.objects.filter(username=CAST.chief).values().get()
    assert before | {"last_login": None} == after | {"last_login": None}
    assert not SocialAccount.objects.exists()


def test_whoever_protects_their_account_is_still_asked_for_the_code(provider: Provider):
    secret = totp_auth.generate_totp_secret()
    totp_auth.TOTP.activate(person(CAST.chief), secret)
    client = Client()
    response = signed_in(client, provider, CAST.chief)
    assert response.url == "/account/2fa/authenticate/"
    assert not get_user(client).is_authenticated
    wrong = client.post(response.url, {"code": "000000"})
    assert wrong.status_code == 200
    code = totp_auth.format_hotp_value(
        totp_auth.hotp_value(secret, next(totp_auth.yield_hotp_counters_from_time()))
    )
    assert client.post(response.url, {"code": code}).url == "/"
    assert get_user(client) == person(CAST.chief)


def test_the_issuer_being_down_is_said_and_the_password_still_works(provider: Provider, settings):
    client = Client()
    back = provider.walk(onward(client), CAST.chief)
    settings.OIDC_ISSUER = "http://localhost:1"
    assert "现在连不上" in sentence(client, client.post("/oidc/login"))
    onward_state = client.get(back)
    assert "现在连不上" in sentence(client, onward_state)
    fields = {"login": CAST.chief, "password": PASSWORD}
    assert client.post("/account/login/", fields).url == "/"


def test_a_cancelled_sign_in_says_so(provider: Provider):
    client = Client()
    state = parse_qs(urlsplit(onward(client)).query)["state"][0]
    response = client.get(f"/oidc/back?error=access_denied&state={state}")
    assert "您取消了" in sentence(client, response)


def test_signing_out_ends_the_session_and_offers_to_leave_the_issuer_too(provider: Provider):
    client = Client()
    signed_in(client, provider, CAST.chief)
    response = client.post("/account/logout/")
    assert response["Clear-Site-Data"] == '"storage"'
    assert response.url == "/oidc/signed-out"
    assert not get_user(client).is_authenticated
    page = client.get(response.url).content.decode()
    assert f'href="{provider.issuer}/logout/"' in page
    assert client.get(response.url).url == "/account/login/"


def test_whoever_came_by_password_signs_out_as_ever(provider: Provider):
    client = Client()
    client.post("/account/login/", {"login": CAST.chief, "password": PASSWORD})
    assert client.post("/account/logout/").url == "/"


def test_a_system_administrator_undoes_a_link_and_it_is_audited(provider: Provider):
    signed_in(Client(), provider, CAST.chief)
    link = Identity.objects.get()
    for username in (CAST.chief, CAST.district, CAST.grid_centre, CAST.auditor):
        client = Client()
        client.force_login(person(username))
        assert client.get("/identities").status_code == 403
        assert client.post(f"/identities/{link.pk}/unlink", {"reason": "x"}).status_code == 403
    client.force_login(person(CAST.system))
    assert CAST.chief in client.get(f"/identities?q={CAST.chief}").content.decode()
    client.post(f"/identities/{link.pk}/unlink", {"reason": "连错了人"})
    told = Entry.objects.get(action="identity.unlinked")
    assert (told.subject, told.reason) == (f"person:{link.person_id}", "连错了人")
    assert told.actor == f"person:{person(CAST.system).pk}"
    provider.bend(claims={"preferred_username": CAST.community})
    again = Client()
    signed_in(again, provider, CAST.chief)
    assert get_user(again) == person(CAST.community), (
        "after the link is undone the next sign-in is a first one"
    )


def test_unset_the_sign_in_page_is_as_it_was(settings):
    assert settings.OIDC_ISSUER == ""
    page = Client().get("/account/login/").content.decode()
    assert "oidc" not in page
    assert Client().post("/oidc/login").status_code == 404
    assert Client().get("/oidc/back?code=1&state=2").status_code == 404
