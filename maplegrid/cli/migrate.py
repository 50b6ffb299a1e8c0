"""maplegrid migrate: bring the database up to date."""

import click

from maplegrid.cli.framework import use_django


@click.command()
def command() -> None:
    """Create or update tables, the cache table and the default catalogue. Safe to repeat."""
    use_django()
    prepare_database()


def prepare_database() -> None:
    """Tables, cache table, default event types and service profiles."""
    from django.core.management import call_command

    from maplegrid.cases.actions.catalogue import load_defaults

    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    load_defaults()
