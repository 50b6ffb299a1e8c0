"""Door codes, relay links, notices and files."""

import io
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maplegrid.messaging import file_import
from maplegrid.messaging.actions import queue_notice
from maplegrid.messaging.actions.importing import import_table
from maplegrid.messaging.models import Message, Notice
from maplegrid.messaging.qr import read_door_code, signed_code
from maplegrid.messaging.relay import looks_like_chat_log, make_relay, read_relay
from maplegrid.territory.models import Door, Unit
from tests.cast import CAST, NOON, person

pytestmark = pytest.mark.django_db


def test_a_signed_code_names_its_door_and_a_forged_one_names_none():
    door = Door.objects.first()
    code = signed_code(door)
    assert read_door_code(code) == door
    other = Door.objects.exclude(pk=door.pk).first()
    assert read_door_code(f"{other.code}-{code.rsplit('-', 1)[1]}") is None
    for forged in (
        "",
        "-",
        door.code,
        f"{door.code}-",
        f"{door.code}-0000000000",
        code[:-1] + "g",
        code + "0",
    ):
        assert read_door_code(forged) is None


def test_a_door_taken_out_of_use_opens_nothing():
    door = Door.objects.first()
    code = signed_code(door)
    Door.objects.filter(pk=door.pk).update(active=False)
    assert read_door_code(code) is None


def test_a_relay_link_expires():
    unit = Unit.objects.get(name="公明社区04小分格")
    link = make_relay(person=person(CAST.service), unit=unit, building=None, group_name="C区1栋群", now=NOON)
    assert read_relay(link.token, NOON + timedelta(days=29)) == link
    assert read_relay(link.token, NOON + timedelta(days=31)) is None
    assert read_relay("else", NOON) is None


def test_a_pasted_group_chat_is_told_from_one_persons_words():
    assert looks_like_chat_log("张三：停水了\n李四：我家也是\n王五：什么时候来")
    assert not looks_like_chat_log("停水了，从早上到现在：一直没有")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.sampled_from(["chief", "service", "community", "street", "district", "water"])))
def test_no_notice_ever_reaches_somebody_excluded(barred):
    everyone = {
        name: person(getattr(CAST, name))
        for name in ("chief", "service", "community", "street", "district", "water")
    }
    excluding = [f"person:{everyone[name].pk}" for name in barred]
    for name, who in everyone.items():
        key = f"{name}:{'-'.join(sorted(barred))}"
        queue_notice(key=key, body="x", subject="case:1", excluding=excluding, now=NOON, person_id=who.pk)
        notice = Notice.objects.get(key=key)
        assert (notice.state == Notice.State.WITHHELD) is (name in barred)


def test_a_body_that_is_excluded_keeps_all_its_people_out():
    clerk = person(CAST.water)
    body = clerk.assignments.get().body_id
    queue_notice(
        key="k", body="x", subject="case:1", excluding=[f"body:{body}"], now=NOON, person_id=clerk.pk
    )
    assert Notice.objects.get(key="k").state == Notice.State.WITHHELD


CSV = "编号,标题,内容,时间,电话,额外\r\n1,路灯,路灯坏了,2026/11/1 8:05:00,13800000000,甲\r\n2,,,看不懂,,\r\n1,重复,又一次,,,\r\n"


def excel(text: str) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for line in text.strip().splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.csv", CSV.encode()),
        ("a.csv", b"\xef\xbb\xbf" + CSV.encode()),
        ("a.csv", CSV.encode("gb18030")),
        ("a.xlsx", excel(CSV)),
    ],
)
def test_a_file_is_taken_whole_in_every_spelling(name, raw):
    table = file_import.read_table(name, raw)
    batch = import_table(table=table, source="旧系统", by=None, now=NOON)
    assert (batch.rows, batch.taken, batch.repeated) == (3, 2, 1)
    first = Message.objects.get(external_id="旧系统:1")
    assert first.text == "路灯坏了"
    assert first.raw["额外"] == "甲"
    assert first.sent_at.isoformat().startswith("2026-11-01T00:05:00")
    assert Message.objects.filter(external_id="旧系统:2").exists()
    again = import_table(table=table, source="旧系统", by=None, now=NOON)
    assert (again.taken, again.repeated) == (0, 3)


def test_a_dry_run_says_row_by_row_what_to_mend():
    found = {f.line: f.sentences for f in file_import.dry_run(file_import.read_table("a.csv", CSV.encode()))}
    assert set(found) == {3, 4}
    assert any("看不懂" in sentence for sentence in found[3])
    assert any("第 2 行" in sentence for sentence in found[4])


@pytest.mark.parametrize("raw", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00bad\x81"])
def test_a_file_that_cannot_be_read_gets_one_sentence(raw):
    with pytest.raises(file_import.Unreadable) as sentence:
        file_import.read_table("坏.csv", raw)
    assert "坏.csv" in str(sentence.value)


def test_rows_without_an_id_are_known_again_by_their_words():
    raw = "内容\n路灯坏了\n地漏返水\n".encode()
    import_table(table=file_import.read_table("a.csv", raw), source="s", by=None, now=NOON)
    again = import_table(table=file_import.read_table("a.csv", raw), source="s", by=None, now=NOON)
    assert (again.taken, again.repeated) == (0, 2)
