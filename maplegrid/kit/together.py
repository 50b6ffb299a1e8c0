"""Rows of several tables by one statement. What keeping a report costs is mostly the number of its statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model
from django.db.models.sql import InsertQuery

Statement = tuple[str, Sequence[Any]]


def reserve_ids(wanted: Mapping[type[Model], int]) -> dict[type[Model], list[int]]:
    """Ids that no other row will get, by one statement: rows that name each other can then go in together."""
    columns = ", ".join(
        "ARRAY(SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s))" for _ in wanted
    )
    parameters = [value for model, count in wanted.items() for value in (model._meta.db_table, count)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", parameters)
        return dict(zip(wanted, cursor.fetchone(), strict=True))


def write_together(rows: Iterable[Model], also: Sequence[Statement] = ()) -> None:
    """Insert new rows of any models, and run the other statements given, all by one statement.

    Rows keep the ids they have (`reserve_ids`); the others get one that is not read back. Within the statement
    nothing sees what the rest of it writes; foreign keys are checked when the transaction ends.
    """
    groups: dict[type[Model], list[Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    parts = [*also, *(_insert(model, group) for model, group in groups.items())]
    before = ", ".join(f"part{at} AS ({sql})" for at, (sql, _) in enumerate(parts[:-1]))
    with connection.cursor() as cursor:
        cursor.execute(
            f"{f'WITH {before} ' if before else ''}{parts[-1][0]}",
            [parameter for _, parameters in parts for parameter in parameters],
        )
    for row in (row for group in groups.values() for row in group):
        row._state.adding, row._state.db = False, connection.alias


def _insert(model: type[Model], rows: list[Model]) -> Statement:
    keyed = rows[0].pk is not None
    fields = [field for field in model._meta.local_concrete_fields if keyed or not field.primary_key]
    query = InsertQuery(model)
    query.insert_values(fields, rows)
    [statement] = query.get_compiler(connection=connections[DEFAULT_DB_ALIAS]).as_sql()
    return statement
