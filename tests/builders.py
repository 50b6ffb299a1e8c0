"""Small makers of things for tests; the people of the stories are in `cast.py`."""

import json
import secrets
from datetime import datetime
from typing import Any

from django.db import connection

from maplegrid.cases.actions.intake import open_case
from maplegrid.cases.models import Case
from maplegrid.messaging.actions import Received, receive_message
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.vocabulary import Channel
from maplegrid.territory.models import Building
from tests.cast import NOON

DRAIN = "管道堵塞了，厨房地漏往上返水，楼下几家饭店也排不出去"


def story_building() -> Building:
    """富豪花园C区1栋, in 公明社区04小分格."""
    return Building.objects.get(name="富豪花园C区1栋")


def receive(
    text: str = DRAIN, *, now: datetime = NOON, channel: Channel = Channel.WEB, **known: Any
) -> Received:
    """A message through a door."""
    raw = RawMessage(
        channel=channel, external_id=known.pop("external_id", secrets.token_hex(8)), text=text, **known
    )
    return receive_message(raw=raw, actor="resident", now=now)


def drain_case(text: str = DRAIN, *, now: datetime = NOON, **known: Any) -> Case:
    """The blocked drain of story 1, opened by the code on the door."""
    known.setdefault("building_id", story_building().pk)
    received = receive(text, now=now, channel=Channel.QR_BUILDING, **known)
    return open_case(message_id=received.message.pk, now=now)


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
