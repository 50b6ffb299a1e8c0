"""Taking the moments that have come: each by one worker, oldest first, in batches, never waiting for anybody.

A clock is claimed together with its case (`SKIP LOCKED` on both), so a tick neither waits for a person at work
nor meets another tick in one case; what was skipped is still due and is taken by the next round or minute.
"""

from datetime import datetime

from django.db import connection

from maplegrid.rules.escalation import default_rungs, waits

AT_ONCE = 500
# What has come, and by which index; `escalated` is a breached clock nobody has met since.
DUE = {
    "breached": ("k.breached_at IS NULL AND k.due_at < %(now)s", "k.due_at"),
    "escalated": ("k.escalate_at IS NOT NULL AND k.escalate_at <= %(now)s", "k.escalate_at"),
    "warned": (
        "k.warned_at IS NULL AND k.breached_at IS NULL AND k.warn_at <= %(now)s"
        " AND k.due_at >= %(now)s - interval '1 second'",
        "k.warn_at",
    ),
}
CLIMBS = (
    "breached_at = coalesce(k.breached_at, %(now)s), rung = k.rung + 1, escalate_at = CASE WHEN k.order_id IS NULL"
    " THEN %(now)s + greatest(k.due_at - k.started_at, interval '1 hour') * (%(waits)s::float8[])[k.rung + 1] END"
)
TAKES = {"breached": CLIMBS, "escalated": CLIMBS, "warned": "warned_at = %(now)s"}


def claim(what: str, now: datetime, limit: int = AT_ONCE) -> list[int]:
    """Mark up to `limit` clocks as breached, escalated or warned; their ids, those that came first in front.

    Must be called inside a transaction: the claim and what is done about it are kept together or not at all.
    """
    when, order = DUE[what]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH taken AS (UPDATE cases_clock k SET {TAKES[what]} WHERE k.id IN ("  # noqa: S608
            " SELECT k.id FROM cases_clock k JOIN cases_case c ON c.id = k.case_id"
            f" WHERE k.running AND {when} ORDER BY {order}, k.id LIMIT %(limit)s"
            " FOR NO KEY UPDATE OF k, c SKIP LOCKED) RETURNING k.id, k.due_at)"
            " SELECT id FROM taken ORDER BY due_at, id",
            {"now": now, "limit": limit, "waits": waits(default_rungs())},
        )
        return [row[0] for row in cursor.fetchall()]
