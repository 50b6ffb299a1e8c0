"""Uploads and the malware scanner: what is infected stays out, what was not looked at is not shown, words are kept."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from socket import AF_INET, AF_UNIX, SOCK_STREAM, socket

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from maplegrid.audit.models import Entry
from maplegrid.kit import scanner
from maplegrid.kit.environment import BadSetting, choice, endpoint
from maplegrid.kit.scanner import CHUNK, Verdict, look_through
from maplegrid.messaging.actions import keep_photo, receive_message
from maplegrid.messaging.actions.aside import look_again
from maplegrid.messaging.models import Attachment, Message
from maplegrid.messaging.raw import RawMessage
from maplegrid.rules.vocabulary import Channel, Refusal
from tests.cast import CAST, NOON, person
from tests.messaging.clamd import LONGEST, SIGN, FakeServer, fake_clamd, real_clamd

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def clamd(settings, tmp_path) -> Iterator[FakeServer]:
    settings.CLAMD = str(tmp_path / "c.sock")
    with fake_clamd(settings.CLAMD) as server:
        yield server


@pytest.fixture(params=["fake", "real"])
def either(request, settings, tmp_path) -> Iterator[str]:
    """The fake, and the real daemon where it is installed: one conversation for both."""
    if request.param == "fake":
        with fake_clamd(str(tmp_path / "c.sock")):
            yield str(tmp_path / "c.sock")
        return
    binary = shutil.which("clamd")
    if binary is None:
        pytest.skip("no clamd on this machine: only the fake was asked")
    tmp_path.chmod(0o755)
    with real_clamd(binary, tmp_path) as path:
        yield path


def jpeg(extra: bytes = b"") -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 45.0, 0.0), 3: "E", 4: (113.0, 55.0, 48.0)})
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG", exif=exif)
    return out.getvalue() + extra


def keep(raw: bytes) -> Attachment | Refusal:
    return keep_photo(SimpleUploadedFile("a.jpg", raw), message=None, uploaded_by=None, now=NOON)


def answer_to(address: str, sent: bytes) -> bytes:
    with socket(AF_UNIX, SOCK_STREAM) as line:
        line.settimeout(10)
        line.connect(address)
        line.sendall(sent)
        heard = b""
        while more := line.recv(1024):
            heard += more
        return heard


def test_the_fake_and_the_real_daemon_say_the_same(either):
    four = b"\0\0\0\4"
    assert (
        answer_to(either, b"zINSTREAM\0" + four + b"abcd" + four + b"efgh" + b"\0\0\0\0") == b"stream: OK\0"
    )
    found = answer_to(either, b"zINSTREAM\0" + len(SIGN).to_bytes(4, "big") + SIGN + b"\0\0\0\0")
    assert found == b"stream: Maple.Test.UNOFFICIAL FOUND\0"
    assert answer_to(either, b"zNONSENSE\0") == b"UNKNOWN COMMAND\0"


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (b"", Verdict.CLEAN),
        (b"hello", Verdict.CLEAN),
        (b"x" * CHUNK, Verdict.CLEAN),
        (b"x" * (CHUNK - 5) + SIGN, Verdict.INFECTED),
        (b"x" * (3 * CHUNK) + SIGN + b"y" * CHUNK, Verdict.INFECTED),
        (b"x" * (LONGEST + 1), Verdict.SILENT),
        (b"x" * (LONGEST * 4), Verdict.SILENT),
    ],
)
def test_the_verdict_on_small_large_and_oversized_streams(either, settings, data, verdict):
    settings.CLAMD = either
    assert look_through(data) is verdict


def test_it_is_asked_over_the_network_too(settings):
    with fake_clamd(("127.0.0.1", 0), AF_INET) as server:
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"
        assert look_through(b"a" * 70_000) is Verdict.CLEAN
        assert look_through(SIGN) is Verdict.INFECTED
        assert server.seen[0] == b"a" * 70_000


def test_a_scanner_that_hangs_or_is_away_is_silent_within_its_patience(settings, clamd, monkeypatch):
    monkeypatch.setattr(scanner, "PATIENCE_S", 0.2)
    clamd.mute = True
    assert look_through(b"hello") is Verdict.SILENT
    settings.CLAMD = "/nowhere/clamd.sock"
    assert look_through(b"hello") is Verdict.SILENT


def test_without_the_setting_nobody_is_asked(settings):
    settings.CLAMD = ""
    assert look_through(SIGN) is Verdict.CLEAN


def test_an_infected_photo_is_refused_before_anything_reads_or_keeps_it(settings, clamd, monkeypatch):
    monkeypatch.setattr(
        "maplegrid.messaging.actions.photos.read_picture", lambda raw: pytest.fail("was read")
    )
    refusal = keep(jpeg(SIGN))
    assert refusal.code == "infected"
    assert "a.jpg" in str(refusal)
    assert not Attachment.everything.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert Entry.objects.filter(action="photo.infected", actor="resident").count() == 1


def test_a_residents_words_are_kept_when_their_photo_is_infected(clamd):
    client = Client()
    token = client.get("/report").context["token"]
    photos = [SimpleUploadedFile("坏.jpg", jpeg(SIGN)), SimpleUploadedFile("好.jpg", jpeg())]
    sent = {"token": token, "words": "楼道堆满了纸箱", "place": "", "photos": photos}
    page = client.post("/report", sent, follow=True).content.decode()
    assert "照片 坏.jpg 带有病毒，没有收；写的内容照收" in page
    message = Message.objects.get(text="楼道堆满了纸箱")
    assert [photo.name for photo in message.attachments.all()] == ["好.jpg"]


def received_with(photo: Attachment) -> Message:
    raw = RawMessage(channel=Channel.WEB, external_id="t1", text="纸箱", photos=(photo.pk,))
    return receive_message(raw=raw, actor="resident", now=NOON).message


def test_a_photo_nobody_looked_at_is_put_aside_and_joins_its_message_once_it_is_clean(settings, clamd):
    settings.CLAMD, there = "/nowhere/clamd.sock", settings.CLAMD
    photo = keep(jpeg())
    assert photo.waiting_scan
    message = received_with(photo)
    (kept,) = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not message.attachments.exists()
    assert look_again(actor="system", now=NOON) == 0
    settings.CLAMD = there
    assert look_again(actor="system", now=NOON) == 1
    shown = message.attachments.get()
    assert (shown.mime, shown.width) == ("image/jpeg", 300)
    assert shown.taken_lat == pytest.approx(22.75)
    assert not kept.exists()
    assert (Path(settings.MEDIA_ROOT) / shown.path).is_file()
    assert look_again(actor="system", now=NOON) == 0


def test_a_photo_put_aside_that_turns_out_infected_is_gone_and_that_is_on_record(settings, clamd):
    settings.CLAMD, there = "/nowhere/clamd.sock", settings.CLAMD
    message = received_with(keep(jpeg(SIGN)))
    settings.CLAMD = there
    assert look_again(actor="system", now=NOON) == 1
    assert not Attachment.everything.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert Entry.objects.get(action="photo.looked_at").detail == {"outcome": "infected"}
    assert Message.objects.filter(pk=message.pk).exists()


def test_a_resident_is_told_that_a_photo_was_put_aside(settings):
    settings.CLAMD = "/nowhere/clamd.sock"
    client = Client()
    token = client.get("/report").context["token"]
    sent = {
        "token": token,
        "words": "路灯不亮",
        "place": "",
        "photos": [SimpleUploadedFile("灯.jpg", jpeg())],
    }
    page = client.post("/report", sent, follow=True).content.decode()
    assert "照片 灯.jpg 先放在一边，查过再显示" in page
    assert Attachment.everything.get().message.text == "路灯不亮"


@pytest.mark.parametrize(("how", "rows", "code"), [("refuse", 0, "unscanned"), ("accept", 1, None)])
def test_the_district_chooses_what_a_silent_scanner_means(settings, how, rows, code):
    settings.CLAMD, settings.CLAMD_SILENT = "/nowhere/clamd.sock", how
    result = keep(jpeg())
    assert getattr(result, "code", None) == code
    assert Attachment.objects.count() == rows


def test_an_infected_import_file_is_refused_at_both_doors(clamd):
    client = Client()
    client.force_login(person(CAST.street))
    csv = SimpleUploadedFile("旧.csv", "编号,内容\n1,路灯\n".encode() + SIGN)
    page = client.post("/import", {"file": csv, "source": "旧", "what": "take"}).content.decode()
    assert "旧.csv 带有病毒，没有收" in page
    assert not Message.objects.filter(channel=Channel.IMPORT).exists()
    client.force_login(person(CAST.system))
    units = SimpleUploadedFile("units.csv", b"code\n" + SIGN)
    page = client.post("/territory/import", {"file": units, "kind": "units", "datum": "CGCS2000"})
    assert "units.csv 带有病毒，没有收" in page.content.decode()


def test_a_clean_import_file_goes_through_and_a_silent_scanner_asks_to_come_again(settings, clamd):
    client = Client()
    client.force_login(person(CAST.street))

    def send() -> str:
        csv = SimpleUploadedFile("旧.csv", "编号,内容\n1,路灯\n".encode())
        sent = {"file": csv, "source": "旧", "what": "take"}
        return client.post("/import", sent, follow=True).content.decode()

    settings.CLAMD, there = "/nowhere/clamd.sock", settings.CLAMD
    assert "扫描服务没有回答，旧.csv 没有收" in send()
    settings.CLAMD = there
    assert "收下 1 条" in send()


@pytest.mark.parametrize("words", ["clamd", "localhost", "host:", ":3310", "host:99999", "run/clamd.sock"])
def test_a_scanner_address_that_cannot_be_meant_is_refused_at_the_start(monkeypatch, words):
    monkeypatch.setenv("X", words)
    with pytest.raises(BadSetting):
        endpoint("X")


def test_addresses_and_words_that_are_meant_are_taken(monkeypatch):
    for words in ("/run/clamav/clamd.ctl", "localhost:3310", "[::1]:3310", ""):
        monkeypatch.setenv("X", words)
        assert endpoint("X") == words
    monkeypatch.setenv("X", "Refuse")
    assert choice("X", "aside", "aside", "refuse") == "refuse"
    monkeypatch.setenv("X", "maybe")
    with pytest.raises(BadSetting):
        choice("X", "aside", "aside", "refuse")
