"""The inbox as Excel: the screen's own rows and no others, words stay words, no contacts, and one audit entry."""

import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from maplegrid.audit.models import Entry
from maplegrid.cases.actions import exporting
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.exporting import export_inbox
from maplegrid.cases.models import Case
from maplegrid.cases.queries.inbox import Filters, inbox_of
from maplegrid.language.contacts import without_contacts
from tests.builders import drain_case
from tests.cases.test_scope import EVERYBODY, scattered_cases
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db


def sheet_of(username: str, **filters) -> list[list]:
    made = export_inbox(filters=Filters(**filters), actor=actor(username), now=NOON)
    with made.file:
        rows = [list(row) for row in load_workbook(made.file).active.iter_rows(values_only=True)]
    assert made.rows == len(rows) - 1
    return rows


def test_everybody_gets_exactly_the_rows_of_their_screen_in_its_order():
    scattered_cases(30)
    for username in EVERYBODY:
        for filters in ({"view": "area"}, {"view": "queue", "sort": "number"}, {"view": "area", "q": "地漏"}):
            shown = [case.number for case in inbox_of(actor(username), Filters(**filters), NOON).rows]
            assert [row[0] for row in sheet_of(username, **filters)[1:]] == shown, username


def test_the_second_page_is_exported_too():
    for _ in range(51):
        drain_case()
    assert len(sheet_of(CAST.chief, view="area", page=2)) == 52


def test_words_that_look_like_a_formula_stay_words():
    case = drain_case()
    Case.objects.filter(pk=case.pk).update(title='=HYPERLINK("x","y")', solution="+cmd|calc\x0b")
    made = export_inbox(filters=Filters(view="area"), actor=actor(CAST.chief), now=NOON)
    with made.file:
        row = next(load_workbook(made.file).active.iter_rows(min_row=2))
    assert (row[1].value, row[1].data_type) == ('=HYPERLINK("x","y")', "s")
    assert row[17].value == "+cmd|calc"
    assert row[1].quotePrefix
    assert row[17].quotePrefix


def test_no_contact_of_a_resident_leaves_with_the_file():
    case = drain_case(contact_phone="13800138000", contact_name="王大妈")
    Case.objects.filter(pk=case.pk).update(
        title="找 138 0013 8000",
        solution="已回电 13800138000，邮件 wang@example.org，证件 44030119800101123X",
    )
    words = str(sheet_of(CAST.chief, view="area"))
    for contact in ("13800138000", "138 0013 8000", "王大妈", "wang@", "44030119800101123"):
        assert contact not in words, contact
    assert "已回电 138****" in words


def test_short_numbers_and_dates_are_not_taken_for_contacts():
    words = "2026-11-23 到 3 栋 1204 室，花了 120 元"
    assert without_contacts(words) == words


def test_each_export_leaves_one_audit_entry_with_its_rows():
    drain_case()
    sheet_of(CAST.chief, view="area", q="地漏")
    entry = Entry.objects.get(action="inbox.exported")
    assert entry.actor == f"person:{person(CAST.chief).pk}"
    assert entry.detail["rows"] == 1
    assert "view=area" in entry.detail["filters"]


def test_too_many_rows_are_refused_with_a_sentence_and_nothing_is_written(monkeypatch):
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    drain_case()
    sheet_of(CAST.chief, view="area")
    drain_case()
    with pytest.raises(Refused, match="一次最多导出 1 件"):
        sheet_of(CAST.chief, view="area")
    assert Entry.objects.filter(action="inbox.exported").count() == 1


def test_the_button_downloads_and_the_refusal_is_said_on_the_page(monkeypatch):
    client = Client()
    client.force_login(person(CAST.chief))
    case = drain_case()
    response = client.post("/cases/export?view=area")
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book.active["A2"].value == case.number
    monkeypatch.setattr(exporting, "MOST_ROWS", 0)
    page = client.post("/cases/export?view=area", follow=True)
    assert "一次最多导出 0 件" in page.content.decode()
    assert client.get("/cases/export").status_code == 405


def test_a_case_with_two_unsolved_residents_is_one_row():
    case = drain_case()
    other = drain_case()
    other.appeals.update(case=case, solved=False)
    case.appeals.update(solved=False)
    assert [c.pk for c in inbox_of(actor(CAST.chief), Filters(view="unsolved"), NOON).rows] == [case.pk]
