"""COPY rows into tables: the only way a whole district goes in within a minute."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows through COPY FROM STDIN; `columns` are attribute names (`parent_id`). Returns how many.

    A column that is not named takes the model's own default, as a new object would.
    """
    count = 0
    table = connection.ops.quote_name(model._meta.db_table)
    default = _defaults(model, columns)
    names = ", ".join(connection.ops.quote_name(_column(model, name)) for name in [*columns, *default])
    rest = tuple(default.values())
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row, *rest))
            count += 1
    return count


def _defaults(model: type[Model], columns: Sequence[str]) -> dict[str, Any]:
    """What the columns that are not named and may not be empty hold in a new object."""
    unnamed = [
        f for f in model._meta.concrete_fields if not {f.attname, f.name} & set(columns) and not f.primary_key
    ]
    return {
        f.attname: f.get_db_prep_save(f.get_default(), connection)
        for f in unnamed
        if not f.null and f.get_default() is not None
    }


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
