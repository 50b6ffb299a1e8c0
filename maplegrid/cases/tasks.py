"""What happens by itself: clocks tick, and what was left behind finds somebody."""

from django.core.management import call_command
from procrastinate.contrib.django import app

from maplegrid.cases.actions.erasing import sweep_files, tick_retention
from maplegrid.cases.actions.forgetting import forget_interface
from maplegrid.cases.actions.left_behind import pass_on_left_behind
from maplegrid.cases.actions.supervising import remind_of_late_answers
from maplegrid.cases.actions.ticking import tick
from maplegrid.cases.actions.webhooks.sending import deliver
from maplegrid.kit.moment import now

__all__ = ["deliver", "forget", "pass_on", "tick_clocks"]


@app.periodic(cron="* * * * *")
@app.task(name="cases.tick", queue="clock", queueing_lock="cases.tick")
def tick_clocks(timestamp: int) -> None:
    """Every minute; after downtime it catches up in order, once."""
    tick(now=now())
    remind_of_late_answers(now=now())


@app.periodic(cron="7 * * * *")
@app.task(name="cases.pass_on", queue="clock", queueing_lock="cases.pass_on")
def pass_on(timestamp: int) -> None:
    """Every hour: what somebody left behind without handing it over finds whoever answers now."""
    pass_on_left_behind(now=now())


@app.periodic(cron="23 3 * * *")
@app.task(name="cases.retention", queue="clock", queueing_lock="cases.retention")
def erase_what_ran_out(timestamp: int) -> None:
    """Every night: what has been kept long enough goes, ended sessions and files of nobody with it."""
    tick_retention(now=now())
    sweep_files()
    call_command("clearsessions")


@app.periodic(cron="41 3 * * *")
@app.task(name="cases.forget_interface", queue="clock", queueing_lock="cases.forget_interface")
def forget(timestamp: int) -> None:
    """Every night: kept answers and the log of deliveries do not grow for ever."""
    forget_interface(now=now())
