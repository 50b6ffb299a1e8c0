"""maplegrid backup: one file with database, photos and sealed keys."""

import json
import os
from pathlib import Path

import click

from maplegrid.cli.framework import REFUSED, stop, use_django

PASSPHRASE = "MAPLEGRID_BACKUP_PASSPHRASE"  # noqa: S105 - the variable's name


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write FILE. The keys in it are sealed with a passphrase: keep it apart, nobody can restore without it."""
    use_django()
    from maplegrid.kit.backup import BackupTrouble, make_backup

    try:
        size = make_backup(file, installation(), passphrase(confirm=True), facts())
    except BackupTrouble as trouble:
        stop(str(trouble), REFUSED)
    print(json.dumps({"file": file.name, "bytes": size, **facts()}, ensure_ascii=False))


def installation():
    """This installation: its database and its data folder."""
    from django.conf import settings
    from django.db import connection

    from maplegrid.kit.backup import Installation

    parameters = connection.get_connection_params()
    import psycopg.conninfo

    words = {
        name: parameters[name]
        for name in ("dbname", "user", "password", "host", "port")
        if parameters.get(name)
    }
    return Installation(psycopg.conninfo.make_conninfo(**words), Path(settings.HOME))


def facts() -> dict[str, object]:
    """What the manifest says: version, when, which migrations, how many messages, cases and audit entries."""
    from importlib.metadata import version

    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from maplegrid.audit.models import Entry
    from maplegrid.cases.models import Case
    from maplegrid.kit.moment import now
    from maplegrid.messaging.models import Message

    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return {
        "version": version("maplegrid"),
        "made_at": now().isoformat(),
        "migrations": applied,
        "messages": Message.objects.count(),
        "cases": Case.objects.count(),
        "audit_entries": Entry.objects.count(),
    }


def passphrase(*, confirm: bool) -> str:
    """From the environment, else asked for."""
    given = os.environ.get(PASSPHRASE)
    return given or click.prompt("口令 (passphrase)", hide_input=True, confirmation_prompt=confirm, err=True)
