"""The patrol door for phones: once is once, refusals can be mended, the shell knows nobody, a sign-out forgets."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from maplegrid.accounts.phone import phone_mark
from maplegrid.cases.views.shell import FILES, shell_version
from maplegrid.messaging.models import Attachment, Message
from tests.cast import CAST, NOON, person

pytestmark = pytest.mark.django_db
PAGE = "/cases/patrol"


@pytest.fixture(autouse=True)
def _place_and_time(settings, tmp_path, held_clock):
    settings.MEDIA_ROOT = tmp_path / "media"
    held_clock(NOON)


@pytest.fixture
def chief() -> Client:
    client = Client()
    client.force_login(person(CAST.chief))
    return client


def photo(name: str = "a.jpg") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def send(client: Client, *, owner: str = CAST.chief, **more):
    sent = {"token": "t-1", "words": "井盖翘起来了", "owner": phone_mark(person(owner)), **more}
    return client.post(PAGE, sent, headers={"accept": "application/json"})


def test_a_find_sent_again_is_the_same_find_with_the_same_photos(chief):
    first = send(chief, photos=[photo()])
    again = send(chief, photos=[photo()])
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"]
    assert (first.json()["repeat"], again.json()["repeat"]) == (False, True)
    assert Message.objects.filter(channel="patrol").count() == 1
    assert Attachment.everything.count() == 1


def test_a_refused_find_is_422_with_the_sentence_and_the_mended_one_is_taken(chief):
    refused = send(chief, words="")
    assert refused.status_code == 422
    assert refused.json()["notes"] == ["请写一下出了什么事"]
    assert not Message.objects.exists()
    assert send(chief).status_code == 201


def test_a_photo_that_is_none_is_said_and_the_find_is_taken(chief):
    answer = send(chief, photos=[SimpleUploadedFile("坏.jpg", b"no picture"), photo()])
    assert answer.status_code == 201
    assert answer.json()["notes"] == ["坏.jpg 不是能看的照片，请换一张"]
    assert Message.objects.get().attachments.count() == 1


def test_a_find_is_not_sent_under_another_persons_name(chief):
    other = Client()
    other.force_login(person(CAST.neighbour_chief))
    assert send(other, owner=CAST.chief).status_code == 409
    assert send(chief, owner=CAST.neighbour_chief).status_code == 409
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("found", "believed"),
    [
        (NOON - timedelta(hours=3), True),
        (NOON + timedelta(minutes=4), True),
        (NOON + timedelta(hours=1), False),
        (NOON - timedelta(days=31), False),
    ],
)
def test_when_it_was_found_is_kept_if_the_phones_clock_can_be_right(chief, found, believed):
    assert send(chief, found=found.isoformat()).status_code == 201
    assert Message.objects.get().sent_at == (found if believed else None)


@pytest.mark.parametrize("found", ["", "yesterday", "2026-13-45T00:00:00Z", "2026-11-23T12:00:00"])
def test_a_time_that_cannot_be_read_holds_no_find_up(chief, found):
    assert send(chief, found=found).status_code == 201
    assert Message.objects.get().sent_at is None


def test_the_phone_learns_whose_session_it_is_and_nothing_else(chief):
    answer = chief.get(f"{PAGE}/me")
    assert set(answer.json()) == {"person", "csrf"}
    assert answer.json()["person"] == phone_mark(person(CAST.chief))
    assert "no-store" in answer["Cache-Control"]
    assert phone_mark(person(CAST.chief)) != phone_mark(person(CAST.service))


def test_the_phones_token_opens_the_door_and_none_does_not(chief):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person(CAST.chief))
    assert send(strict).status_code == 403
    token = strict.get(f"{PAGE}/me").json()["csrf"]
    sent = {"token": "t-1", "words": "井盖", "owner": phone_mark(person(CAST.chief))}
    answer = strict.post(PAGE, sent, headers={"accept": "application/json", "x-csrftoken": token})
    assert answer.status_code == 201


def test_the_plain_form_still_leads_on_to_the_inbox(chief):
    answer = chief.post(PAGE, {"token": "t-2", "words": "路灯不亮", "photos": [photo()]})
    assert (answer.status_code, answer.url) == (302, "/cases/")
    assert Message.objects.get().attachments.count() == 1


def test_the_shell_is_the_same_for_everybody_and_holds_no_token(chief):
    stranger = Client().get(f"{PAGE}/shell").content
    own = chief.get(f"{PAGE}/shell")
    assert own.content == stranger
    assert "csrftoken" not in own.cookies
    words = own.content.decode()
    assert "csrfmiddlewaretoken" not in words
    assert "maplegrid-person" not in words
    assert 'name="token" value=""' in words


def test_the_worker_names_every_file_the_shell_asks_for(chief):
    answer = chief.get("/cases/patrol-worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    shell = json.loads(re.match(r"self\.SHELL = (.*);\n", answer.content.decode()).group(1))
    assert shell["version"] == shell_version()
    page = chief.get(f"{PAGE}/shell").content.decode()
    asked = set(re.findall(r'(?:src|rel="stylesheet" href|rel="icon" href)="(/static/[^"]+)"', page))
    assert asked <= set(shell["files"]), asked - set(shell["files"])
    folder = Path(__file__).resolve().parents[2] / "maplegrid" / "static"
    for name in FILES:
        for module in re.findall(r'(?:from|import) "\./([\w.]+)"', (folder / name).read_text("utf-8")):
            assert f"js/{module}" in FILES, f"{name} needs {module}"


def test_the_manifest_makes_the_patrol_page_an_app(chief):
    answer = chief.get("/cases/patrol.webmanifest")
    about = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (about["start_url"], about["scope"], about["display"]) == (PAGE, "/cases/", "standalone")
    folder = Path(__file__).resolve().parents[2] / "maplegrid"
    for icon in about["icons"]:
        with Image.open(folder / icon["src"].lstrip("/")) as picture:
            assert icon["sizes"] == f"{picture.width}x{picture.height}"
    assert '<link rel="manifest" href="/cases/patrol.webmanifest">' in chief.get(PAGE).content.decode()
    assert "worker-src" in chief.get(PAGE)["Content-Security-Policy"]
    assert "unsafe" not in chief.get(PAGE)["Content-Security-Policy"]


def test_a_sign_out_asks_the_browser_to_forget_and_nothing_else_does(chief):
    assert "Clear-Site-Data" not in chief.get("/account/logout/")
    assert "Clear-Site-Data" not in chief.get(PAGE)
    assert chief.post("/account/logout/")["Clear-Site-Data"] == '"storage"'
