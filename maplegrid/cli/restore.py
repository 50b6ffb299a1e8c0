"""maplegrid restore: bring a backup back into an empty installation."""

import json
from pathlib import Path

import click

from maplegrid.cli.backup import facts, installation, passphrase
from maplegrid.cli.framework import REFUSED, UNREADABLE, stop, use_django


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Empty the database and the photos first.")
def command(file: Path, replace: bool) -> None:
    """Bring FILE back, bring its schema up to date, and verify the audit. Stop web and worker before."""
    use_django()
    from maplegrid.audit.queries import verify
    from maplegrid.cases.actions.erasing import replay
    from maplegrid.cli.migrate import prepare_database
    from maplegrid.kit.backup import BackupTrouble, read_manifest, restore_backup
    from maplegrid.kit.moment import now

    try:
        held = read_manifest(file)
    except BackupTrouble as trouble:
        stop(str(trouble), UNREADABLE)
    try:
        unknown = sorted(set(held["migrations"]) - _known_migrations())
        if unknown:
            raise BackupTrouble(f"备份的结构比程序新，请先升级 (schema is newer)：{unknown[-1]}")
        restore_backup(file, installation(), passphrase(confirm=False), replace=replace)
    except BackupTrouble as trouble:
        stop(str(trouble), REFUSED)
    prepare_database()
    erased = replay(now())
    verdict = verify()
    there = facts()
    whole = all(there[name] == held[name] for name in ("messages", "cases")) and verdict.fault is None
    print(
        json.dumps(
            {"file": file.name, "audit_ok": verdict.fault is None, "erased_again": erased, **there},
            ensure_ascii=False,
        )
    )
    if not whole:
        stop("恢复出来的和备份里记的不一样 (what came back differs from the manifest)")


def _known_migrations() -> set[str]:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    return {f"{app}.{name}" for app, name in loader.disk_migrations or {}}
