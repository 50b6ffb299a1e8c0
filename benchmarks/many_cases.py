"""As many cases as asked for: those of the demo's year again and again with new numbers, as years that have passed."""

# An old year has no open matters: what was open has been closed since. The demo's own open cases stay.
PASSED = {
    "status": "CASE WHEN closed_at IS NULL THEN 'closed' ELSE status END",
    "closed_at": "coalesce(closed_at, received_at + interval '2 days')",
    "next_at": "NULL",
    "next_milestone": "''",
}


def multiply_cases(wanted: int) -> int:
    """Copy until there are at least so many; returns how many there are."""
    from django.db import connection

    from maplegrid.cases.models import Case

    fields = [field.column for field in Case._meta.concrete_fields if field.column not in {"id", "number"}]
    columns = ", ".join(f'"{name}"' for name in fields)
    values = ", ".join(PASSED.get(name, f'"{name}"') for name in fields)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), (SELECT max(id) FROM cases_case) FROM cases_case")
        there, last = cursor.fetchone()
        for copy in range(1, -(-wanted // there)):
            cursor.execute(
                f"INSERT INTO cases_case (number, {columns})"
                f" SELECT number || '-' || %s, {values} FROM cases_case WHERE id <= %s"
                " ORDER BY id LIMIT greatest(0, %s - (SELECT count(*) FROM cases_case))",
                [copy, last, wanted],
            )
        cursor.execute("VACUUM ANALYZE cases_case")
        cursor.execute("SELECT count(*) FROM cases_case")
        return cursor.fetchone()[0]
