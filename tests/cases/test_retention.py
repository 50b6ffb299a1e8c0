"""What was erased is nowhere: not in a table, not in a file, not in the audit, not after a restore."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from maplegrid.audit.models import Entry
from maplegrid.audit.queries import verify
from maplegrid.cases.actions import resident
from maplegrid.cases.actions.change import Refused
from maplegrid.cases.actions.erasing import Ground, erase_case, replay, sweep_files, tick_retention
from maplegrid.cases.actions.rights import decide, lift, preserve
from maplegrid.cases.actions.steps import take_step
from maplegrid.cases.actions.steps.wish import Wish
from maplegrid.cases.models import Case, Erasure, KeptReply, RightsRequest, Step
from maplegrid.messaging.actions.photos import keep_photo
from maplegrid.messaging.models import Attachment, Message
from maplegrid.rules.lifecycle import Action, Status
from maplegrid.rules.retention import What
from maplegrid.rules.vocabulary import Refusal
from tests.accounts.keys import a_key
from tests.builders import NOON, drain_case
from tests.cast import CAST, actor, person
from tests.house.test_routes import client_of

pytestmark = pytest.mark.django_db
MARK = "独一无二的话"
PHONE = "13912345678"
LATER = NOON + timedelta(days=1200)
GROUND = Ground("events", "test")


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return tmp_path


def a_photo(message: Message, colour: str = "red") -> Attachment:
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(picture, "JPEG")
    upload = SimpleUploadedFile("p.jpg", picture.getvalue(), "image/jpeg")
    kept = keep_photo(upload, message=message, uploaded_by=None, now=NOON)
    assert isinstance(kept, Attachment)
    return kept


def lived_through(**known: Any) -> Case:
    """A case in which everybody said something, ended at NOON."""
    case = drain_case(
        f"下水道堵了{MARK}一", contact_phone=PHONE, contact_name=f"{MARK}二", place_words=f"{MARK}三", **known
    )
    appeal = case.appeals.get()
    a_photo(appeal.message)
    step(case, Action.ACCEPT)
    step(case, Action.COMMENT, text=f"{MARK}四")
    step(case, Action.ASK_RESIDENT, public_text=f"{MARK}五", text=f"{MARK}五")
    question = appeal.questions.get()
    resident.answer_question(appeal_id=appeal.pk, question_id=question.pk, text=f"{MARK}六", now=NOON)
    resident.add_words(appeal_id=appeal.pk, text=f"{MARK}七", photos=[], now=NOON)
    step(case, Action.SUSPEND, text=f"{MARK}八", until=NOON + timedelta(hours=1))
    step(case, Action.RESUME)
    Case.objects.filter(pk=case.pk).update(status=Status.CLOSED, closed_at=NOON, solution=f"{MARK}九")
    resident.rate(appeal_id=appeal.pk, solved=True, satisfied=5, words=f"{MARK}十", now=NOON)
    return Case.objects.get(pk=case.pk)


def step(case: Case, action: Action, **wish: Any) -> None:
    take_step(case_id=case.pk, action=action, actor=actor(CAST.chief), wish=Wish(**wish), now=NOON)


def where(words: str) -> list[str]:
    """Every column of every table that holds these words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'tsvector', 'ARRAY')"
        )
        found = []
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE "{column}"::text LIKE %s LIMIT 1', [f"%{words}%"])
            found += [f"{table}.{column}"] if cursor.fetchone() else []
    return found


def files(home: Path) -> list[Path]:
    return [path for path in (home / "media").rglob("*") if path.is_file()]


