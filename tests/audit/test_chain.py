"""The audit shows every edit, gap, swap and cut."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from maplegrid.audit.actions import anchor_day, record
from maplegrid.audit.models import Chain, Entry
from maplegrid.audit.queries import verify

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def write(count: int = 5) -> list[Entry]:
    with transaction.atomic():
        return [record(actor="person:1", action="look", subject=f"case:{n}", now=NOON) for n in range(count)]


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_append_only")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_append_only")


def one_chain() -> None:
    """Only one chain to write to, without what loading the district wrote."""
    tamper("DELETE FROM audit_entry")
    Chain.objects.exclude(pk=1).delete()
    Chain.objects.update(count=0, head="0" * 64)


def test_an_untouched_audit_verifies_and_counts():
    before = verify().entries
    write(7)
    verdict = verify()
    assert verdict.fault is None
    assert verdict.entries == before + 7


def test_the_database_refuses_to_change_an_entry():
    entry = write(1)[0]
    with pytest.raises(DatabaseError), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).update(reason="other")
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()


def test_an_edited_entry_is_named():
    one_chain()
    entries = write(5)
    tamper(f"UPDATE audit_entry SET reason = 'changed' WHERE id = {entries[2].pk}")
    assert verify().fault.entry_id == entries[2].pk


def test_a_missing_entry_is_named_by_the_one_after_it():
    one_chain()
    entries = write(5)
    tamper(f"DELETE FROM audit_entry WHERE id = {entries[1].pk}")
    assert verify().fault.entry_id == entries[2].pk


def test_swapped_entries_are_named():
    one_chain()
    first, second = write(2)
    tamper(f"UPDATE audit_entry SET seq = 9 WHERE id = {first.pk}")
    tamper(f"UPDATE audit_entry SET seq = 1 WHERE id = {second.pk}")
    tamper(f"UPDATE audit_entry SET seq = 2 WHERE id = {first.pk}")
    assert verify().fault.entry_id == second.pk


def test_a_cut_off_end_is_found_even_without_an_anchor():
    entries = write(5)
    tamper(f"DELETE FROM audit_entry WHERE id = {entries[4].pk}")
    assert verify().fault is not None


def test_a_cut_off_end_with_a_forged_head_is_found_by_the_anchor():
    one_chain()
    entries = write(5)
    anchor_day(day=date(2026, 11, 23), now=NOON)
    tamper(f"DELETE FROM audit_entry WHERE id = {entries[4].pk}")
    Chain.objects.update(count=4, head=entries[3].digest)
    fault = verify().fault
    assert fault is not None
    assert "锚定" in fault.words


def test_an_entry_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(AssertionError):
        record(actor="person:1", action="look", subject="case:1", now=NOON)


def test_a_rolled_back_change_leaves_no_entry():
    before = Entry.objects.count()
    with pytest.raises(RuntimeError):
        _fail_after_recording()
    assert Entry.objects.count() == before


@transaction.atomic
def _fail_after_recording() -> None:
    record(actor="person:1", action="look", subject="case:1", now=NOON)
    raise RuntimeError
