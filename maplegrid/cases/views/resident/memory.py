"""What this browser's session knows: the numbers it may follow, a code still to be noted down, photos on the way."""

from datetime import datetime, timedelta

from django.http import HttpRequest

from maplegrid.kit.crypto import Unreadable, keyring

FOLLOWED, ABOUT = "followed", "session.code"
NUMBERS_KEPT = 20
SHOWN_FOR = timedelta(minutes=10)


def followed(request: HttpRequest) -> list[str]:
    """Numbers this browser sent or opened with their code, the latest first."""
    return list(reversed(request.session.get(FOLLOWED, [])))


def remember(request: HttpRequest, number: str) -> None:
    """From now on this browser may follow the number. It is never in the address as a secret."""
    others = [known for known in request.session.get(FOLLOWED, []) if known != number]
    request.session[FOLLOWED] = [*others, number][-NUMBERS_KEPT:]


def keep_code(request: HttpRequest, number: str, code: str, now: datetime) -> None:
    """Show the code on the next page. It is sealed: the session table holds nothing that opens a matter."""
    request.session[_code_key(number)] = [keyring().seal(code, ABOUT), now.isoformat()]


def code_to_note(request: HttpRequest, number: str, now: datetime) -> str:
    """The code, for the few minutes it takes to note it down; afterwards it is nowhere."""
    held = request.session.get(_code_key(number))
    if not held:
        return ""
    sealed, since = held
    if abs(now - datetime.fromisoformat(since)) < SHOWN_FOR:
        try:
            return keyring().open(sealed, ABOUT)
        except Unreadable:
            pass
    forget_code(request, number)
    return ""


def forget_code(request: HttpRequest, number: str) -> None:
    """It has been noted down."""
    request.session.pop(_code_key(number), None)


def _code_key(number: str) -> str:
    return f"code:{number}"


def keep_photos(request: HttpRequest, token: str, photos: list[int]) -> None:
    """Photos of a page that has to be sent again; they need not be chosen twice."""
    if photos:
        request.session[f"photos:{token}"] = photos


def kept_photos(request: HttpRequest, token: str) -> list[int]:
    """Photos kept for this page."""
    return list(request.session.get(f"photos:{token}", []))


def forget_photos(request: HttpRequest, token: str) -> None:
    """They are part of a message now."""
    request.session.pop(f"photos:{token}", None)
