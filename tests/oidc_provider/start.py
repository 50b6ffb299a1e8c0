"""Starts the provider in a process of its own, and walks its pages as a browser would."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

CLIENT, SECRET, PASSWORD = "maplegrid", "client-secret-for-tests", "unit-password-for-tests"


@dataclass
class Provider:
    """A running provider: its issuer address and its folder."""

    issuer: str
    folder: Path

    def bend(self, **how: Any) -> None:
        """Say other claims (`claims`, `userinfo`), other token fields (`token`, `drop`), sign falsely (`forged`)."""
        (self.folder / "bend.json").write_text(json.dumps(how), encoding="utf-8")

    def walk(self, address: str, username: str) -> str:
        """Sign in there as this user; the address the provider sends the browser back to."""
        answer = self.answer(address, username)
        assert "/oidc/back" in answer.headers.get("Location", ""), answer.text[:300]
        return answer.headers["Location"]

    def answer(self, address: str, username: str) -> requests.Response:
        """The provider's last word on a request after this user signed in there."""
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(address)
            fields = dict(re.findall(r'name="(csrfmiddlewaretoken|next)" value="([^"]*)"', page.text))
            fields = {name: unescape(value) for name, value in fields.items()}
            fields |= {"username": username, "password": PASSWORD}
            answer = browser.post(page.url, fields, allow_redirects=False)
            while answer.is_redirect and "/oidc/back" not in answer.headers["Location"]:
                answer = browser.get(urljoin(answer.url, answer.headers["Location"]), allow_redirects=False)
            return answer


@contextmanager
def provider_for(*addresses: str) -> Iterator[Provider]:
    """A provider whose client may be sent back to these addresses; ended at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="maplegrid-provider-") as folder:
        environment = os.environ | {"PROVIDER_FOLDER": folder, "PROVIDER_PORT": str(port)}
        command = [sys.executable, "-m", "tests.oidc_provider", *addresses]
        process = subprocess.Popen(command, env=environment)
        provider = Provider(f"http://localhost:{port}", Path(folder))
        try:
            _wait(provider.issuer, process)
            yield provider
        finally:
            process.terminate()
            process.wait(20)


def _wait(issuer: str, process: "subprocess.Popen[bytes]", patience_s: float = 40) -> None:
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with requests.Session() as session:
                session.trust_env = False
                if session.get(f"{issuer}/.well-known/openid-configuration", timeout=5).ok:
                    return
        except requests.ConnectionError:
            time.sleep(0.2)
    raise AssertionError("the provider did not start")
