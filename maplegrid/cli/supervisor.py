"""Looks after the children of `maplegrid start`: starts them, restarts what dies, stops them all in order."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from maplegrid.kit.lifeline import ENVIRONMENT

LOG_LIMIT = 10 * 2**20
PATIENCE_S = 15.0
LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0


@dataclass
class Child:
    """One process with its log; restarted with growing pauses while it keeps dying."""

    name: str
    arguments: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    born: float = 0.0
    due: float | None = None
    read_to: int = field(default=0, repr=False)

    def start(self) -> None:
        """Start (or start again) with output to the log; in a session of its own, so that Ctrl-C is ours."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as sink:
            self.read_to = min(self.read_to or sink.tell(), sink.tell())
            self.process = subprocess.Popen(
                [sys.executable, "-m", "maplegrid.cli.run", *self.arguments],
                env={"MAPLEGRID_LOG_FORMAT": "json", **os.environ, ENVIRONMENT: str(os.getpid())},
                stdout=sink,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.born, self.due = time.monotonic(), None

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask, wait, and only then insist; whatever it started itself goes with it."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.clear_remains()

    def clear_remains(self) -> None:
        """End what a child that has ended left running in its session."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return

    def keep_alive(self, now: float) -> bool:
        """Start it again when it has died, after a pause that doubles while it dies young. True when started."""
        if not self.died():
            return False
        if self.due is None:
            self.clear_remains()
            self.deaths = 1 if now - self.born > STEADY_S else self.deaths + 1
            self.due = now + min(LONGEST_PAUSE_S, 0.25 * 2**self.deaths)
        if now < self.due:
            return False
        self.start()
        return True

    def new_errors(self) -> list[str]:
        """The lines about errors that were added to the log since the last look; turns a full log over."""
        size = self.log.stat().st_size
        with self.log.open("rb") as file:
            file.seek(min(self.read_to, size))
            fresh = file.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self.read_to = min(self.read_to, size) + len(whole)
        self._turn_over(size)
        return _errors(whole.decode("utf-8", errors="replace").splitlines())

    def last_words(self) -> str:
        """How it ended, and the last line of its log, which mostly says why."""
        code = None if self.process is None else self.process.poll()
        if code is not None and code < 0:
            return f"signal {-code}"
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 4096))
            lines = file.read().decode("utf-8", errors="replace").strip().splitlines()
        return _told(lines[-1].strip()) if lines else ""

    def _turn_over(self, size: int) -> None:
        """Keep one older log; children append, so the file can be emptied under them."""
        if size > LOG_LIMIT:
            self.log.with_name(self.log.name + ".1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)
            self.read_to = 0


def _told(line: str) -> str:
    """A JSON line of the log as people read it: when, how grave, who says what, and where it went wrong."""
    try:
        said = json.loads(line)
        place = [said.get("route", ""), *said.get("trace", [])[-2:]]
        return " ".join(filter(None, (said["time"], said["level"], said["logger"], said["says"], *place)))
    except (ValueError, TypeError, KeyError, AttributeError):
        return line


def _errors(lines: list[str]) -> list[str]:
    """Lines of level ERROR and worse, each message once; a page that said it was unavailable is none."""
    found: dict[str, str] = {}
    for raw in lines:
        line = _told(raw)
        _, sign, message = line.partition(" ERROR ")
        if not sign:
            _, sign, message = line.partition(" CRITICAL ")
        if sign and "Service Unavailable" not in message and "django.request 503" not in message:
            found.setdefault(message, line)
    return list(found.values())
