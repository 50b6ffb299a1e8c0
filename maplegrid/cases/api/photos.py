"""Photos a key sends before the message or step that names them. The reference is signed for that key alone."""

from collections.abc import Sequence

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from maplegrid.cases.api.keys import Caller
from maplegrid.cases.api.problems import NotDone
from maplegrid.kit.words import translated
from maplegrid.messaging.actions import keep_photo
from maplegrid.messaging.models import Attachment
from maplegrid.rules.vocabulary import N_, Refusal
from maplegrid.territory.words import sentence_of

SALT = "maplegrid.api.photo"
KEPT_FOR_S = 24 * 3600
PUT_ASIDE = N_("扫描服务没有回答，照片先放在一边，查过再显示")


def photo_by_key(caller: Caller, upload: UploadedFile) -> tuple[str, list[str]]:
    """The reference to name it by, and a sentence if it waits for the scanner. Raises NotDone 422."""
    kept = keep_photo(upload, message=None, uploaded_by=caller.key.person, now=caller.now)
    if isinstance(kept, Refusal):
        raise NotDone(422, kept.code, sentence_of(kept))
    reference = signing.dumps([caller.key.pk, kept.pk], salt=SALT)
    return reference, [translated(PUT_ASIDE)] if kept.waiting_scan else []


def photos_named(caller: Caller, references: Sequence[str]) -> list[Attachment]:
    """The photos these references name. Raises NotDone 422 for another key's, an old or an attached one."""
    ids = {_read(caller, reference) for reference in references}
    found = list(Attachment.everything.filter(pk__in=ids, message=None, steps=None))
    if len(found) != len(ids):
        raise _unknown()
    return found


def _read(caller: Caller, reference: str) -> int:
    try:
        key_id, photo_id = signing.loads(reference, salt=SALT, max_age=KEPT_FOR_S)
    except (signing.BadSignature, ValueError) as error:
        raise _unknown() from error
    if key_id != caller.key.pk:
        raise _unknown()
    return int(photo_id)


def _unknown() -> NotDone:
    return NotDone(422, "unknown_photo", translated(N_("没有这张照片，请重新上传")))
