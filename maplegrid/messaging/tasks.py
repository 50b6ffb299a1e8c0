"""Lets the worker find the sending job, and asks the scanner again about what was put aside."""

from procrastinate.contrib.django import app

from maplegrid.kit.moment import now
from maplegrid.messaging.actions.aside import look_again
from maplegrid.messaging.actions.notices import send_notice

__all__ = ["look_again_at_photos", "send_notice"]


@app.periodic(cron="*/5 * * * *")
@app.task(name="messaging.look_again", queue="photos", queueing_lock="messaging.look_again")
def look_again_at_photos(timestamp: int) -> None:
    """Every five minutes; costs one indexed read while nothing was put aside."""
    look_again(actor="system", now=now())
