"""maplegrid retention: erase what has been kept long enough, or say what would go."""

import json

import click

from maplegrid.cli.framework import use_django


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say how many cases each rule would empty.")
def command(dry_run: bool) -> None:
    """Do now what the worker does every night; prints one JSON line a rule."""
    use_django()
    from maplegrid.cases.actions.erasing import run_out, sweep_files, tick_retention
    from maplegrid.kit.moment import now
    from maplegrid.rules.retention import retention_rules

    moment = now()
    due = {rule.code: run_out(rule, moment).count() for rule in retention_rules()}
    done = {} if dry_run else tick_retention(now=moment)
    for rule in retention_rules():
        line = {"rule": rule.code, "erases": rule.what.value, "days": rule.days, "basis": rule.basis}
        click.echo(
            json.dumps({**line, "due": due[rule.code], "erased": done.get(rule.code, 0)}, ensure_ascii=False)
        )
    if not dry_run:
        sweep_files()
