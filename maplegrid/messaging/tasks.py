"""Lets the worker find the sending jobs, waits for receipts, and asks the scanner again about what was put aside."""

from procrastinate.contrib.django import app

from maplegrid.kit.moment import now
from maplegrid.messaging.actions.aside import look_again
from maplegrid.messaging.actions.notices import send_notice
from maplegrid.messaging.sms.sending import send_text
from maplegrid.messaging.sms.waiting import look_after_texts, look_at_text
from maplegrid.messaging.staff.telling import tell_staff_what_waits

__all__ = [
    "look_again_at_photos",
    "look_at_text",
    "send_notice",
    "send_text",
    "tell_staff",
    "tick_texts",
]


@app.periodic(cron="*/5 * * * *")
@app.task(name="messaging.look_again", queue="photos", queueing_lock="messaging.look_again")
def look_again_at_photos(timestamp: int) -> None:
    """Every five minutes; costs one indexed read while nothing was put aside."""
    look_again(actor="system", now=now())


@app.periodic(cron="* * * * *")
@app.task(name="messaging.tick_texts", queue="messaging", queueing_lock="messaging.tick_texts")
def tick_texts(timestamp: int) -> None:
    """Every minute; what the jobs set for an attempt's own moments have missed."""
    look_after_texts(now=now())


@app.periodic(cron="* * * * *")
@app.task(name="messaging.tell_staff", queue="messaging", queueing_lock="messaging.tell_staff")
def tell_staff(timestamp: int) -> None:
    """Every minute; one query while nobody is due."""
    tell_staff_what_waits(now=now())
