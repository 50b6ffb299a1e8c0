"""Handing in reports and their photos."""

from typing import Any

from django.http import HttpRequest
from ninja import File, Router, UploadedFile
from ninja import Status as Answer

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.api.keys import KeyWith, caller_in
from maplegrid.cases.api.photos import photo_by_key
from maplegrid.cases.api.repeats import RepeatKey, Reply, once
from maplegrid.cases.api.routes import PROBLEMS
from maplegrid.cases.api.shapes.messages import MessageIn, MessageOut, PhotoOut
from maplegrid.cases.api.working import message_by_key

router = Router(tags=["messages"])
WRITE = KeyWith(Scope.MESSAGES_WRITE)
SEND = KeyWith(Scope.MESSAGES_WRITE, Scope.CASES_ACT)


@router.post("/photos", response={201: PhotoOut, **PROBLEMS}, auth=SEND)
def send_photo(request: HttpRequest, photo: File[UploadedFile]) -> Any:
    """Send a photo first, then name it in a message or step of the same key within a day."""
    reference, notes = photo_by_key(caller_in(request), photo)
    return Answer(201, {"photo": reference, "notes": notes})


@router.post("/messages", response={201: MessageOut, **PROBLEMS}, auth=WRITE)
def message(request: HttpRequest, asked: MessageIn, repeat_key: RepeatKey = None) -> Any:
    """Hand in a report."""
    caller = caller_in(request)

    def do() -> Reply:
        received = message_by_key(caller, asked)
        return Answer(201, {"number": received.message.number, "code": received.code})

    return once(request, do, unsaid=("code",))
