"""maplegrid worker: run deferred work."""

import click

from maplegrid.cli.framework import use_django


@click.command()
@click.option("--concurrency", default=3, show_default=True, help="Jobs at the same time.")
def command(concurrency: int) -> None:
    """Open cases, send notices and tick clocks until stopped."""
    use_django()
    from django.core.management import call_command

    from maplegrid.kit.lifeline import follow_parent

    follow_parent()
    _warm_up()
    call_command("procrastinate", "worker", concurrency=concurrency, verbosity=0)


def _warm_up() -> None:
    """Build the gazetteer before the first message needs it."""
    from django.db import connection

    from maplegrid.cases.reading import reader
    from maplegrid.territory.models import Unit

    if Unit.objects.exists():
        reader()
    connection.close()
