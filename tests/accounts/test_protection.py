"""Sign-in protection: its secrets lie sealed in the database, and its pages speak both languages."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp_auth
from django.test import Client

from tests.cast import CAST, PASSWORD, person

pytestmark = pytest.mark.django_db
PAGES = (
    "/account/2fa/",
    "/account/2fa/totp/deactivate/",
    "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/",
    "/account/password/change/",
    "/account/logout/",
)


@pytest.fixture
def client() -> Client:
    """The chief, signed in by password a moment ago, with a code on the phone and recovery codes."""
    client = Client()
    client.force_login(person(CAST.chief))
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    totp_auth.TOTP.activate(person(CAST.chief), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person(CAST.chief))
    return client


def test_the_secrets_are_sealed_in_the_database_and_still_work(client: Client):
    rows = {row.type: row for row in Authenticator.objects.filter(user=person(CAST.chief))}
    assert "JBSWY3DP" not in str(rows["totp"].data)
    code = rows["recovery_codes"].wrap().get_unused_codes()[0]
    assert code not in str(rows["recovery_codes"].data)
    assert rows["recovery_codes"].wrap().validate_code(code)
    value = totp_auth.hotp_value(
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", next(totp_auth.yield_hotp_counters_from_time())
    )
    assert rows["totp"].wrap().validate_code(totp_auth.format_hotp_value(value))


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_in_the_frame_in_both_languages_and_without_inline_code(client: Client, address: str):
    for language, foreign in (("zh-hans", "Two-Factor"), ("en", "登录保护")):
        client.cookies["language"] = language
        response = client.get(address)
        page = response.content.decode()
        assert response.status_code == 200, response.get("Location")
        assert 'class="tabs"' in page
        assert foreign not in page
        assert " style=" not in page
        assert "<script>" not in page


def test_a_wrong_code_is_answered_in_the_readers_language(client: Client):
    for language, words in (("zh-hans", "验证码不对"), ("en", "That code is wrong")):
        other = Client()
        other.cookies["language"] = language
        other.post("/account/login/", {"login": CAST.chief, "password": PASSWORD})
        assert words in other.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
