"""What one tick takes from a million running clocks, and 10,000 breaches at one instant with two workers."""

import subprocess
import sys
import time
from argparse import Namespace
from datetime import timedelta

from benchmarks.measuring import Line
from benchmarks.world import World

DUE = 200
# In the case table of the demo, copied: every copy open, its one clock due far away.
COPY_CASE = (
    "INSERT INTO cases_case (number, {columns}) SELECT number || '-t' || n, {columns} FROM"
    " (SELECT * FROM cases_case WHERE status = 'handling' AND unit_id IS NOT NULL ORDER BY id LIMIT 1000) one,"
    " generate_series(1, %(times)s) n"
)
COPY_CLOCK = (
    "INSERT INTO cases_clock (case_id, milestone, rule, rule_version, calendar_version, amount, unit, basis,"
    " started_at, due_at, warn_at, running, rung) SELECT id, 'result', 'bench', 1, '', 1, 'hour', '',"
    " %(now)s - interval '1 hour', %(now)s + interval '100 days' + id * interval '1 second',"
    " %(now)s + interval '90 days', true, 0 FROM cases_case WHERE number LIKE '%%-t%%'"
)
BURST = (
    "UPDATE cases_clock SET due_at = %(at)s, warned_at = %(at)s WHERE id IN (SELECT id FROM cases_clock"
    " WHERE rule = 'bench' AND breached_at IS NULL ORDER BY id LIMIT %(many)s)"
)
WORKER = (
    "import django, sys; django.setup(); from datetime import datetime;"
    " from maplegrid.cases.actions.ticking import tick; print(tick(now=datetime.fromisoformat(sys.argv[1])))"
)


def measure(world: World, sizes: Namespace) -> list[Line]:
    from django.db import connection

    from maplegrid.cases.actions.ticking import tick

    tick(now=world.now)
    with connection.cursor() as cursor:
        there = _fill(cursor, world, sizes.clocks)
        claimed, ms = _claim(cursor, world)
        cursor.execute(BURST, {"at": world.now, "many": sizes.breaches})
    begin = time.perf_counter()
    moment = world.now + timedelta(minutes=2)
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, moment.isoformat()]) for _ in range(2)]
    ended = [worker.wait() for worker in workers]
    seconds = time.perf_counter() - begin
    return [
        Line(f"a tick claims {claimed} clocks that are due", f"{ms:.1f} ms", note=f"{there} running clocks"),
        Line(f"{sizes.breaches} breaches at one instant", f"{seconds:.1f} s", note=_once(moment, ended)),
    ]


def _fill(cursor, world: World, wanted: int) -> int:
    from maplegrid.cases.models import Case, Clock

    names = [f.column for f in Case._meta.concrete_fields if f.column not in {"id", "number"}]
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        "SELECT least(1000, count(*)) FROM cases_case WHERE status='handling' AND unit_id IS NOT NULL"
    )
    cursor.execute(COPY_CASE.format(columns=columns), {"times": -(-wanted // cursor.fetchone()[0])})
    cursor.execute(COPY_CLOCK, {"now": world.now})
    cursor.execute("VACUUM ANALYZE cases_case")
    cursor.execute("VACUUM ANALYZE cases_clock")
    return Clock.objects.filter(running=True).count()


def _claim(cursor, world: World) -> tuple[int, float]:
    """The claiming statement alone, as the worker sees it; then undone."""
    from django.db import transaction

    from maplegrid.cases.actions.claiming import claim

    cursor.execute(BURST, {"at": world.now, "many": DUE})
    with transaction.atomic():
        begin = time.perf_counter()
        claimed = len(claim("breached", world.now + timedelta(minutes=1)))
        ms = (time.perf_counter() - begin) * 1e3
        transaction.set_rollback(True)
    return claimed, ms


def _once(moment, ended: list[int]) -> str:
    """Counted from what was written: steps, distinct cases among them, notices."""
    from maplegrid.cases.models import Step
    from maplegrid.messaging.models import Notice

    steps = Step.objects.filter(at=moment, action="clock_breached")
    moved = Step.objects.filter(at=moment, action="escalated").count()
    notices = Notice.objects.filter(queued_at=moment).count()
    cases = steps.values("case").distinct().count()
    return f"two workers ended {ended}: {steps.count()} steps of {cases} cases, {moved} escalated, {notices} notices"
