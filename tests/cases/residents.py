"""What a resident does in a browser without scripts, for the tests of the resident's pages."""

import io
import re
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from maplegrid.cases.models import Case
from maplegrid.messaging.qr import signed_code
from maplegrid.territory.models import Door
from tests.builders import DRAIN, receive, story_building
from tests.cast import NOON


def token_of(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


def report(client: Client, address: str = "/report", **fields: Any):
    """Open the page, fill it, send it."""
    page = client.get(address).content.decode()
    return client.post(address, {"token": token_of(page), "words": DRAIN, **fields})


def number_of(response) -> str:
    return response.url.rsplit("/", 1)[1]


def door_address() -> str:
    """The code on a door of 富豪花园C区1栋."""
    return f"/d/{signed_code(Door.objects.filter(building=story_building()).first())}"


def reporter(text: str = DRAIN, *, now: datetime = NOON, **known: Any) -> tuple[Client, str]:
    """Somebody whose message was opened as a case; their browser knows the number."""
    from maplegrid.cases.actions.intake import open_case

    known.setdefault("building_id", story_building().pk)
    received = receive(text, now=now, **known)
    open_case(message_id=received.message.pk, now=now)
    client = Client()
    answer = client.post("/follow", {"number": received.message.number, "code": received.code})
    assert answer.status_code == 302
    return client, received.message.number


def case_of(number: str) -> Case:
    """The case in which this number now stands."""
    return Case.objects.get(appeals__message__number=number)


def page_of(client: Client, number: str) -> str:
    """The follow page's main part, tags and all."""
    response = client.get(f"/follow/{number}")
    assert response.status_code == 200
    return response.content.decode().split("<main")[1]


def act(client: Client, number: str, what: str, **fields: Any):
    return client.post(f"/follow/{number}/{what}", fields)


def photo(name: str = "地漏.jpg", colour: str = "teal") -> SimpleUploadedFile:
    """A small photo as a phone sends it."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
