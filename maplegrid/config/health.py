"""GET /healthz: 200 when the database answers and a worker has been seen lately, else 503 with what is wrong."""

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

WORKER_SILENCE = timedelta(seconds=60)


def healthz(request: HttpRequest) -> JsonResponse:
    """The health of this installation, for monitors and `maplegrid start`."""
    state = {"database": _database_answers(), "worker": False}
    if state["database"]:
        state["worker"] = _worker_seen()
    well = all(state.values())
    return JsonResponse({"well": well, **state}, status=200 if well else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _worker_seen() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        seen = cursor.fetchone()[0]
    return seen is not None and timezone.now() - seen < WORKER_SILENCE
