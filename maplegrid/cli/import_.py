"""maplegrid import: take in a file of other systems' messages."""

import json
import sys
from pathlib import Path

import click

from maplegrid.cli.framework import UNREADABLE, stop, use_django


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", required=True, help="Short name of the other system; with its ids it names each message."
)
@click.option("--dry-run", is_flag=True, help="Only say what is wrong, row by row.")
def command(file: Path, source: str, dry_run: bool) -> None:
    """Keep every row of a CSV or Excel file as a message; a repeat adds nothing."""
    use_django()
    from maplegrid.messaging import file_import

    try:
        table = file_import.read_table(file.name, file.read_bytes())
    except (file_import.Unreadable, OSError) as error:
        stop(str(error), UNREADABLE)
    findings = file_import.dry_run(table)
    if dry_run:
        for finding in findings:
            print(f"{file.name}:{finding.line} {'；'.join(finding.sentences)}", file=sys.stderr)
        print(
            json.dumps(
                {"rows": len(table.rows), "troubled": len(findings), "columns": table.meanings},
                ensure_ascii=False,
            )
        )
        return
    _take(table, source)


def _take(table, source: str) -> None:
    from tqdm import tqdm

    from maplegrid.kit.moment import now
    from maplegrid.messaging.actions.importing import import_table

    with tqdm(total=len(table.rows), file=sys.stderr, unit="row") as bar:
        batch = import_table(
            table=table,
            source=source,
            by=None,
            now=now(),
            progress=lambda done: bar.update(done - bar.n) and None,
        )
    print(
        json.dumps(
            {"rows": batch.rows, "taken": batch.taken, "repeated": batch.repeated, "troubled": batch.troubled}
        )
    )
