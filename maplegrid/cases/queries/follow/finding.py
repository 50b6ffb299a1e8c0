"""Finding one's own message again: a number, and a code or the end of the phone that was left."""

import hmac
import re
import unicodedata

from maplegrid.messaging.actions.receiving import code_digest
from maplegrid.messaging.models import Message

TAIL = 4


def normal_number(words: str) -> str:
    """2026-018342 from however it was typed: full-width digits, spaces, a forgotten dash."""
    digits = re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", words))
    return f"{digits[:4]}-{digits[4:]}" if len(digits) > 4 else digits


def normal_code(words: str) -> str:
    """Capitals without spaces or dashes."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", words)).upper()


def is_phone_tail(code: str) -> bool:
    """Whether this is the end of a phone number and not a code (codes are longer)."""
    return re.fullmatch(r"[0-9]{4}", normal_code(code)) is not None


def message_with_code(number: str, code: str) -> Message | None:
    """The message of this number if the code, or the last four digits of its phone, is right.

    A number nobody has costs the same comparisons as a wrong code.
    """
    number, given = normal_number(number), normal_code(code)
    message = Message.objects.filter(number=number).first()
    known_code = message.code_digest if message else ""
    known_tail = (message.contact_phone or "")[-TAIL:] if message else ""
    by_code = _same(known_code, code_digest(number, given))
    by_tail = _same(known_tail, given) and len(given) == TAIL
    return message if by_code or by_tail else None


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode())
