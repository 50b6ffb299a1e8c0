"""A real installation for the journeys: `maplegrid start` with the full-scale district, and a headless Chromium.

Where Chromium is missing and cannot be installed the journeys say so in one line; in CI that is a failure.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
SHOTS = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"


@dataclass
class Site:
    """A running installation: its address, its data folder, the demo password, and the clock it lives by."""

    address: str
    home: Path
    password: str

    def hold_clock(self, moment: str) -> None:
        """Set the time everything believes it is (ISO-8601)."""
        (self.home / "clock").write_text(moment, encoding="ascii")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: in CI no journey may be skipped")
        pytest.skip("journeys not run: no Chromium on this machine")
    home = Path(tempfile.mkdtemp(prefix="maplegrid-journey-"))
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (home / "clock").write_text("2026-11-23T13:00:00+08:00", encoding="ascii")
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MAPLEGRID_TEST_CLOCK")}
    environment |= {
        "MAPLEGRID_HOME": str(home),
        "PORT": str(port),
        "MAPLEGRID_TEST_CLOCK": str(home / "clock"),
    }
    command = [sys.executable, "-m", "maplegrid.cli.run", "start"]
    with (home / "start.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process, home)
            password = (home / "keys" / "demo-password").read_text(encoding="ascii")
            yield Site(f"http://localhost:{port}", home, password)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            shutil.rmtree(home, ignore_errors=True)


def _wait(address: str, process: subprocess.Popen[bytes], home: Path, patience_s: float = 240) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail((home / "start.log").read_text(encoding="utf-8", errors="replace")[-2000:])


@pytest.fixture(scope="session")
def browser(site: Site) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@dataclass
class Screen:
    """One person's browser window."""

    page: Page
    site: Site
    complaints: list[str]

    def go(self, path: str) -> Page:
        self.page.goto(self.site.address + path)
        return self.page

    def sign_in(self, username: str) -> "Screen":
        self.go("/account/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", self.site.password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**/cases/**")
        return self

    def check(self, name: str) -> None:
        """Nothing overflows sideways."""
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 1, f"{name} overflows by {wide} px"

    def shot(self, name: str) -> None:
        """Keep a picture in docs when asked to (MAPLEGRID_SHOTS=1); always make sure nothing overflows sideways."""
        self.check(name)
        if os.environ.get("MAPLEGRID_SHOTS"):
            SHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SHOTS / f"{name}.png")


@pytest.fixture
def screen(site: Site, browser: Browser) -> Iterator[Callable[..., Screen]]:
    """Open windows: `screen(phone=True)`; a script error or a refused resource fails the journey."""
    opened: list[tuple[Any, list[str]]] = []

    def open_one(*, phone: bool = False, scripts: bool = True, locale: str = "zh-CN") -> Screen:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = browser.new_context(
            viewport=size, locale=locale, java_script_enabled=scripts, has_touch=phone
        )
        page, complaints = context.new_page(), []
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda line: (
                complaints.append(line.text) if line.type == "error" and "422" not in line.text else None
            ),
        )
        opened.append((context, complaints))
        return Screen(page, site, complaints)

    yield open_one
    for context, complaints in opened:
        context.close()
        assert complaints == []


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it."""
    path = tmp_path / "地漏.jpg"
    out = io.BytesIO()
    Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 40).convert("RGB").save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path
