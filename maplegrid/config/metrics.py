"""GET /metrics for Prometheus: how fast pages answer, what waits, what is late. Numbers only, no person, no case.

Requests are counted by every web worker in files of a folder that `maplegrid web` names (prometheus_client's
multiprocess mode); everything else is asked of the database at each scrape, so it is the same whichever worker
answers.
"""

import hmac
import os
import shutil
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from maplegrid.config.observing import SECONDS
from maplegrid.rules.lifecycle import OPEN
from maplegrid.rules.orders import ORDER_OPEN

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """For a monitor with the token of MAPLEGRID_METRICS_TOKEN; without one set, for this machine only. Else 404."""
    if not _may_ask(request):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_ask(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and not forwarded


def exposition() -> bytes:
    """Everything, in Prometheus' text format."""
    registry = CollectorRegistry()
    if FOLDER in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(SECONDS)
    registry.register(District())
    return generate_latest(registry)


class District(Collector):
    """Gauges read from the database and the disk; `maplegrid_database_up` is 0 and the rest silent while it is away."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield _gauge(
            "maplegrid_disk_free_bytes",
            "Room left where the data lies.",
            shutil.disk_usage(settings.HOME).free,
        )
        try:
            yield from [*_asked()]
            yield _gauge("maplegrid_database_up", "1 when the database answers.", 1)
        except DatabaseError:
            yield _gauge("maplegrid_database_up", "1 when the database answers.", 0)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


# name, words, labels, SQL giving the labels and then the value
Question = tuple[str, str, tuple[str, ...], str, tuple[list[str], ...]]
QUESTIONS: tuple[Question, ...] = (
    (
        "maplegrid_jobs",
        "Deferred jobs that are not done, by queue and state.",
        ("queue", "state"),
        "SELECT queue_name, status::text, count(*) FROM procrastinate_jobs"
        " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2",
        (),
    ),
    (
        "maplegrid_oldest_job_seconds",
        "How long the oldest job that could run has waited.",
        (),
        "SELECT coalesce(extract(epoch FROM now() - min(coalesce(j.scheduled_at, e.at))), 0)"
        " FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'"
        " WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())",
        (),
    ),
    (
        "maplegrid_worker_silence_seconds",
        "Since a worker was last heard of; -1 when none ever was.",
        (),
        "SELECT coalesce(extract(epoch FROM now() - max(last_heartbeat)), -1) FROM procrastinate_workers",
        (),
    ),
    (
        "maplegrid_unopened_messages",
        "Messages kept, whose case is not opened yet.",
        (),
        "SELECT count(*) FROM messaging_message WHERE opened_at IS NULL",
        (),
    ),
    (
        "maplegrid_open_cases",
        "Open cases by the level that has them.",
        ("level",),
        "SELECT coalesce(u.level, 'department'), count(*) FROM cases_case c LEFT JOIN territory_unit u ON u.id = c.unit_id"
        " WHERE c.status = ANY(%s) GROUP BY 1",
        ([status.value for status in OPEN],),
    ),
    (
        "maplegrid_late_cases",
        "Open cases past a deadline, by the level that has them.",
        ("level",),
        "SELECT coalesce(u.level, 'department'), count(*) FROM cases_case c LEFT JOIN territory_unit u ON u.id = c.unit_id"
        " WHERE c.status = ANY(%s) AND c.breached_at IS NOT NULL GROUP BY 1",
        ([status.value for status in OPEN],),
    ),
    (
        "maplegrid_open_orders",
        "Orders on their way, by status.",
        ("status",),
        "SELECT status, count(*) FROM cases_order WHERE status = ANY(%s) GROUP BY 1",
        ([status.value for status in ORDER_OPEN],),
    ),
    (
        "maplegrid_notices_of_a_day",
        "Notices queued within a day, by gateway and state.",
        ("gateway", "state"),
        "SELECT gateway, state, count(*) FROM messaging_notice WHERE queued_at > now() - interval '1 day' GROUP BY 1, 2",
        (),
    ),
    (
        "maplegrid_database_bytes",
        "Size of the database.",
        (),
        "SELECT pg_database_size(current_database())",
        (),
    ),
    (
        "maplegrid_database_connections",
        "Connections to this database, by state.",
        ("state",),
        "SELECT coalesce(state, 'none'), count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1",
        (),
    ),
    (
        "maplegrid_audit_entries",
        "Entries in the audit.",
        (),
        "SELECT coalesce(sum(count), 0) FROM audit_chain",
        (),
    ),
)


def _asked() -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        for name, words, labels, sql, parameters in QUESTIONS:
            cursor.execute(sql, parameters)
            family = GaugeMetricFamily(name, words, labels=labels)
            for *values, number in cursor.fetchall():
                family.add_metric([str(value) for value in values], float(number))
            yield family
