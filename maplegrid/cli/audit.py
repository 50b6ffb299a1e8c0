"""maplegrid audit: check the chains, keep the daily anchor."""

import json
import sys

import click

from maplegrid.cli.framework import use_django


@click.group()
def command() -> None:
    """The append-only record of who did what."""
    use_django()


@command.command()
def verify() -> None:
    """Recompute every chain; exit 1 with the first entry that does not fit."""
    from maplegrid.audit.queries import verify as verify_all

    verdict = verify_all()
    if verdict.fault:
        print(f"{verdict.fault.entry_id or '-'} {verdict.fault.words}", file=sys.stderr)
    print(
        json.dumps(
            {
                "entries": verdict.entries,
                "chains": verdict.chains,
                "head": verdict.head,
                "fault": verdict.fault.entry_id if verdict.fault else None,
                "ok": verdict.fault is None,
            }
        )
    )
    sys.exit(1 if verdict.fault else 0)


@command.command()
def anchor() -> None:
    """Keep the heads of all chains for today."""
    from maplegrid.audit.actions import anchor_day
    from maplegrid.kit.moment import now

    moment = now()
    kept = anchor_day(day=moment.date(), now=moment)
    print(json.dumps({"day": str(kept.day), "entries": kept.count, "digest": kept.digest}))
