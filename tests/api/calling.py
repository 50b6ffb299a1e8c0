"""A client of /api/v1."""

import io
from typing import Any

from django.test import Client
from PIL import Image

from maplegrid.accounts.scopes import Scope
from tests.accounts.keys import a_key
from tests.cast import person


def key_for(username: str, *scopes: Scope) -> str:
    """A secret that acts for somebody of the cast, with every scope unless told otherwise."""
    return a_key(*(scopes or tuple(Scope)), who=person(username)).secret


def get(secret: str, path: str, **query: Any):
    return Client().get(f"/api/v1/{path}", query, headers=_headers(secret))


def post(secret: str, path: str, body: Any, repeat: str = ""):
    headers = _headers(secret) | ({"Idempotency-Key": repeat} if repeat else {})
    return Client().post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def delete(secret: str, path: str):
    return Client().delete(f"/api/v1/{path}", headers=_headers(secret))


def send_photo(secret: str, data: bytes | None = None):
    upload = io.BytesIO(picture() if data is None else data)
    upload.name = "p.jpg"
    return Client().post("/api/v1/photos", {"photo": upload}, headers=_headers(secret))


def picture() -> bytes:
    """A small real JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


def _headers(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"} if secret else {}
