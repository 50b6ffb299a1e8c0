"""What makes the patrol page an app on a phone: manifest, service worker, and a page with nobody's data in it."""

import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maplegrid.kit.crypto import sm3

# What the empty page needs to stand without a network. Nothing here knows anybody.
FILES = (
    "vendor/bootstrap/bootstrap.min.css",
    "vendor/htmx/htmx.min.js",
    "maple.css",
    "resident.css",
    "patrol.css",
    "leaf.svg",
    "js/desk.js",
    "js/frame.js",
    "js/outbox.js",
    "js/patrol.js",
    "js/phone.js",
    "js/shrink.js",
)
SCRIPTS = ("js/outbox.js", "js/worker.js")
ICON_SIZES = (192, 512)


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest: opens on the patrol page, in the reader's language."""
    start = reverse("cases:patrol")
    about = {
        "id": start,
        "name": _("枫格巡查上报"),
        "short_name": _("巡查上报"),
        "start_url": start,
        "scope": reverse("cases:inbox"),
        "display": "standalone",
        "background_color": "#faf8f5",
        "theme_color": "#faf8f5",
        "icons": [_icon(size) for size in ICON_SIZES],
    }
    return JsonResponse(about, content_type="application/manifest+json")


def _icon(size: int) -> dict[str, str]:
    address = static(f"icons/leaf-{size}.png")
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": "any maskable"}


@require_GET
@never_cache
def empty_page(request: HttpRequest) -> HttpResponse:
    """The patrol page for a dead spot. Rendered without the request: no name, no token, no count can get in."""
    context = {"shell": True, "large_text": request.COOKIES.get("large_text") == "1"}
    return HttpResponse(render_to_string("cases/desk/patrol.html", context))


@require_GET
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from our own origin. Its words change with any file of the shell, so browsers renew it."""
    version = shell_version()
    shell: dict[str, Any] = {
        "version": version,
        "page": reverse("cases:patrol"),
        "empty": reverse("cases:patrol_shell"),
        "files": [static(name) for name in FILES],
    }
    scripts = ", ".join(json.dumps(f"{static(name)}?v={version}") for name in SCRIPTS)
    words = f"self.SHELL = {json.dumps(shell)};\nimportScripts({scripts});\n"
    return HttpResponse(words, content_type="text/javascript; charset=utf-8")


def shell_version() -> str:
    """A digest over the shell's files as they are served."""
    found = (finders.find(name) for name in (*FILES, *SCRIPTS))
    return sm3(b"".join(Path(str(path)).read_bytes() for path in found))[:16]
