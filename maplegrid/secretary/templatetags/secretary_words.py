"""Words of 书记在线 for templates."""

from django import template
from django.utils.translation import gettext

from maplegrid.kit.words import in_language, named
from maplegrid.rules.secretary.figures import Figure
from maplegrid.rules.secretary.level import LEVEL_NAMES, MeetingLevel
from maplegrid.rules.secretary.life import STAGE_NAMES, Stage
from maplegrid.secretary.invitations import where as where_words
from maplegrid.secretary.models import Answer, Audience, Commitment, Meeting
from maplegrid.secretary.words import clock_words

register = template.Library()


@register.filter
def stage_name(audience: Audience) -> str:
    return gettext(STAGE_NAMES[Stage(audience.stage)])


@register.filter
def level_name(level: int | None) -> str:
    return gettext(LEVEL_NAMES[MeetingLevel(level)]) if level else gettext("还没有定级别")


@register.filter
def why_level(audience: Audience) -> str:
    """Why the table proposes it, in the reader's language."""
    return in_language(audience.proposed_why, audience.proposed_why_en)


@register.filter
def host_name(audience: Audience) -> str:
    """Who meets, by role."""
    return named(audience.host) if audience.host else gettext("等区里指定")


@register.filter
def where(meeting: Meeting) -> str:
    return where_words(meeting)


@register.filter
def at_words(meeting: Meeting) -> str:
    return clock_words(meeting.starts_at)


@register.filter
def promise_words(promise: Commitment) -> str:
    """Our own words for a follow-up, somebody's own for a promise."""
    return gettext(promise.words) if promise.follow_up else promise.words


@register.filter
def share(figure: Figure) -> str:
    """96.4 %, or a dash where nothing is counted yet."""
    return f"{figure.share:.1%}" if figure.share is not None else "—"


@register.filter
def minutes(value: float | None) -> str:
    """Minutes with one decimal below ten."""
    if value is None:
        return "—"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"


@register.filter
def part_of(answer: Answer, part: str) -> str:
    """One part of a written answer."""
    return getattr(answer, part)
