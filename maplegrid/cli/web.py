"""maplegrid web: serve the pages (run by `maplegrid start`)."""

import os
import shutil
from collections.abc import Callable
from typing import Any

import click

from maplegrid.cli.framework import data_folder, use_django
from maplegrid.kit import lifeline

SPARE_THREAD_S = 600  # a thread that ends takes its database connection with it


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes that answer.")
def command(host: str, workers: int) -> None:
    """Serve with Granian until stopped."""
    _empty_counts()
    use_django(bring_database=False)
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    lifeline.follow_parent()
    lifeline.lead_children()
    Granian(
        "maplegrid.cli.web:make_application",
        factory=True,
        address=host,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        blocking_threads_idle_timeout=SPARE_THREAD_S,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
    ).serve()


def _empty_counts() -> None:
    """Where the workers count their requests for /metrics; named before prometheus_client is imported."""
    folder = data_folder() / "run" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def make_application() -> Callable[..., Any]:
    """The web application of one worker process, which follows Granian's main process to its end."""
    lifeline.follow_parent()
    from maplegrid.config.wsgi import application

    return application
