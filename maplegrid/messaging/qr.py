"""Codes on doors: signed, so that nobody can invent one, and short enough to print large."""

import hmac

import segno
from django.conf import settings

from maplegrid.kit.crypto import keyring
from maplegrid.territory.models import Door

SIGNATURE = 10


def signed_code(door: Door) -> str:
    """The door's code with its signature, as it stands in the QR picture."""
    return f"{door.code}-{_signature(door.code)}"


def _signature(code: str) -> str:
    return keyring().index(f"door:{code}")[:SIGNATURE]


def door_address(door: Door) -> str:
    """The whole address a phone opens."""
    return f"{settings.PUBLIC_ADDRESS}/d/{signed_code(door)}"


def read_door_code(words: str) -> Door | None:
    """The door a signed code names; None for anything that was not signed here."""
    code, _, signature = words.strip().rpartition("-")
    if not code or not hmac.compare_digest(_signature(code).encode(), signature.encode()):
        return None
    return Door.objects.filter(code=code, active=True).select_related("building").first()


def picture(words: str) -> str:
    """A QR code as a data: address for an <img> (error correction M, quiet zone included)."""
    return segno.make(words, error="m", micro=False).svg_data_uri(scale=4, border=2)
