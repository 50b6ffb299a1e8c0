"""COPY rows into tables: the only way a whole district goes in within a minute."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows through COPY FROM STDIN; `columns` are attribute names (`parent_id`). Returns how many."""
    count = 0
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(_column(model, name)) for name in columns)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _column(model: type[Model], name: str) -> str:
    return next(str(f.column) for f in model._meta.concrete_fields if name in (f.attname, f.name))


def settle_sequence(model: type[Model]) -> None:
    """Let the id sequence go on behind what was copied."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest((SELECT max(id) FROM "  # noqa: S608
            f"{connection.ops.quote_name(table)}), 1))",
            [table],
        )


def analyse(models: Iterable[type[Model]]) -> None:
    """Tell the planner what is in the tables now."""
    with connection.cursor() as cursor:
        for model in models:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
