"""The components of every page, one fragment each. All words come in translated; fixed words are translated here."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maplegrid.kit.words import named as words_named

register = template.Library()

ICON_OF_KIND = {
    "ok": "clock",
    "soon": "clock",
    "late": "warn",
    "paused": "pause",
    "met": "check",
    "met_late": "warn",
    "awaiting": "info",
}
CLASS_OF_KIND = {"paused": "pause", "met": "ok", "met_late": "soon", "awaiting": "pause"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "clock" %}`: drawn in CSS, silent unless it stands alone with a label."""
    if label:
        return format_html('<i class="i i-{}" role="img" aria-label="{}"></i>', name, label)
    return format_html('<i class="i i-{}" aria-hidden="true"></i>', name)


@register.simple_tag
def clock_badge(badge: Any, size: str = "") -> SafeString:
    """Icon and words of a clock's state; colour comes last."""
    kind = CLASS_OF_KIND.get(badge.kind, badge.kind)
    return format_html(
        '<span class="clock {} {}"><i class="i i-{}" aria-hidden="true"></i>{}</span>',
        kind,
        size,
        ICON_OF_KIND.get(badge.kind, "clock"),
        badge.words,
    )


@register.filter
def clock_class(badge: Any) -> str:
    """ok, soon, late or pause: the colours a parent hands down."""
    return CLASS_OF_KIND.get(badge.kind, badge.kind)


@register.simple_tag
def chip(words: str, name: str = "user", href: str = "") -> SafeString:
    """A person (role first), place or body in a pill."""
    place = " place" if name == "pin" else ""
    inner = format_html('<i class="i i-{}" aria-hidden="true"></i>{}', name, words)
    if href:
        return format_html('<a class="chip{}" href="{}">{}</a>', place, href, inner)
    return format_html('<span class="chip{}">{}</span>', place, inner)


@register.simple_tag
def sketch() -> SafeString:
    """Every schematic map says so."""
    return format_html('<span class="sketch">{}</span>', _("示意图"))


@register.filter
def named(thing: Any) -> str:
    """A person by their role, a body, a unit: in the reader's language."""
    return words_named(thing)


@register.filter
def item(table: Mapping[str, Any], key: str) -> Any:
    """A value of a mapping by a variable key."""
    return table.get(key, "")
