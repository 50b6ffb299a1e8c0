"""The main navigation: one row per desk that exists, shown to whom it concerns."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from maplegrid.rules.access import Actor
from maplegrid.rules.vocabulary import GRID_ROLES, HANDLING_ROLES


def navigation_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries for the signed-in person: label, url, current, badge, icon."""
    actor = getattr(request, "actor", None)
    if not actor or not actor.seats:
        return []
    return [
        {"label": label, "url": url, "icon": icon, "current": _is_here(request.path, url), "badge": None}
        for label, url, icon in _entries(actor)
    ]


def _entries(actor: Actor) -> list[tuple[str, str, str]]:
    entries = [(_("诉求"), reverse("cases:inbox"), "list"), (_("地图"), reverse("cases:map"), "map")]
    if actor.holds(*GRID_ROLES):
        entries += [
            (_("巡查"), reverse("cases:patrol"), "walk"),
            (_("转报"), reverse("cases:relay"), "users"),
        ]
    if actor.holds(*(HANDLING_ROLES - GRID_ROLES)):
        entries.append((_("代居民登记"), reverse("cases:register"), "plus"))
    return entries


def _is_here(path: str, url: str) -> bool:
    inbox = reverse("cases:inbox")
    if url != inbox:
        return path == url
    return path.startswith(inbox) and path not in {
        reverse(f"cases:{n}") for n in ("map", "patrol", "relay", "register")
    }
