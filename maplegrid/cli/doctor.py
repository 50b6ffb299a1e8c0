"""maplegrid doctor: name stuck jobs, wrong settings and broken invariants."""

import json
import sys

import click

from maplegrid.cli.framework import use_django


@click.command()
def command() -> None:
    """Say what is wrong, one sentence each, and exit 1; exit 0 when all is well. Nothing is changed."""
    use_django()
    from maplegrid.config.doctor import examine
    from maplegrid.kit.moment import now

    found = list(examine(now()))
    for finding in found:
        print(f"{finding.code}: {finding}", file=sys.stderr)
    told = {finding.code: finding.count for finding in found}
    print(json.dumps({"well": not found, "findings": told}, ensure_ascii=False))
    sys.exit(1 if found else 0)
