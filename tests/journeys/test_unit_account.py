"""Signing in with the unit's own account, in a real browser against a real provider; and sign-in protection."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.journeys.conftest import Screen, Site
from tests.journeys.conftest import _wait as wait_for
from tests.oidc_provider.start import CLIENT, PASSWORD, SECRET, Provider, provider_for

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def joined(site: Site) -> Iterator[tuple[Site, Provider]]:
    """A second web server of the same installation that knows the unit's provider, and that provider."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    with provider_for(address) as provider:
        secret = site.home / "keys" / "oidc-secret"
        secret.write_text(SECRET + "\n", encoding="ascii")
        environment = os.environ | {
            "MAPLEGRID_HOME": str(site.home),
            "MAPLEGRID_TEST_CLOCK": str(site.home / "clock"),
            "DATABASE_URL": (site.home / "run" / "database.url").read_text(),
            "PORT": str(port),
            "MAPLEGRID_OIDC_ISSUER": provider.issuer,
            "MAPLEGRID_OIDC_CLIENT": CLIENT,
            "MAPLEGRID_OIDC_SECRET_FILE": str(secret),
            "MAPLEGRID_OIDC_LABEL": "区统一账号",
        }
        with (site.home / "joined.log").open("wb") as log:
            command = [sys.executable, "-m", "maplegrid.cli.run", "web"]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
            try:
                wait_for(f"{address}/healthz", process, site.home, 60)
                yield Site(address, site.home, site.password), provider
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)


@pytest.fixture
def window(screen: Callable[..., Screen], joined: tuple[Site, Provider]) -> Callable[..., Screen]:
    """A window on the server that knows the provider."""

    def open_one(**how: object) -> Screen:
        opened = screen(**how)
        opened.site = joined[0]
        joined[1].bend()
        return opened

    return open_one


def at_provider(page, username: str) -> None:
    page.wait_for_selector("h1:has-text('Unit accounts')")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("button")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_in_with_the_units_account_and_out_of_both(window, joined, phone: bool):
    who, width = ("gm05.chief", "phone") if phone else ("gm.desk2", "desktop")
    mine = window(phone=phone)
    page = mine.go("/account/login/?next=/notices")
    mine.shot(f"oidc-sign-in-{width}")
    page.click("button:has-text('用区统一账号登录')")
    at_provider(page, who)
    page.wait_for_url("**/notices")
    page.locator("details.menu > summary").click()
    page.click("button:has-text('退出')")
    page.wait_for_url("**/oidc/signed-out")
    mine.shot(f"oidc-signed-out-{width}")
    assert mine.go("/cases/").url.startswith(f"{joined[0].address}/account/login/")
    page.click("button:has-text('用区统一账号登录')")
    page.wait_for_url("**/cases/")
    page.locator("details.menu > summary").click()
    page.click("button:has-text('退出')")
    page.click("a:has-text('一并退出区统一账号')")
    page.wait_for_url(f"{joined[1].issuer}/logout/**")


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
def test_a_stranger_is_sent_back_with_a_sentence_and_the_password_still_works(window, phone: bool):
    mine = window(phone=phone)
    page = mine.go("/account/login/")
    page.click("button:has-text('用区统一账号登录')")
    at_provider(page, "stranger")
    page.locator(".msg.error", has_text="没有和您的单位账号对应的人员").wait_for()
    mine.shot(f"oidc-refused-{'phone' if phone else 'desktop'}")
    mine.sign_in("gm.desk1")


def test_the_system_administrator_sees_and_undoes_links(window):
    for phone in (True, False):
        mine = window(phone=phone)
        page = mine.go("/account/login/")
        page.click("button:has-text('用区统一账号登录')")
        at_provider(page, "tj.desk1" if phone else "gm.desk1")
        page.wait_for_url("**/cases/**")
    for phone in (True, False):
        admin = window(phone=phone)
        admin.go("/account/login/?next=/identities")
        admin.page.fill("[name=login]", "admin.system")
        admin.page.fill("[name=password]", admin.site.password)
        admin.page.click("form:has([name=login]) button[type=submit]")
        admin.page.wait_for_url("**/identities")
        admin.shot(f"oidc-links-{'phone' if phone else 'desktop'}")
    row = admin.page.locator("section", has_text="gm.desk1")
    row.locator("[name=reason]").fill("换了单位账号")
    row.locator("button").click()
    admin.page.get_by_text("已解除").wait_for()
    assert admin.page.locator("section", has_text="gm.desk1").count() == 0


@pytest.mark.parametrize(
    ("phone", "locale", "who"), [(True, "zh-CN", "gm02.chief"), (False, "zh-CN", "tj.desk2"), (True, "en", "gm06.chief"), (False, "en", "fenghuang.desk1")],
    ids=["phone", "desktop", "phone-en", "desktop-en"],
)  # fmt: skip
def test_protection_is_set_up_used_and_taken_off(screen, phone: bool, locale: str, who: str):
    mine = screen(phone=phone, locale=locale)
    width = ("phone" if phone else "desktop") + ("-en" if locale == "en" else "")
    mine.sign_in(who)
    page = mine.go("/account/2fa/")
    mine.shot(f"mfa-off-{width}")
    page.click("a[href='/account/2fa/totp/activate/']")
    mine.shot(f"mfa-confirm-{width}")
    page.fill("[name=password]", mine.site.password)
    page.click(".guard form button")
    page.wait_for_url("**/totp/activate/**")
    mine.shot(f"mfa-set-up-{width}")
    secret = page.locator(".secret").inner_text().strip()
    page.fill("[name=code]", "000000")
    page.click(".guard form button")
    page.locator(".err").wait_for()
    assert page.locator(".secret").inner_text().strip() == secret
    page.wait_for_timeout(600)  # the page scrolls to the field
    mine.shot(f"mfa-wrong-{width}")
    page.fill("[name=code]", code_of(secret))
    page.click(".guard form button")
    page.wait_for_url("**/recovery-codes/**")
    spare = page.locator(".recovery li").all_inner_texts()
    assert len(spare) == 10
    mine.shot(f"mfa-recovery-{width}")
    mine.go("/account/2fa/")
    mine.shot(f"mfa-on-{width}")
    mine.go("/account/2fa/recovery-codes/generate/")
    mine.shot(f"mfa-generate-{width}")
    page.locator("details.menu > summary").click()
    page.locator("form[action='/account/logout/'] button").click()
    page.wait_for_url(f"{mine.site.address}/")
    mine.go("/account/login/")
    page.fill("[name=login]", who)
    page.fill("[name=password]", mine.site.password)
    page.click("button[type=submit]")
    page.wait_for_url("**/2fa/authenticate/")
    page.fill("[name=code]", "000000")
    page.click("button.go")
    page.locator(".err").wait_for()
    mine.shot(f"mfa-enter-{width}")
    page.fill("[name=code]", spare[0])
    page.click("button.go")
    page.wait_for_url("**/cases/**")
    mine.go("/account/2fa/totp/deactivate/")
    if "reauthenticate" in page.url:
        mine.shot(f"mfa-again-{width}")
        page.locator(".guard input.field").fill(
            mine.site.password if page.locator("[name=password]").count() else spare[1]
        )
        page.click(".guard form button")
        page.wait_for_url("**/deactivate/**")
    mine.shot(f"mfa-off-confirm-{width}")
    page.click(".guard form button")
    page.wait_for_url("**/2fa/")
    mine.go("/account/password/change/")
    mine.shot(f"password-change-{width}")


def code_of(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
