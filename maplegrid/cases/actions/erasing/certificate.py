"""The proof of an erasure, and the journal outside the database that erases again what a restore brings back."""

import json
import os
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from maplegrid.audit.actions import record
from maplegrid.cases.models import Case, Erasure
from maplegrid.kit.crypto import sm3
from maplegrid.messaging.models import Attachment
from maplegrid.rules.retention import BACKUPS_KEPT

JOURNAL = "erasures.jsonl"
ORPHAN_S = 24 * 3600


def certify(
    *, case: Case, number: str, what: str, rule: str, basis: str, by: str, now: datetime, counts: Counter[str]
) -> Erasure:
    """One row, one audit entry with its digest, one line in the journal; all before the transaction is kept."""
    facts: dict[str, Any] = {
        "number": number, "what": what, "rule": rule, "basis": basis, "by": by, "counts": dict(sorted(counts.items())),
    }  # fmt: skip
    digest = sm3(json.dumps({**facts, "at": now.isoformat()}, sort_keys=True, ensure_ascii=False).encode())
    made = Erasure.objects.create(
        case=case, at=now, backups_gone_at=now + BACKUPS_KEPT, digest=digest, **facts
    )
    detail = {"number": number, "what": what, "rule": rule, "counts": facts["counts"], "certificate": digest}
    record(actor=by, action="case.erased", subject=f"case:{case.pk}", now=now, detail=detail)
    _write_down({"number": number, "what": what, "rule": rule, "at": now.isoformat()})
    return made


def _journal() -> Path:
    return Path(settings.HOME) / JOURNAL


def _write_down(line: dict[str, str]) -> None:
    """Appended and flushed to the disk: a line too many erases nothing that was not due, a line too few would."""
    descriptor = os.open(_journal(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())


def replay(now: datetime) -> int:
    """After a restore: erase again what the journal says was erased and the backup brought back. Says how many."""
    from maplegrid.cases.actions.erasing.door import erase_again

    if not _journal().exists():
        return 0
    lines = [json.loads(line) for line in _journal().read_text(encoding="utf-8").splitlines() if line.strip()]
    return sum(erase_again(line["number"], line["what"], line["rule"], now) for line in lines)


def sweep_files() -> int:
    """Files under the media folder that no row names, a day after they were written: a crash may leave them."""
    root, swept = Path(settings.MEDIA_ROOT), 0
    named = {
        path for row in Attachment.everything.values_list("path", "thumb_path").iterator() for path in row
    }
    for file in root.rglob("*") if root.exists() else ():
        old = file.is_file() and time.time() - file.stat().st_mtime > ORPHAN_S
        if old and str(file.relative_to(root)) not in named:
            file.unlink(missing_ok=True)
            swept += 1
    return swept
