"""Writing to the audit: one entry in the caller's own transaction, linked to the entry before it in its chain."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from maplegrid.audit.models import Anchor, Chain, Entry
from maplegrid.kit.crypto import sm3


def record(
    *,
    actor: str,
    action: str,
    subject: str,
    now: datetime,
    reason: str = "",
    detail: dict[str, Any] | None = None,
) -> Entry:
    """Append one entry. `actor` is like `person:12` or `resident`; `subject` like `case:345`.

    Must be called inside the transaction of the change it tells of; both are kept or neither is.
    """
    assert transaction.get_connection().in_atomic_block, "audit belongs inside the change's own transaction"
    chain = _free_chain()
    entry = Entry(
        chain=chain,
        seq=chain.count + 1,
        at=now,
        actor=actor,
        action=action,
        subject=subject,
        reason=reason,
        detail=detail or {},
        previous=chain.head,
    )
    entry.digest = digest_of(entry)
    _append(entry)
    return entry


@dataclass(frozen=True)
class Happened:
    """One thing for `record_many`; the words mean what they mean in `record`."""

    actor: str
    action: str
    subject: str
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def record_many(happened: Sequence[Happened], *, now: datetime) -> None:
    """Append many entries to one chain in three statements, in this order; the same rules as `record`."""
    assert transaction.get_connection().in_atomic_block, "audit belongs inside the change's own transaction"
    if not happened:
        return
    chain = _free_chain()
    Entry.objects.bulk_create(_linked(chain, happened, now), batch_size=1000)
    chain.save(update_fields=["count", "head"])


def _linked(chain: Chain, happened: Sequence[Happened], now: datetime) -> list[Entry]:
    """Each entry carries the digest of the one before it; the chain's head moves along."""
    entries = []
    for one in happened:
        entry = Entry(chain=chain, seq=chain.count + 1, at=now, previous=chain.head, **vars(one))
        entry.digest = digest_of(entry)
        chain.count, chain.head = entry.seq, entry.digest
        entries.append(entry)
    return entries


def _append(entry: Entry) -> None:
    """The entry and its chain's new head by one statement: every change of the district pays for this."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH moved AS (UPDATE audit_chain SET count = %(seq)s, head = %(digest)s WHERE id = %(chain_id)s)"
            " INSERT INTO audit_entry (chain_id, seq, at, actor, action, subject, reason, detail, previous, digest)"
            " VALUES (%(chain_id)s, %(seq)s, %(at)s, %(actor)s, %(action)s, %(subject)s, %(reason)s, %(detail)s,"
            " %(previous)s, %(digest)s) RETURNING id",
            {**{name: getattr(entry, name) for name in PLAIN_COLUMNS}, "detail": json.dumps(entry.detail)},
        )
        entry.pk = cursor.fetchone()[0]
        entry._state.adding = False


PLAIN_COLUMNS = ("chain_id", "seq", "at", "actor", "action", "subject", "reason", "previous", "digest")


def _free_chain() -> Chain:
    """A chain nobody else is writing to; waits only when all of them are busy."""
    free = Chain.objects.order_by("count").select_for_update(skip_locked=True).first()
    return free or Chain.objects.select_for_update().order_by("pk")[0]


def digest_of(entry: Entry) -> str:
    """SM3 over the canonical JSON of the entry and the digest before it."""
    words = {
        "chain": entry.chain_id,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "reason": entry.reason,
        "detail": entry.detail,
        "previous": entry.previous,
    }
    return sm3(json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def anchor_day(*, day: date, now: datetime) -> Anchor:
    """Keep the heads of all chains for a day; repeating it changes nothing."""
    with transaction.atomic():
        heads = {str(c.pk): [c.count, c.head] for c in Chain.objects.select_for_update().order_by("pk")}
        count = sum(int(str(head[0])) for head in heads.values())
        anchor, _ = Anchor.objects.get_or_create(
            day=day,
            defaults={"made_at": now, "count": count, "heads": heads, "digest": digest_of_heads(heads)},
        )
    return anchor


def digest_of_heads(heads: dict[str, list[Any]]) -> str:
    return sm3(json.dumps(heads, sort_keys=True, separators=(",", ":")).encode())
