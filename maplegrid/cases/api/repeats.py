"""Idempotency-Key: the deed and the memory of its answer are one transaction."""

from collections.abc import Callable
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from ninja import Header, Status

from maplegrid.cases.api.keys import caller_in
from maplegrid.cases.api.problems import NotDone
from maplegrid.cases.models import KeptReply
from maplegrid.kit.crypto import sm3
from maplegrid.kit.words import translated
from maplegrid.rules.vocabulary import N_

Reply = Status[Any]
RepeatKey = Annotated[str | None, Header(None, alias="Idempotency-Key", max_length=200)]


def once(request: HttpRequest, do: Callable[[], Reply], *, unsaid: tuple[str, ...] = ()) -> Reply:
    """Do it, or say again what was answered when it was done.

    A refusal is not kept: nothing happened, and the same key may try again. Of two at once the second waits for the
    first. Fields in `unsaid` are secrets that are said once; a repeat has null there.
    """
    repeat_key = request.headers.get("Idempotency-Key", "")
    with transaction.atomic():
        if not repeat_key:
            return do()
        kept, fresh = _memory(request, repeat_key)
        if not fresh:
            return Status(kept.status, kept.body)
        done = do()
        kept.status, kept.body = done.status_code, done.value | dict.fromkeys(unsaid)
        kept.save(update_fields=["status", "body"])
        return done


def _memory(request: HttpRequest, repeat_key: str) -> tuple[KeptReply, bool]:
    caller = caller_in(request)
    digest = sm3(f"{request.method} {request.path}\n".encode() + request.body)
    kept, fresh = KeptReply.objects.get_or_create(
        key=caller.key,
        repeat_key=sm3(repeat_key.encode("utf-8", "replace")),
        defaults={"request_digest": digest, "kept_at": caller.now},
    )
    if kept.request_digest != digest:
        raise NotDone(422, "other_request", translated(N_("这个 Idempotency-Key 已经用在别的请求上")))
    return kept, fresh
