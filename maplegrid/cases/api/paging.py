"""A page's place in a list: a moment and an id. New rows never shift a page."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from maplegrid.cases.api.problems import NotDone
from maplegrid.cases.api.shapes.basics import LARGEST_ID, YEARS, Paged
from maplegrid.kit.words import translated
from maplegrid.rules.vocabulary import N_

Row = TypeVar("Row", bound=Model)


def newest_first(rows: QuerySet[Row], moment: str, asked: Paged) -> tuple[Sequence[Row], str | None]:
    """One page by the field `moment` and the id, falling, and the cursor of the next page."""
    return _page(rows.order_by(f"-{moment}", "-pk"), moment, asked, "lt")


def oldest_first(rows: QuerySet[Row], moment: str, asked: Paged) -> tuple[Sequence[Row], str | None]:
    """The same, rising."""
    return _page(rows.order_by(moment, "pk"), moment, asked, "gt")


def _page(rows: QuerySet[Row], moment: str, asked: Paged, beyond: str) -> tuple[Sequence[Row], str | None]:
    if asked.cursor:
        at, pk = _read(asked.cursor)
        rows = rows.filter(Q(**{f"{moment}__{beyond}": at}) | Q(**{moment: at, f"pk__{beyond}": pk}))
    found = list(rows[: asked.limit + 1])
    more = len(found) > asked.limit
    return found[: asked.limit], _cursor(found[asked.limit - 1], moment) if more else None


def _cursor(row: Any, moment: str) -> str:
    """Of the last row of a page."""
    return base64.urlsafe_b64encode(f"{getattr(row, moment).isoformat()}|{row.pk}".encode()).decode()


def _read(cursor: str) -> tuple[datetime, int]:
    """Raises NotDone 422 for one we did not make."""
    try:
        moment, _, number = base64.urlsafe_b64decode(cursor.encode()).decode("ascii").partition("|")
        at, pk = datetime.fromisoformat(moment), int(number)
        if at.tzinfo is None or at.year not in YEARS or not 0 < pk <= LARGEST_ID:
            raise ValueError
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise NotDone(422, "bad_cursor", translated(N_("cursor 不对，请从第一页开始"))) from error
    return at, pk
