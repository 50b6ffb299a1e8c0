"""Photos: what the camera wrote is read and then gone; what is no photo is refused with a sentence."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from maplegrid.messaging.actions import keep_photo
from maplegrid.messaging.actions.photos import read_picture
from maplegrid.messaging.models import Attachment
from maplegrid.rules.vocabulary import Refusal
from tests.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def jpeg(size=(1200, 900), gps=True) -> bytes:
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 45.0, 0.0), 3: "E", 4: (113.0, 55.0, 48.0)})
        exif.get_ifd(0x8769)[0x9003] = "2026:11:23 13:00:00"
    exif[0x0112] = 6
    exif[0x010F] = "SECRETCAM"
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def keep(raw: bytes, name: str = "a.jpg") -> Attachment | Refusal:
    return keep_photo(SimpleUploadedFile(name, raw), message=None, uploaded_by=None, now=NOON)


def test_position_and_time_are_read_into_the_row_and_stripped_from_the_file(settings):
    photo = keep(jpeg())
    assert photo.taken_lon == pytest.approx(113.93, abs=1e-6)
    assert photo.taken_lat == pytest.approx(22.75, abs=1e-6)
    assert photo.taken_at.isoformat() == "2026-11-23T13:00:00+08:00"
    stored = (Path(settings.MEDIA_ROOT) / photo.path).read_bytes()
    assert b"SECRETCAM" not in stored
    assert b"Exif" not in stored
    assert Image.open(io.BytesIO(stored)).getexif() == {}


def test_a_photo_is_turned_upright_and_gets_a_small_picture(settings):
    photo = keep(jpeg((1200, 900)))
    assert (photo.width, photo.height) == (900, 1200)
    thumb = (Path(settings.MEDIA_ROOT) / photo.thumb_path).read_bytes()
    assert max(Image.open(io.BytesIO(thumb)).size) <= 480


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.jpg", b"<html><script>alert(1)</script></html>"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"<script>" * 50),
        ("a.php", b"<?php system($_GET['c']); ?>"),
        ("a.jpg", b""),
        ("a.jpg", jpeg()[:400]),
    ],
)
def test_what_is_no_photo_is_refused_with_a_sentence(name, raw):
    refusal = keep(raw, name)
    assert isinstance(refusal, Refusal)
    assert name in str(refusal)
    assert not Attachment.objects.exists()


def test_a_script_behind_a_real_picture_is_not_kept(settings):
    photo = keep(jpeg() + b"<script>alert(1)</script>")
    assert b"<script>" not in (Path(settings.MEDIA_ROOT) / photo.path).read_bytes()


def test_a_decompression_bomb_is_refused(settings):
    settings.PHOTO_MAX_PIXELS = 100 * 100
    assert read_picture(jpeg((200, 200))) is None


def test_a_large_file_is_refused_before_it_is_read(settings):
    settings.PHOTO_MAX_BYTES = 1000
    assert keep(jpeg()).code == "too_big"


def test_a_file_name_cannot_leave_its_folder(settings):
    photo = keep(jpeg(), "../../etc/passwd.jpg")
    assert "/" not in photo.name
    assert (
        (Path(settings.MEDIA_ROOT) / photo.path).resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve())
    )


def test_a_full_disk_is_one_sentence_and_the_words_are_kept(monkeypatch):
    from maplegrid.messaging.actions import photos

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(photos, "_write", full)
    assert keep(jpeg()).code == "no_room"
