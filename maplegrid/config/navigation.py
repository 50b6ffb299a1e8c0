"""The main navigation: one row per desk that exists, shown to whom it concerns."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from maplegrid.cases.actions.rights import DECIDES
from maplegrid.messaging.actions.notices import ON_SCREEN
from maplegrid.messaging.models import Notice
from maplegrid.messaging.sms.calls import CALLERS
from maplegrid.messaging.sms.choosing import gateways_in_order
from maplegrid.messaging.views import IMPORTERS
from maplegrid.rules.access import Actor
from maplegrid.rules.secretary.hosts import HOST_ROLES
from maplegrid.rules.supervision import LEADS
from maplegrid.rules.tower import KEEPERS
from maplegrid.rules.vocabulary import GRID_ROLES, HANDLING_ROLES, REGISTERING_ROLES, Role
from maplegrid.secretary.views.desk import READERS as LETTER_READERS


def navigation_of(request: HttpRequest) -> list[dict[str, Any]]:
    """Entries for the signed-in person: label, url, current, badge, icon."""
    actor = getattr(request, "actor", None)
    if not actor or not actor.seats:
        return []
    unread = (
        Notice.objects.filter(person_id=actor.person_id, gateway=ON_SCREEN, read_at=None)
        .exclude(state=Notice.State.WITHHELD)
        .count()
    )
    return [
        {
            "label": label,
            "url": url,
            "icon": icon,
            "current": _is_here(request.path, url),
            "badge": unread if icon == "bell" else None,
        }
        for label, url, icon in _entries(actor)
    ]


def _entries(actor: Actor) -> list[tuple[str, str, str]]:
    entries = [(_("诉求"), reverse("cases:inbox"), "list"), (_("地图"), reverse("cases:map"), "map")]
    if actor.holds(*HANDLING_ROLES, Role.AUDITOR):
        entries.append((_("发令"), reverse("cases:orders"), "order"))
    if actor.holds(*LEADS, Role.AUDITOR):
        entries.append((_("督办"), reverse("cases:supervisions"), "warn"))
    if actor.holds(*GRID_ROLES):
        entries += [
            (_("巡查"), reverse("cases:patrol"), "walk"),
            (_("转报"), reverse("cases:relay"), "users"),
        ]
    elif actor.holds(*REGISTERING_ROLES):
        entries.append((_("代居民登记"), reverse("cases:register"), "plus"))
    if not actor.holds(*GRID_ROLES):
        entries.append((_("辖区"), reverse("territory:home"), "layers"))
        entries.append((_("台账"), reverse("cases:ledger", args=["received"]), "doc"))
    if actor.holds(*HOST_ROLES):
        entries.append((_("接访"), reverse("secretary:today"), "chat"))
    elif actor.holds(*LETTER_READERS):
        entries.append((_("书记在线"), reverse("secretary:letters"), "chat"))
    elif actor.holds(Role.HALL_DESK):
        entries.append((_("书记在线"), reverse("secretary:register"), "chat"))
    if actor.holds(Role.POLICE_OFFICER):
        entries.append((_("公安移交"), reverse("cases:police"), "swap"))
    if actor.holds(*DECIDES, Role.AUDITOR):
        entries.append((_("个人信息"), reverse("cases:rights"), "lock"))
    if actor.holds(*KEEPERS):
        entries.append((_("离任交接"), reverse("cases:leaving"), "users"))
    if actor.holds(Role.SYSTEM_ADMIN):
        entries.append((_("接口推送"), reverse("cases:webhooks"), "swap"))
    if actor.holds(Role.SYSTEM_ADMIN):
        entries.append((_("短信"), reverse("messaging:texts"), "chat"))
    if actor.holds(*CALLERS) and gateways_in_order():
        entries.append((_("代短信打电话"), reverse("messaging:calls"), "phone"))
    if actor.holds(*IMPORTERS):
        entries.append((_("导入"), reverse("messaging:import"), "doc"))
    return [*entries, (_("消息"), reverse("messaging:notices"), "bell")]


def _is_here(path: str, url: str) -> bool:
    """The entry whose pages these are; the inbox's are all under /cases/ that no other entry has."""
    inbox = reverse("cases:inbox")
    if url == reverse("cases:ledger", args=["received"]):
        return path.startswith(f"{inbox}ledgers/")
    if url == reverse("cases:leaving"):
        return path.startswith(url)
    if url != inbox:
        return path == url
    elsewhere = {
        reverse(f"cases:{n}")
        for n in ("map", "patrol", "relay", "register", "police", "load", "rights", "supervisions")
    }
    others = (f"{inbox}ledgers/", reverse("cases:leaving"))
    return path.startswith(inbox) and path not in elsewhere and not path.startswith(others)
