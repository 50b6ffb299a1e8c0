"""What is held about one message, for the one who sent it; and what waits at the desk that answers requests."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string

from maplegrid.cases.models import Appeal, Erasure, Preservation, RightsRequest
from maplegrid.cases.queries.follow.story import own_photos, parts_of
from maplegrid.cases.words import category_words, unit_words
from maplegrid.messaging.models import Attachment, Message


def held_about(message: Message) -> dict[str, Any]:
    """Everything this person sent, what was answered to them, and every notice; nobody else's words."""
    appeal = Appeal.objects.select_related("case__category", "case__area").filter(message=message).first()
    return {
        "message": _message(message),
        "case": _case(appeal) if appeal else None,
        "questions": [
            {"asked": q.asked_at, "text": q.text, "answered": q.answered_at, "answer": q.answer}
            for q in (appeal.questions.order_by("asked_at") if appeal else ())
        ],
        "notices": list(
            message.notices.order_by("queued_at").values("queued_at", "gateway", "state", "body")
        ),
        "requests": list(
            message.rights_requests.order_by("asked_at").values(
                "kind", "words", "asked_at", "state", "answer"
            )
        ),
        "photos": [photo.name or Path(photo.path).name for photo in photos_of(message, appeal)],
    }


def _message(message: Message) -> dict[str, Any]:
    names = (
        "number", "received_at", "channel", "title", "text", "place_words", "anonymous", "contact_name",
        "contact_phone", "lon", "lat", "datum", "consent", "language",
    )  # fmt: skip
    return {name: getattr(message, name) for name in names}


def _case(appeal: Appeal) -> dict[str, Any]:
    case = appeal.case
    return {
        "number": case.number, "category": category_words(case.category), "sub_grid": unit_words(case.area),
        "status": case.get_status_display(), "received": case.received_at, "closed": case.closed_at,
        "joined": appeal.joined, "solved": appeal.solved, "satisfied": appeal.satisfied,
        "rating_words": appeal.rating_words, "reopen_reason": appeal.reopen_reason,
        "said": [step.text for step in case.steps.filter(detail__appeal=appeal.pk) if step.text],
    }  # fmt: skip


def photos_of(message: Message, appeal: Appeal | None) -> list[Attachment]:
    """The photos this person sent, at first or later."""
    return own_photos(appeal, parts_of(appeal)) if appeal else list(message.attachments.all())


def copy_of(message: Message) -> bytes:
    """A zip with the same as data.json, as a page to read and print, and the photos."""
    held = held_about(message)
    appeal = Appeal.objects.select_related("message", "case").filter(message=message).first()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data.json", json.dumps(held, ensure_ascii=False, indent=1, default=str))
        file.writestr("data.html", render_to_string("cases/resident/copy.html", {"held": held}))
        for number, photo in enumerate(photos_of(message, appeal), start=1):
            path = Path(settings.MEDIA_ROOT) / photo.path
            if path.is_file():
                file.write(path, f"photos/{number}{path.suffix}")
    return packed.getvalue()


def requests_to_decide() -> QuerySet[RightsRequest]:
    """All requests, the open ones first, the one due earliest on top."""
    return RightsRequest.objects.select_related("message", "decided_by").order_by(
        "decided_at", "due_at", "pk"
    )


def preserved() -> QuerySet[Preservation]:
    """What is kept as evidence now."""
    return (
        Preservation.objects.filter(lifted_at=None).select_related("case", "placed_by").order_by("-placed_at")
    )


def certificates() -> QuerySet[Erasure]:
    """Proof of what was erased, the latest first."""
    return Erasure.objects.order_by("-at", "-pk")
