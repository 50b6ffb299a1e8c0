"""Deferred work that does not move: jobs, messages, clocks, anchors."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection

from maplegrid.audit.models import Anchor, Entry
from maplegrid.cases.actions.clocks import due_now
from maplegrid.config.doctor.finding import Finding
from maplegrid.messaging.models import Message

WAITING = timedelta(minutes=10)
UNMARKED = timedelta(minutes=5)
STUCK = {
    "failed_jobs": (
        "status IN ('failed', 'aborted')",
        "有后台任务试过多次还是失败，请看日志 (jobs failed for good: see the log)",
    ),
    "waiting_jobs": (
        "status = 'todo' AND coalesce(scheduled_at, now()) <= now() AND EXISTS (SELECT 1 FROM procrastinate_events e"
        " WHERE e.job_id = j.id AND e.type = 'deferred' AND e.at < now() - interval '10 minutes')",
        "有后台任务等了十分钟以上，请检查 worker (jobs wait: is a worker running?)",
    ),
    "orphan_jobs": (
        "status = 'doing' AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w WHERE w.id = j.worker_id"
        " AND w.last_heartbeat > now() - interval '1 minute')",
        "有后台任务的 worker 不在了，重启 worker 会接着做 (their worker is gone: start one)",
    ),
}


def stuck_work(now: datetime) -> Iterator[Finding]:
    """What should have happened by now."""
    for code, (condition, words) in STUCK.items():
        yield from _jobs(code, condition, words)
    yield from _unopened(now)
    yield from _unmarked(now)
    yield from _unanchored(now)


def _jobs(code: str, condition: str, words: str) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (array_agg(j.id || ' ' || j.task_name ORDER BY j.id))[1:3]"  # noqa: S608
            f" FROM procrastinate_jobs j WHERE {condition}"
        )
        count, examples = cursor.fetchone()
    if count:
        yield Finding(code, words, count, tuple(examples))


def _unopened(now: datetime) -> Iterator[Finding]:
    late = Message.objects.filter(opened_at=None, received_at__lt=now - WAITING)
    count = late.count()
    if count:
        some = tuple(late.order_by("received_at").values_list("number", flat=True)[:3])
        yield Finding("unopened", "有来件收到十分钟还没有立案 (messages without a case)", count, some)


def _unmarked(now: datetime) -> Iterator[Finding]:
    late = due_now(now - UNMARKED)
    if late:
        yield Finding(
            "ticking", "有时钟到期五分钟还没有标记，请检查 worker (the clocks do not tick)", len(late)
        )


def _unanchored(now: datetime) -> Iterator[Finding]:
    """A day without an anchor is a day whose end could be cut off unseen."""
    first = Entry.objects.order_by("at").values_list("at", flat=True).first()
    last = Anchor.objects.order_by("-day").values_list("day", flat=True).first()
    yesterday = now.date() - timedelta(days=1)
    if first and first.date() < yesterday and (last is None or last < yesterday):
        yield Finding(
            "anchor", "审计没有每天锚定，请检查 worker，或者 maplegrid audit anchor (no daily anchor)"
        )
