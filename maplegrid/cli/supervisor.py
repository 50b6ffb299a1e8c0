"""Looks after the children of `maplegrid start`: starts them, restarts what dies, stops them all in order."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from maplegrid.kit.lifeline import ENVIRONMENT

LOG_LIMIT = 10 * 2**20
PATIENCE_S = 15.0


@dataclass
class Child:
    """One process with its log; restarted with growing pauses while it keeps dying."""

    name: str
    arguments: list[str]
    log: Path
    lifeline: int
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    not_before: float = 0.0
    sink: IO[bytes] | None = field(default=None, repr=False)

    def start(self, environment: dict[str, str]) -> None:
        """Start (or start again) with output to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.sink = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "maplegrid.cli.run", *self.arguments],
            env={**environment, ENVIRONMENT: str(self.lifeline)},
            stdout=self.sink,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            pass_fds=(self.lifeline,),
            start_new_session=True,
        )

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask, wait, and only then insist; its own children go with it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def keep_alive(children: list[Child], environment: dict[str, str]) -> list[str]:
    """Restart what has died, after a pause that doubles up to half a minute; says whom it restarted."""
    restarted = []
    for child in children:
        if child.died() and child.not_before == 0.0:
            child.deaths += 1
            child.not_before = time.monotonic() + min(30.0, 0.5 * 2**child.deaths)
        if child.died() and time.monotonic() >= child.not_before:
            child.not_before = 0.0
            child.start(environment)
            restarted.append(child.name)
    return restarted
