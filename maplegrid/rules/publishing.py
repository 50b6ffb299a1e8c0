"""What of the district's work may be shown to anybody, and how Open311's two words cover the life of a case.

GeoReport v2 knows `open` and `closed` only (http://wiki.open311.org/GeoReport_v2). Peers let the mapping happen by
accident; here every status is mapped and the way back is the same table read the other way.
"""

from collections.abc import Collection

from maplegrid.rules.lifecycle import ENDED, OPEN, Status

# Disputes, petitions, police and discipline matters name people by their kind alone; the rest is public space.
PUBLIC_ROUTES = frozenset({"DISPATCH", "SERVICE"})
OPEN311_OPEN, OPEN311_CLOSED = "open", "closed"
STATUSES: dict[str, tuple[Status, ...]] = {OPEN311_OPEN: OPEN, OPEN311_CLOSED: ENDED}


def is_public_type(*, route: str, flags: Collection[str]) -> bool:
    """May requests of this type be listed for everybody? Only plain public matters, without any sensitive flag."""
    return route in PUBLIC_ROUTES and not flags


def open311_status(status: Status | str, *, withdrawn: bool = False) -> str:
    """`closed` once nothing more is done for this voice: its case ended, or the resident took it back."""
    return OPEN311_CLOSED if withdrawn or Status(status) in ENDED else OPEN311_OPEN
