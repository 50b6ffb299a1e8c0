"""The catalogue in memory: read once a minute at most, because every intake asks it."""

import time
from dataclasses import dataclass

from maplegrid.accounts.models import Body
from maplegrid.cases.models import Category, Milestone

FRESH_FOR_S = 30.0


@dataclass(frozen=True)
class Catalogue:
    """Event types by code, the milestones in force by profile code, and the bodies that take part."""

    categories: dict[str, Category]
    milestones: dict[str, list[Milestone]]
    bodies: list[Body]
    read_at: float

    def body(self, body_id: int | None) -> Body | None:
        """The body with this id, if it still takes part."""
        return next((body for body in self.bodies if body.pk == body_id), None)


_held: Catalogue | None = None


def catalogue() -> Catalogue:
    """The district's catalogue, at most half a minute old in this process."""
    global _held
    if _held is None or time.monotonic() - _held.read_at > FRESH_FOR_S:
        _held = _read()
    return _held


def forget() -> None:
    """Read anew at the next question (after an edit in this process, and in tests)."""
    global _held
    _held = None


def _read() -> Catalogue:
    milestones: dict[str, list[Milestone]] = {}
    for row in Milestone.objects.filter(profile__in_force=True).select_related("profile").order_by("id"):
        milestones.setdefault(row.profile.code, []).append(row)
    categories = {category.code: category for category in Category.objects.all()}
    return Catalogue(categories, milestones, list(Body.objects.filter(active=True)), time.monotonic())
