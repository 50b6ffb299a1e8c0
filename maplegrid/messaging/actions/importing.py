"""Taking in a whole file: batch by batch, with a record of how many rows were new, known and troubled."""

from collections.abc import Callable
from datetime import datetime

from maplegrid.accounts.models import Person
from maplegrid.messaging.actions.receiving import BATCH, receive_many
from maplegrid.messaging.file_import import Table, dry_run, raw_messages
from maplegrid.messaging.models import ImportBatch


def import_table(
    *,
    table: Table,
    source: str,
    by: Person | None,
    now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportBatch:
    """Keep every row. Stopping half-way loses nothing: what was kept stays, and the rest comes with the next run."""
    batch = ImportBatch.objects.create(
        name=table.name, source=source, digest=table.digest, by=by, started_at=now, rows=len(table.rows)
    )
    actor = f"person:{by.pk}" if by else "operator"
    rows = list(raw_messages(table, source))
    for start in range(0, len(rows), BATCH):
        taken, repeated = receive_many(raws=rows[start : start + BATCH], actor=actor, now=now)
        batch.taken += taken
        batch.repeated += repeated
        batch.save(update_fields=["taken", "repeated"])
        progress(min(start + BATCH, len(rows)))
    batch.troubled = len(dry_run(table))
    batch.finished_at = now
    batch.save(update_fields=["troubled", "finished_at"])
    return batch
