"""One line of the table, and how a call is measured."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Line:
    """What was measured: ours, the other way, and how many times better ours is (None: nothing to compare)."""

    name: str
    ours: str
    other: str = ""
    ratio: float | None = None
    note: str = ""


def seconds_each(call: Callable[[Any], object], over: Sequence[Any], rounds: int = 3) -> float:
    """Wall seconds of one call, over all inputs; the median round."""
    return median(_round(call, over) for _ in range(rounds)) / len(over)


def _round(call: Callable[[Any], object], over: Sequence[Any]) -> float:
    begin = time.perf_counter()
    for one in over:
        call(one)
    return time.perf_counter() - begin


@dataclass(frozen=True)
class Cost:
    """What one call took: SQL statements, wall ms, CPU ms of this process and of its PostgreSQL backend."""

    statements: float
    wall_ms: float
    own_cpu_ms: float
    server_cpu_ms: float

    @property
    def cpu_ms(self) -> float:
        return self.own_cpu_ms + self.server_cpu_ms

    def words(self) -> str:
        return (
            f"{self.statements:.0f} SQL, {self.cpu_ms:.1f} ms CPU"
            f" ({self.own_cpu_ms:.1f} + {self.server_cpu_ms:.1f} PG), {self.wall_ms:.1f} ms"
        )


def cost_of(call: Callable[[Any], object], over: Sequence[Any]) -> Cost:
    """The mean cost of a call through Django's connection; BEGIN and COMMIT are not counted as statements.

    The backend's CPU comes in steps of 10 ms, so let `over` be long enough.
    """
    import psutil
    from django.db import connection

    count = 0

    def counting(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*arguments)

    connection.ensure_connection()
    backend = psutil.Process(connection.connection.info.backend_pid)
    server, own, begin = _cpu(backend), time.process_time(), time.perf_counter()
    with connection.execute_wrapper(counting):
        for one in over:
            call(one)
    wall, own, server = time.perf_counter() - begin, time.process_time() - own, _cpu(backend) - server
    return Cost(count / len(over), *(1000 * value / len(over) for value in (wall, own, server)))


def _cpu(process: Any) -> float:
    times = process.cpu_times()
    return times.user + times.system
