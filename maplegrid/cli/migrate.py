"""maplegrid migrate: bring the database up to date."""

import click

from maplegrid.cli.framework import use_django

TURN = 7106_0001  # advisory lock: of several starts on one database one prepares, the others wait


@click.command()
def command() -> None:
    """Create or update tables, the cache table and the default catalogue. Safe to repeat."""
    use_django()
    prepare_database()


def prepare_database() -> None:
    """Tables, cache table, default event types and service profiles; quick when nothing is to be done."""
    from django.core.management import call_command
    from django.db import connection

    from maplegrid.cases.actions.catalogue import load_defaults

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
        try:
            if _something_to_migrate():
                call_command("migrate", verbosity=0, interactive=False)
            call_command("createcachetable", verbosity=0)
            load_defaults()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])


def _something_to_migrate() -> bool:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def forget_workers() -> None:
    """Workers of an earlier run of an embedded database are gone for sure; what they left undone is taken up at once."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
