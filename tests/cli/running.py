"""A real `maplegrid start` in a data folder of its own, as an operator sees it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

PATIENCE_S = 120.0
STEERING = ("MAPLEGRID_", "DATABASE_URL", "PORT", "DJANGO_")


def clean_environment(home: Path, **more: Any) -> dict[str, str]:
    """The environment of an operator, without what the test run set for itself."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(STEERING)}
    return ours | {"MAPLEGRID_HOME": str(home)} | {name: str(value) for name, value in more.items()}


def run(home: Path, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "maplegrid.cli.run", *words],
        env=clean_environment(home, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(question: Callable[[], Any], what: str) -> Any:
    """Ask until the answer is yes."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"did not come about: {what}")


class Running:
    """`maplegrid start` in the background."""

    def __init__(self, home: Path, **more: Any) -> None:
        self.home, self.port = home, free_port()
        self.output = home.parent / f"{home.name}-{self.port}.out"
        settings = {"PORT": self.port, "MAPLEGRID_DEMO_SCALE": "0.02"} | more
        with self.output.open("wb") as sink:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "maplegrid.cli.run", "start"],
                env=clean_environment(home, **settings),
                stdout=sink,
                stderr=subprocess.STDOUT,
            )

    def ask(self, path: str) -> tuple[int | None, str]:
        """(status or None, body) of a page."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return None, ""
        finally:
            line.close()

    def health(self) -> dict[str, bool]:
        status, body = self.ask("/healthz")
        return json.loads(body) if status in (200, 503) else {}

    def until_ready(self) -> "Running":
        """Until it has said where it is."""
        eventually(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, "an announcement")
        assert self.process.poll() is None, self.said()
        return self

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def family(self) -> list[psutil.Process]:
        """All its descendants."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, words: str) -> psutil.Process | None:
        """Its own child whose command line holds these words."""
        for process in psutil.Process(self.process.pid).children():
            try:
                if words in " ".join(process.cmdline()):
                    return process
            except psutil.Error:
                continue
        return None

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE_S)


def survivors(family: list[psutil.Process]) -> list[psutil.Process]:
    """Who of a family still runs; the dead that nobody has buried do not count."""
    return [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
