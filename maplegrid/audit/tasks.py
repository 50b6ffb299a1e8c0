"""The daily anchor."""

from datetime import timedelta

from procrastinate.contrib.django import app

from maplegrid.audit.actions import anchor_day
from maplegrid.kit.moment import now


@app.periodic(cron="5 0 * * *")
@app.task(name="audit.anchor", queue="clock", queueing_lock="audit.anchor")
def anchor(timestamp: int) -> None:
    """Shortly after midnight, keep yesterday's heads."""
    moment = now()
    anchor_day(day=(moment - timedelta(days=1)).date(), now=moment)
