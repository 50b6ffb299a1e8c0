"""Small makers of things for tests; the people of the stories are in `cast.py`."""

import json
from typing import Any

from django.db import connection


def run_deferred_jobs(limit: int = 1000) -> int:
    """Run the jobs the present transaction deferred, oldest first, and say how many ran."""
    from procrastinate.contrib.django import app

    ran = 0
    while ran < limit and (job := _next_job()):
        number, task, arguments = job
        app.tasks[task].func(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
        _finish(number)
        ran += 1
    return ran


def _next_job() -> tuple[int, str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id LIMIT 1"
        )
        return cursor.fetchone()


def _finish(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [number])
