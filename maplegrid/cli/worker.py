"""maplegrid worker: run deferred work."""

import asyncio
import logging
from typing import TYPE_CHECKING

import click

from maplegrid.cli.framework import use_django

if TYPE_CHECKING:
    from procrastinate import App

HEARTBEAT_S = 5.0
SILENT_S = 30.0  # a worker not heard of for so long is dead, and its jobs are taken up again
SWEEP_S = 10.0
GRACE_S = 10.0
TRIES = 20

log = logging.getLogger(__name__)


@click.command()
@click.option("--concurrency", default=4, show_default=True, help="Jobs at the same time.")
def command(concurrency: int) -> None:
    """Open cases, send notices and tick clocks until stopped."""
    use_django(bring_database=False)
    from maplegrid.kit.lifeline import follow_parent

    follow_parent()
    _warm_up()
    asyncio.run(work(concurrency))


async def work(concurrency: int = 4, *, wait: bool = True) -> None:
    """Run the jobs of all queues; with wait=False only until none is left.

    Raises what procrastinate raises when the database goes away; the supervisor then starts another worker.
    """
    app = job_app()
    async with app.open_async():
        sweeper = asyncio.create_task(_sweep(app))
        try:
            await app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=SILENT_S,
                shutdown_graceful_timeout=GRACE_S,
            )
        finally:
            sweeper.cancel()


def job_app() -> "App":
    """An app that fetches jobs over connections of its own, with the tasks of the product's app.

    Those tasks stay bound to the product's app, so that a job which defers another writes it through Django's
    connection and in its own transaction. procrastinate's Django command replaces the connector of that app
    instead, and then what a rolled-back job deferred would be done all the same.
    """
    from procrastinate import App
    from procrastinate.contrib.django import app as product

    app = App(
        connector=product.connector.get_worker_connector(),  # type: ignore[attr-defined]
        worker_defaults=product.worker_defaults,
        periodic_defaults=product.periodic_defaults,
    )
    product.perform_import_paths()
    app.tasks = product.tasks
    app.periodic_registry = product.periodic_registry
    return app


async def _sweep(app: "App") -> None:
    """Every few seconds take up again what a dead worker left undone."""
    while True:
        try:
            await take_up_stalled(app)
        except Exception:
            log.exception("stalled jobs could not be looked for")
        await asyncio.sleep(SWEEP_S)


async def take_up_stalled(app: "App") -> int:
    """Queue again the jobs of workers that are not heard of any more; says how many.

    A job that took its worker with it again and again is marked failed, and stays to be looked at.
    """
    from procrastinate.jobs import Status

    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S))
    for job in jobs:
        if job.attempts < TRIES:
            await app.job_manager.retry_job(job)
        else:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return len(jobs)


def _warm_up() -> None:
    """Build the gazetteer before the first message needs it."""
    from django.db import connection

    from maplegrid.cases.reading import reader
    from maplegrid.territory.models import Unit

    if Unit.objects.exists():
        reader()
    connection.close()
