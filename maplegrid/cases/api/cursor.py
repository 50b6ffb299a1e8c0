"""A page's place in the list: when the last row came in, and its id. New rows never shift a page."""

import base64
import binascii
from datetime import datetime

from django.db.models import Q

from maplegrid.cases.api.problems import NotDone
from maplegrid.cases.models import Case
from maplegrid.kit.words import translated
from maplegrid.rules.vocabulary import N_


def cursor_of(case: Case) -> str:
    """Of the last row of a page."""
    return base64.urlsafe_b64encode(f"{case.received_at.isoformat()}|{case.pk}".encode()).decode()


def after(cursor: str) -> Q:
    """Rows older than the cursor's; NotDone 422 for one we did not make."""
    try:
        moment, _, number = base64.urlsafe_b64decode(cursor.encode()).decode("ascii").partition("|")
        at, pk = datetime.fromisoformat(moment), int(number)
        if at.tzinfo is None or not 1970 <= at.year < 2200 or not 0 < pk < 2**63:
            raise ValueError
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise NotDone(422, "bad_cursor", translated(N_("cursor 不对，请从第一页开始"))) from error
    return Q(received_at__lt=at) | Q(received_at=at, pk__lt=pk)