def test_the_words_were_everywhere_before_and_are_nowhere_afterwards(
    own_home, django_capture_on_commit_callbacks
):
    case = lived_through()
    assert len(where(MARK)) >= 8
    assert len(files(own_home)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        made = erase_case(case_id=case.pk, what=What.WORDS, ground=GROUND, now=LATER)
    assert isinstance(made, Erasure)
    assert where(MARK) == []
    assert where(PHONE) == []
    assert files(own_home) == []
    kept = Case.objects.get(pk=case.pk)
    assert (kept.number, kept.category, kept.area, kept.status) == (
        case.number,
        case.category,
        case.area,
        "closed",
    )
    assert kept.appeals.get().satisfied == 5
    assert verify().fault is None


def test_the_audit_never_held_what_was_said_but_proves_it_while_it_lasts():
    case = lived_through()
    assert not [column for column in where(MARK) if column.startswith("audit_")]
    comment = Step.objects.get(case=case, action="comment")
    entry = Entry.objects.get(subject=f"case:{case.pk}", action="case.comment")
    from maplegrid.cases.actions.change import said_digest

    assert entry.detail["said"] == said_digest(comment)
    comment.text += "改"
    assert entry.detail["said"] != said_digest(comment)


def test_a_certificate_tells_how_much_by_which_rule_and_nothing_of_it():
    case = lived_through()
    made = erase_case(case_id=case.pk, what=What.WORDS, ground=GROUND, now=LATER)
    assert isinstance(made, Erasure)
    assert (made.number, made.rule, made.by) == (case.number, "events", "timer")
    assert made.counts["photos"] == 1
    assert made.counts["steps"] > 4
    entry = Entry.objects.get(action="case.erased")
    assert entry.detail["certificate"] == made.digest
    assert MARK not in json.dumps([made.counts, entry.detail], ensure_ascii=False)


def test_the_timer_takes_photos_after_a_year_and_the_words_after_three():
    case = lived_through()
    assert not tick_retention(now=NOON + timedelta(days=364))
    assert tick_retention(now=NOON + timedelta(days=366)) == {"photos": 1}
    case.refresh_from_db()
    assert MARK in case.solution
    assert tick_retention(now=LATER) == {"events": 1}
    assert where(MARK) == []
    assert not tick_retention(now=LATER)


def test_what_is_open_or_preserved_stays():
    case = lived_through()
    kept = preserve(number=case.number, reason="诉讼", actor=actor(CAST.district), now=NOON)
    assert not tick_retention(now=LATER)
    assert isinstance(erase_case(case_id=case.pk, what=What.WORDS, ground=GROUND, now=LATER), Refusal)
    assert lift(preservation_id=kept.pk, actor=actor(CAST.district), now=NOON)
    assert not lift(preservation_id=kept.pk, actor=actor(CAST.district), now=NOON)
    Case.objects.filter(pk=case.pk).update(status=Status.HANDLING)
    assert not tick_retention(now=LATER)


def test_a_file_that_another_photo_shares_stays(own_home, django_capture_on_commit_callbacks):
    first, second = lived_through(), lived_through()
    assert len(files(own_home)) == 2, "the same picture is kept once"
    with django_capture_on_commit_callbacks(execute=True):
        erase_case(case_id=first.pk, what=What.PHOTOS, ground=GROUND, now=LATER)
    assert len(files(own_home)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        erase_case(case_id=second.pk, what=What.PHOTOS, ground=GROUND, now=LATER)
    assert files(own_home) == []


def test_files_of_nobody_are_swept_a_day_later(own_home):
    import os

    loose = own_home / "media" / "x.jpg"
    loose.write_bytes(b"x")
    assert sweep_files() == 0
    os.utime(loose, (0, 0))
    assert sweep_files() == 1
    assert not loose.exists()


def test_a_restored_backup_is_emptied_again():
    case = lived_through()
    erase_case(case_id=case.pk, what=What.WORDS, ground=GROUND, now=LATER)
    Case.objects.filter(pk=case.pk).update(erased_at=None, photos_erased_at=None, solution=f"{MARK}回来了")
    assert replay(LATER) == 1
    assert where(MARK) == []
    assert replay(LATER) == 0


def test_one_of_two_reporters_goes_and_the_other_stays():
    case = lived_through()
    Case.objects.filter(pk=case.pk).update(status=Status.HANDLING)
    other = drain_case("邻居也堵了另一位说的", me_too_of=case.number)
    assert other.pk == case.pk
    Case.objects.filter(pk=case.pk).update(status=Status.CLOSED, closed_at=NOON)
    from maplegrid.cases.actions.erasing import erase_message

    joined = case.appeals.get(joined=True)
    assert isinstance(erase_message(message_id=joined.message_id, ground=GROUND, now=LATER), Erasure)
    assert where("另一位说的") == []
    assert where(MARK)


def test_an_answer_kept_for_a_repeated_call_goes_too():
    case = lived_through()
    key = a_key().key
    body = {"number": case.number, "text": f"{MARK}在答复里"}
    KeptReply.objects.create(
        key=key, repeat_key="a", request_digest="0" * 64, status=201, body=body, kept_at=NOON
    )
    KeptReply.objects.create(
        key=key, repeat_key="b", request_digest="0" * 64, status=201, body={}, kept_at=NOON
    )
    erase_case(case_id=case.pk, what=What.WORDS, ground=GROUND, now=LATER)
    assert where(MARK) == []
    assert KeptReply.objects.get().repeat_key == "b"


# What residents ask


def test_whoever_holds_the_code_gets_a_copy_of_what_they_sent_and_nobody_elses():
    case = lived_through()
    other = drain_case("别人说的")
    client = following(case)
    answer = client.get(f"/follow/{case.number}/copy")
    assert answer["Content-Type"] == "application/zip"
    import zipfile

    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        held = json.loads(packed.read("data.json"))
        assert {"data.json", "data.html", "photos/1.jpg"} <= set(packed.namelist())
    assert held["message"]["contact_phone"] == PHONE
    assert held["questions"][0]["answer"] == f"{MARK}六"
    assert f"{MARK}四" not in json.dumps(held, ensure_ascii=False), "a colleague's note is not theirs"
    assert client.get(f"/follow/{other.number}/copy").status_code == 404
    assert Entry.objects.filter(action="rights.copied").count() == 1


def following(case: Case) -> Client:
    client = Client()
    session = client.session
    session["followed"] = [case.number]
    session.save()
    return client


def test_a_resident_asks_and_the_district_grants(own_home):
    case = lived_through()
    client = following(case)
    assert client.post(f"/follow/{case.number}/erase", {"text": f"不想留{MARK}"}).status_code == 302
    client.post(f"/follow/{case.number}/erase", {"text": "再点一次"})
    asked = RightsRequest.objects.get()
    desk = client_of("district")
    assert case.number in desk.get("/cases/rights").content.decode()
    desk.post(f"/cases/rights/{asked.pk}/grant", {"words": "已经删除"})
    assert where(MARK) == []
    page = client.get(f"/follow/{case.number}").content.decode()
    assert "已经删除" in page
    assert Erasure.objects.get().by == f"person:{person(CAST.district).pk}"
    with pytest.raises(Refused):
        decide(request_id=asked.pk, granted=False, answer="晚了", actor=actor(CAST.district), now=NOON)


def test_an_open_case_is_not_erased_and_the_desk_is_told_why():
    case = drain_case(f"堵了{MARK}")
    following(case).post(f"/follow/{case.number}/erase", {})
    asked = RightsRequest.objects.get()
    page = client_of("district").post(f"/cases/rights/{asked.pk}/grant", follow=True).content.decode()
    assert "办结以后才能删" in page
    asked.refresh_from_db()
    assert asked.state == "open"
    assert where(MARK)


def test_refusing_needs_a_reason_and_correcting_needs_words():
    case = lived_through()
    client = following(case)
    answer = client.post(f"/follow/{case.number}/correct", {"text": ""})
    assert answer.status_code == 422
    client.post(f"/follow/{case.number}/correct", {"text": "电话应该是另一个"})
    asked = RightsRequest.objects.get()
    desk = client_of("district")
    desk.post(f"/cases/rights/{asked.pk}/refuse", {"words": " "})
    asked.refresh_from_db()
    assert asked.state == "open"
    desk.post(f"/cases/rights/{asked.pk}/refuse", {"words": "查过了，没有错"})
    assert "查过了，没有错" in client.get(f"/follow/{case.number}").content.decode()


@pytest.mark.parametrize("role", ["chief", "street", "auditor", "water", "system"])
def test_nobody_else_decides(role: str):
    case = lived_through()
    following(case).post(f"/follow/{case.number}/erase", {})
    asked = RightsRequest.objects.get()
    assert client_of(role).post(f"/cases/rights/{asked.pk}/grant").status_code == 403
    assert (
        client_of(role).post("/cases/rights/keep", {"number": case.number, "reason": "x"}).status_code == 403
    )
    assert where(MARK)
