"""Ledgers come from what happened, in scope, and fill the district's own form."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from maplegrid.audit.models import Entry
from maplegrid.cases.actions import ledgers as actions
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.ledgers import export_ledger, form_in_use, form_of, keep_form, withdraw_form
from maplegrid.cases.actions.steps import Wish, take_step
from maplegrid.cases.models import Case, Clock, Handover
from maplegrid.cases.queries.ledgers import COLUMNS, FACTS, Asked, Kind, ledger_of
from maplegrid.cases.queries.scope import visible_to
from maplegrid.kit.sheet_forms import UnusableForm, blanks_of
from maplegrid.rules.lifecycle import Action
from maplegrid.territory.models import Unit
from tests.builders import drain_case
from tests.cases.test_scope import EVERYBODY, scattered_cases
from tests.cast import CAST, NOON, actor, person

pytestmark = pytest.mark.django_db
DAY = NOON.date()


def lines(kind: Kind, username: str = CAST.community, now=NOON, **asked) -> list[dict]:
    asked = {"first": DAY, "last": DAY, **asked}
    return ledger_of(actor(username, now), Asked(kind, **asked), now, 100).lines


def step(case: Case, action: Action, username: str = CAST.chief, now=NOON, **wish) -> None:
    take_step(case_id=case.pk, action=action, actor=actor(username), now=now, wish=Wish(**wish))


def test_nobody_reads_more_in_a_ledger_than_in_the_inbox():
    scattered_cases(30)
    for username in EVERYBODY:
        seen = set(visible_to(actor(username)).values_list("number", flat=True))
        assert {line["编号"] for line in lines(Kind.RECEIVED, username)} == seen, username


def test_each_ledger_lists_its_own_events_and_only_those_of_the_period():
    case, other = drain_case(), drain_case()
    step(other, Action.RETURN, text="电线杆归供电局，电话 13800138000")
    step(case, Action.ACCEPT)
    step(case, Action.REPORT_RESULT, text="疏通了")
    step(case, Action.CLOSE, public_text="好了")
    (closed,) = lines(Kind.CLOSED)
    assert (closed["编号"], closed["办理结果"]) == (case.number, "疏通了")
    (returned,) = lines(Kind.RETURNED)
    assert returned["理由"] == "电线杆归供电局，电话 138****"
    tomorrow = DAY + timedelta(days=1)
    for kind in Kind:
        assert lines(kind, first=tomorrow, last=tomorrow) == []


def test_a_late_clock_is_listed_although_no_periodic_job_ran_and_stays_listed_when_met_too_late():
    case = drain_case()
    clock = case.clocks.filter(running=True).order_by("due_at").first()
    assert lines(Kind.OVERDUE, now=clock.due_at - timedelta(minutes=1)) == []
    late = clock.due_at + timedelta(minutes=20)
    listed = lines(Kind.OVERDUE, now=late, last=late.date())
    assert listed[0]["超时多久"] == "20 分"
    Clock.objects.filter(pk=clock.pk).update(running=False, stopped_at=clock.due_at + timedelta(minutes=5))
    later = late + timedelta(minutes=1)
    assert lines(Kind.OVERDUE, now=later, last=late.date())[0]["超时多久"] == "5 分"
    Clock.objects.filter(pk=clock.pk).update(stopped_at=clock.due_at)
    assert all(line["到期"] != clock.due_at for line in lines(Kind.OVERDUE, now=later, last=late.date()))


def test_a_hand_over_is_listed_once_it_was_sent():
    case = drain_case()
    handover = Handover.objects.create(case=case, kind="police", reason="威胁", created_at=NOON)
    assert lines(Kind.POLICE) == []
    Handover.objects.filter(pk=handover.pk).update(state="sent", sent_at=NOON, sent_by=person(CAST.chief))
    assert [line["谁移交"] for line in lines(Kind.POLICE)] == [str(person(CAST.chief))]
    assert lines(Kind.POLICE, CAST.other_street) == []


def test_an_area_narrows_and_never_widens():
    case = drain_case()
    elsewhere = Unit.objects.filter(level="street").exclude(
        pk__in=[int(p) for p in case.path.split("/") if p]
    )
    assert lines(Kind.RECEIVED, unit=elsewhere.first()) == []
    assert lines(Kind.RECEIVED, CAST.other_street, unit=case.area) == []
    assert len(lines(Kind.RECEIVED, unit=case.area)) == 1


def form(*rows: list, merged: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


OWN = form(["{{区}}{{台账}}"], ["{{期间}}，共 {{件数}} 件"], ["号", "事"], ["{{编号}}", "{{居民说}}"], ["合计 {{件数}}"],
           merged="A5:B5")  # fmt: skip


def exported(username: str = CAST.community, kind: Kind = Kind.RECEIVED):
    data, _name = export_ledger(asked=Asked(kind, DAY, DAY), actor=actor(username), now=NOON)
    return load_workbook(io.BytesIO(data)).active


def test_the_districts_own_form_is_filled_row_by_row_and_what_stood_below_moves_down():
    cases = [drain_case(), drain_case(), drain_case()]
    Case.objects.filter(pk=cases[0].pk).update(title="=1+1 {{件数}}")
    keep_form(kind=Kind.RECEIVED, name="光明区收件.xlsx", data=OWN, actor=actor(CAST.grid_centre), now=NOON)
    sheet = exported()
    assert sheet["A1"].value.endswith("收件台账")
    assert sheet["A2"].value == "2026-11-23 — 2026-11-23，共 3 件"
    assert [sheet.cell(row, 1).value for row in (4, 5, 6)] == [case.number for case in cases]
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("=1+1 {{件数}}", "s")
    assert sheet["A7"].value == "合计 3"
    assert [str(span) for span in sheet.merged_cells.ranges] == ["A7:B7"]


def test_with_nothing_to_list_the_form_has_an_empty_row_and_no_blanks_left():
    keep_form(kind=Kind.RECEIVED, name="a.xlsx", data=OWN, actor=actor(CAST.grid_centre), now=NOON)
    sheet = exported(CAST.other_street)
    assert sheet["A4"].value in (None, "")
    assert "{{" not in str([[cell.value for cell in row] for row in sheet])


@pytest.mark.parametrize("kind", list(Kind))
def test_the_built_in_form_has_every_column_and_passes_its_own_check(kind):
    data = form_of(kind)
    assert blanks_of(data) >= set(COLUMNS[kind])
    keep_form(kind=kind, name="a.xlsx", data=data, actor=actor(CAST.grid_centre), now=NOON)
    assert set(FACTS) >= blanks_of(data) - set(COLUMNS[kind])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no excel at all", "不是完好的 xlsx"),
        (form(["{{编号}}", "{{户主电话}}"]), "不认识这些占位符：户主电话"),
        (form(["{{区}}"]), "至少要有一行"),
        (form(["{{编号}}"], ["{{居民说}}"]), "同一行"),
        (b"x" * (2**20 + 1), "最大 1 MB"),
    ],
)
def test_a_file_that_cannot_be_a_form_is_refused_with_the_reason(data, why):
    with pytest.raises(UnusableForm, match=why):
        keep_form(kind=Kind.RECEIVED, name="a", data=data, actor=actor(CAST.grid_centre), now=NOON)
    assert form_in_use(Kind.RECEIVED) is None


def test_only_the_grid_centre_keeps_forms_and_a_withdrawn_one_gives_way_to_the_one_before():
    for username in (CAST.district, CAST.street, CAST.system, CAST.auditor):
        with pytest.raises(Refused, match="区网格中心"):
            keep_form(kind=Kind.RECEIVED, name="a", data=OWN, actor=actor(username), now=NOON)
    centre = actor(CAST.grid_centre)
    first = keep_form(kind=Kind.RECEIVED, name="一", data=OWN, actor=centre, now=NOON)
    second = keep_form(kind=Kind.RECEIVED, name="二", data=OWN, actor=centre, now=NOON)
    assert form_in_use(Kind.RECEIVED) == second
    withdraw_form(form_id=second.pk, actor=centre, now=NOON)
    assert form_in_use(Kind.RECEIVED) == first
    told = Entry.objects.filter(subject="ledger:received").values_list("action", flat=True)
    assert sorted(told) == ["ledger_form.kept", "ledger_form.kept", "ledger_form.withdrawn"]


def test_each_excel_leaves_an_audit_entry_with_its_rows_and_too_many_are_refused(monkeypatch):
    drain_case()
    exported()
    assert Entry.objects.get(action="ledger.exported").detail["rows"] == 1
    monkeypatch.setattr(actions, "MOST_LINES", 0)
    with pytest.raises(Refused, match="一次最多 0 行，这里有 1 行"):
        exported()


def test_page_paper_and_file_by_hand():
    case = drain_case()
    client = Client()
    client.force_login(person(CAST.community))
    query = "first=2026-11-01&last=2026-11-30"
    assert case.number in client.get(f"/cases/ledgers/received?{query}").content.decode()
    paper = client.get(f"/cases/ledgers/received?{query}&print=1").content.decode()
    assert case.number in paper
    assert "制表：" in paper
    assert client.post(f"/cases/ledgers/received/excel?{query}").content[:2] == b"PK"
    assert client.get("/cases/ledgers/gossip").status_code == 404
    assert client.get("/cases/ledgers/received?first=2026-13-45&last=x&unit=zz").status_code == 200


def test_the_grid_centre_uploads_and_takes_back_a_form_by_hand():
    client = Client()
    client.force_login(person(CAST.grid_centre))
    upload = SimpleUploadedFile("光明.xlsx", OWN)
    page = client.post("/cases/ledgers/forms", {"kind": "received", "file": upload}, follow=True)
    assert "已换上样式 光明.xlsx" in page.content.decode()
    assert client.get("/cases/ledgers/forms/received.xlsx").content == OWN
    bad = SimpleUploadedFile("坏.xlsx", b"PK")
    page = client.post("/cases/ledgers/forms", {"kind": "received", "file": bad}, follow=True)
    assert "不是完好的 xlsx" in page.content.decode()
    client.post(f"/cases/ledgers/forms/{form_in_use(Kind.RECEIVED).pk}/withdraw")
    assert form_in_use(Kind.RECEIVED) is None


def test_a_day_is_the_day_in_china():
    late = drain_case(now=NOON.replace(hour=23, minute=59))
    early = drain_case(now=(NOON + timedelta(days=1)).replace(hour=0, minute=0))
    assert [line["编号"] for line in lines(Kind.RECEIVED, first=DAY, last=date(2026, 11, 23))] == [
        late.number
    ]
    next_day = DAY + timedelta(days=1)
    assert [line["编号"] for line in lines(Kind.RECEIVED, first=next_day, last=next_day)] == [early.number]
