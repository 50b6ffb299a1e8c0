"""What residents read of a timeline."""

from django.utils.translation import gettext as _

from maplegrid.cases.models import Step


def public_words(step: Step) -> str:
    """Our own sentences in the reader's language; somebody's own words as they are."""
    words = step.detail.get("words")
    if not isinstance(words, dict):
        return step.public_text
    return _(step.public_text).format(**words) if step.public_text else ""
