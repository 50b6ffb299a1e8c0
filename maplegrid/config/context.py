"""What every page's frame needs: navigation for this person, large text, the district's name."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from maplegrid.accounts.phone import phone_mark
from maplegrid.config.navigation import navigation_of
from maplegrid.config.wiring import CASE_PANELS, DOORS, FOLLOW_PANELS
from maplegrid.rules.access import Actor, works_on_foot
from maplegrid.rules.identity import why_not_unlink


def on_foot(request: HttpRequest) -> bool:
    """Whether the pages of this person are a phone's."""
    actor: Actor | None = getattr(request, "actor", None)
    return bool(actor) and works_on_foot(cast(Actor, actor))  # lazy: never None itself


def unit_sign_in() -> str:
    """What the unit's own sign-in is called; empty while it is not set up."""
    return (settings.OIDC_LABEL or _("单位账号")) if settings.OIDC_ISSUER else ""


def keeps_links(request: HttpRequest) -> bool:
    """Whether this person's menu leads to the links between people and unit accounts."""
    actor: Actor | None = getattr(request, "actor", None)
    return bool(settings.OIDC_ISSUER and actor) and why_not_unlink(cast(Actor, actor)) is None


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context for all pages."""
    return {
        "large_text": request.COOKIES.get("large_text") == "1",
        "nav": navigation_of(request),
        "demo": settings.DEMO,
        "unit_sign_in": unit_sign_in(),
        "keeps_links": keeps_links(request),
        "case_route": "cases:case",
        "case_panels": CASE_PANELS,
        "follow_panels": FOLLOW_PANELS,
        "doors": DOORS,
        "phone_mark": phone_mark(request.user) if request.user.is_authenticated else "",
        "frame": "phone/base.html" if on_foot(request) else "desk/base.html",
    }
