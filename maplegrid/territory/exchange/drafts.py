"""A file between its dry run and its import: kept aside in the data folder, for its owner, for a day.

The name it came with is only remembered as text; on disk it has a name of ours, and it is never executed.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from maplegrid.engines.geodesy import Datum
from maplegrid.territory.exchange.columns import Kind
from maplegrid.territory.exchange.files import Upload

KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Draft:
    """A file with what it holds and the datum of its coordinates."""

    upload: Upload
    kind: Kind
    datum: Datum


def _folder() -> Path:
    folder = Path(settings.HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def keep_draft(draft: Draft, person_id: int, now: datetime) -> str:
    """Put it aside and clear away what is older than a day. Returns the token that opens it."""
    _clear(now)
    token = secrets.token_hex(16)
    about = {"name": draft.upload.name, "kind": draft.kind, "datum": draft.datum, "person": person_id}
    (_folder() / f"{token}.data").write_bytes(draft.upload.data)
    (_folder() / f"{token}.json").write_text(json.dumps({**about, "at": now.isoformat()}), encoding="utf-8")
    return token


def open_draft(token: str, person_id: int) -> Draft | None:
    """The file again, for the person who gave it; None for anybody else, and when it is gone."""
    about = _about(token)
    if about is None or about["person"] != person_id:
        return None
    data = (_folder() / f"{token}.data").read_bytes()
    return Draft(Upload(about["name"], data), Kind(about["kind"]), Datum(about["datum"]))


def _about(token: str) -> dict[str, Any] | None:
    path = _folder() / f"{token}.json"
    if not token.isalnum() or not path.exists():
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def forget_draft(token: str) -> None:
    """Take both files away."""
    for ending in ("json", "data"):
        (_folder() / f"{token}.{ending}").unlink(missing_ok=True)


def _clear(now: datetime) -> None:
    for path in _folder().glob("*.json"):
        about = _about(path.stem)
        if about is not None and datetime.fromisoformat(str(about["at"])) < now - KEPT_FOR:
            forget_draft(path.stem)
