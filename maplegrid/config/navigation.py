"""The main navigation: one row per desk that exists, shown to whom it concerns."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


def navigation_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries for the signed-in person: label, url, current, badge, icon."""
    if not getattr(request, "actor", None):
        return []
    here = request.path
    entries = [(_("诉求"), reverse("cases:inbox"), "list"), (_("地图"), reverse("cases:map"), "map")]
    return [
        {"label": label, "url": url, "icon": icon, "current": here.startswith(url), "badge": None}
        for label, url, icon in entries
    ]
