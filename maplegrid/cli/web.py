"""maplegrid web: serve the pages (run by `maplegrid start`)."""

import click

from maplegrid.cli.framework import use_django


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", default=2, show_default=True)
def command(host: str, workers: int) -> None:
    """Serve with Granian until stopped."""
    use_django()
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces

    from maplegrid.kit.lifeline import follow_parent

    follow_parent()
    Granian(
        "maplegrid.config.wsgi:application",
        address=host,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        respawn_failed_workers=True,
        log_access=False,
    ).serve()
