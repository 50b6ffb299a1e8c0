"""What happens by itself: late receipts, slots that became free, reminders, calls, letters whose case has ended."""

from procrastinate.contrib.django import app

from maplegrid.kit.moment import now
from maplegrid.secretary.actions.sweeping import sweep


@app.periodic(cron="* * * * *")
@app.task(name="secretary.sweep", queue="clock", queueing_lock="secretary.sweep")
def sweep_audiences(timestamp: int) -> None:
    """Every minute; each thing it does is done once, however many workers ask."""
    sweep(now=now())
