"""The ticking of the clocks."""

from procrastinate.contrib.django import app

from maplegrid.cases.actions.ticking import tick
from maplegrid.kit.moment import now


@app.periodic(cron="* * * * *")
@app.task(name="cases.tick", queue="clock", queueing_lock="cases.tick")
def tick_clocks(timestamp: int) -> None:
    """Every minute; after downtime it catches up in order, once."""
    tick(now=now())
